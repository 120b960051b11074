"""The address of the server as a code for a phone's camera, in a dialog over the page."""

from nicegui.element import Element

from reviewflow.web import paths, qr


class Phone(Element, component='phone.js'):
    """Shown as soon as it is there, and again whenever it is asked for."""

    def __init__(self, address: str | None) -> None:
        """Take the address under which others reach the server; None: nobody else does, and it says why."""
        super().__init__()
        if address is not None:
            self._props['address'] = f'{address}{paths.HOME}'
            self._props['picture'] = qr.svg(f'{address}{paths.HOME}')

    def show(self) -> None:
        """Show it again."""
        self.run_method('show')

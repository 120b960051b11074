"""The head of a list: its name, how dense it is; it also counts in the browser's tab."""

from components.live import LiveElement


class TitleBar(LiveElement, component='title_bar.js'):
    """The name of what is shown, here and in the tab, there with the number of pulls."""

    @property
    def title(self) -> str:
        """What is shown."""
        return str(self._props.get('title', ''))

    @title.setter
    def title(self, title: str) -> None:
        self.tell(title=title)

"""What the server says once it can be used."""

from collections.abc import Iterator

from reviewflow.settings import Settings
from reviewflow.web.machine import local_url
from reviewflow.web.paths import HOME, SETUP
from reviewflow.web.qr import blocks
from reviewflow.web.reach import address_for_others


def greeting(settings: Settings, *, setup_code: str | None, is_terminal: bool) -> Iterator[str]:
    """Say where it is, and how the first administrator gets in; at a terminal also a phone."""
    yield f'ReviewFlow is at {settings.public_url or local_url(settings.host, settings.port)}{HOME}'
    if is_terminal and (address := address_for_others(settings)) is not None:
        yield f'On a phone: {address}{HOME}'
        yield blocks(f'{address}{HOME}')
    if setup_code is not None:
        setup = f'{settings.prefix}{SETUP}'
        yield f'No administrator yet: make one at {setup} with the code {setup_code}'

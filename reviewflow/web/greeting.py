"""What the server says once it can be used."""

import logging
from collections.abc import Iterator

from reviewflow import __version__
from reviewflow.settings import Settings
from reviewflow.web.machine import local_url
from reviewflow.web.paths import HOME, SETUP
from reviewflow.web.qr import blocks
from reviewflow.web.reach import address_for_others

log = logging.getLogger(__name__)


def greeting(settings: Settings, *, setup_code: str | None, is_terminal: bool) -> Iterator[str]:
    """Say where it is, and how the first administrator gets in; at a terminal also a phone."""
    yield f'ReviewFlow is at {settings.public_url or local_url(settings.host, settings.port)}{HOME}'
    if is_terminal and (address := address_for_others(settings)) is not None:
        yield f'On a phone: {address}{HOME}'
        yield blocks(f'{address}{HOME}')
    if setup_code is not None:
        setup = f'{settings.prefix}{SETUP}'
        yield f'No administrator yet: make one at {setup} with the code {setup_code}'


def note_start(settings: Settings, *, url: str) -> None:
    """Write into the log what was started; ``settings`` are those with what was chosen on the page."""
    start = {
        'version': __version__,
        'url': url,
        'data_dir': str(settings.data_dir.absolute()),
        'reads': 'the pretend team' if settings.is_demo else ', '.join(settings.github.repositories),
    }
    log.info('ReviewFlow %(version)s is at %(url)s, keeps %(data_dir)s, reads %(reads)s', start, extra=start)

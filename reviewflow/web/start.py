"""What the log says of a start."""

import logging

from reviewflow import __version__
from reviewflow.settings import Settings

log = logging.getLogger(__name__)


def note_start(settings: Settings, *, url: str) -> None:
    """Write into the log what was started; ``settings`` are those with what was chosen on the page."""
    start = {
        'version': __version__,
        'url': url,
        'data_dir': str(settings.data_dir.absolute()),
        'reads': 'the pretend team' if settings.is_demo else ', '.join(settings.github.repositories),
    }
    log.info('ReviewFlow %(version)s is at %(url)s, keeps %(data_dir)s, reads %(reads)s', start, extra=start)

"""When Python looks for garbage: a full look stops everybody for half a second at a thousand open pages.

What is in use for long is frozen after the start, and full looks are taken only in quiet moments, when enough
closed pages have left something to find: about 750 objects each, tied in circles.
"""

import gc
import time
from collections.abc import Callable

CLOSED_PAGES = 200
"""So many are worth a look in a quiet moment."""
TOO_MANY = 2000
"""So many are worth it at any moment."""
AT_LEAST_EVERY_S = 600
QUIET_S = 1.0
NEVER = 1_000_000
"""Collections of the middle generation until Python itself would look at everything."""


class Garbage:
    """The policy; :meth:`start` it once everything stands, and let :meth:`tidy` be called now and then."""

    def __init__(self, *, busy_at: Callable[[], float]) -> None:
        self._busy_at = busy_at  # when pages were last sent something
        self._closed = 0
        self._looked_at = time.monotonic()

    def start(self) -> None:
        """Look once, and never again at what stands now."""
        gc.collect()
        gc.freeze()
        young, middle, _ = gc.get_threshold()
        gc.set_threshold(young, middle, NEVER)

    def page_closed(self) -> None:
        """Count a page that is gone."""
        self._closed += 1

    def tidy(self) -> None:
        """Look at everything, if it is worth it and nobody minds."""
        now = time.monotonic()
        is_quiet = now - self._busy_at() > QUIET_S
        is_due = self._closed >= CLOSED_PAGES or now - self._looked_at > AT_LEAST_EVERY_S
        if (is_due and is_quiet) or self._closed >= TOO_MANY:
            gc.collect()
            self._closed, self._looked_at = 0, now

"""Something that a person says to everybody who has a page open."""

import math
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass

from reviewflow.errors import NotAccepted, TooOften
from reviewflow.text import line

MESSAGE_MAX = 500
PER_MINUTE = 10
"""How often one person may say something."""
MINUTE_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What was said, and by whom."""

    by: str
    text: str


def clean_message(message: str) -> str:
    """Make one line of it.

    Raises:
        NotAccepted: nothing is left, or too much.
    """
    text = line(message, at_most=MESSAGE_MAX + 1)
    if not text:
        raise NotAccepted('message', 'say something')
    if len(text) > MESSAGE_MAX:
        raise NotAccepted('message', f'at most {MESSAGE_MAX} characters')
    return text


class Turns:
    """Lets each person have so many turns a minute."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._taken = defaultdict[str, deque[float]](lambda: deque([-math.inf] * PER_MINUTE, PER_MINUTE))

    def take(self, name: str) -> None:
        """Take a turn.

        Raises:
            TooOften: it is not due yet.
        """
        taken, now = self._taken[name], self._monotonic()
        if (wait_s := taken[0] + MINUTE_S - now) > 0:
            raise TooOften(wait_s)
        taken.append(now)

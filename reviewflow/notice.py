"""Something that a person says to everybody who has a page open."""

from dataclasses import dataclass

from reviewflow.errors import NotAccepted
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

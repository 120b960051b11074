"""What could be typed next: operators, and the values that occur on the board, most frequent first."""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nsmallest

from reviewflow.policy import SORTS
from reviewflow.search.index import Index
from reviewflow.search.operator import OPERATORS, SAME, SORT
from reviewflow.search.query import OPERATED, quoted
from reviewflow.text import shown

SUGGESTIONS_MAX = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """One way to go on."""

    text: str
    """What is to stand in place of the term that is being typed."""
    label: str
    hint: str = ''
    """What an operator looks at."""
    count: int | None = None
    """How many pulls have this value."""


def suggest(index: Index, term: str) -> list[Suggestion]:
    """Say how a term, as far as it was typed, could go on; all operators when it is empty."""
    match = OPERATED.fullmatch(term)
    name = match[2].lower() if match else ''
    name = SAME.get(name, name)
    if match is None or (name not in OPERATORS and name != SORT):
        return _operators(term)
    *before, typed = match[3].rpartition(',')
    start = f'{match[1]}{name}:{"".join(before)}'
    typed = typed.replace('"', '').lower()
    return [
        Suggestion(text=start + quoted(value), label=shown(value), count=count)
        for value, count in _values(index, name, typed)
    ]


def _operators(typed: str) -> list[Suggestion]:
    sign = '-' if typed.startswith('-') else ''
    typed = typed.removeprefix('-').lower()
    hints = [(operator.name, operator.hint) for operator in OPERATORS.values()] + [
        (SORT, 'order of the list')
    ]
    return [
        Suggestion(text=f'{sign}{name}:', label=f'{sign}{name}:', hint=hint)
        for name, hint in hints
        if name.startswith(typed) and (not sign or name != SORT)
    ]


def _values(index: Index, name: str, typed: str) -> Iterable[tuple[str, int | None]]:
    if name == SORT:
        return [(sort, None) for sort in SORTS if typed in sort]
    counts = {value: len(keys) for value, keys in index.values(name).items() if typed in value}
    if choices := OPERATORS[name].choices:
        return [(choice, counts.get(choice.lower(), 0)) for choice in choices if typed in choice.lower()]
    return nsmallest(
        SUGGESTIONS_MAX, counts.items(), key=lambda item: (not item[0].startswith(typed), -item[1], item[0])
    )

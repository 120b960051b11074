"""What was typed → what is meant. Pure; it never fails, it says what it could not understand."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from reviewflow.policy import SORTS
from reviewflow.search.operator import OPERATORS, SAME, SORT, UNKNOWN_HERE

TERM = re.compile(r'(?:"[^"]*(?:"|$)|[^\s"])+')
PASTED = re.compile(r'(?:https?://[^/\s]+/)?([\w.-]+/)?([\w.-]+)(?:/pull/|#)(\d+)(?:[/?#]\S*)?', re.ASCII)
"""An address of a pull, or ``owner/name#number``."""
OPERATED = re.compile(r'(-?)([A-Za-z][A-Za-z-]*):(.*)', re.DOTALL)
VALUE = re.compile(r'(?:"[^"]*(?:"|$)|[^,"])+')
LENGTH_MAX = 400
"""Characters of a search."""
WORDS_MAX = 20
"""Free words of a search; each is a look at every pull."""
VALUES_MAX = 8
"""Values of a search, all its filters together; each may be a look at all that occur."""
EVERYTHING = {('is', 'pr'), ('type', 'pr'), ('archived', 'false')}
"""What GitHub's own searches say, and all of ours are."""
NAMES = [*OPERATORS, *SAME, SORT]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """An operator with what it asks for: one of ``values``."""

    operator: str
    values: tuple[str, ...]
    """In lower case."""
    is_not: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What could not be understood."""

    term: str
    """As it was typed."""
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What somebody looks for; what was not understood is left out of it."""

    terms: tuple[Term, ...] = ()
    words: tuple[tuple[str, bool], ...] = ()
    """Free words in lower case, and whether they must *not* occur."""
    sort: str | None = None
    problems: tuple[Problem, ...] = ()


class Reading:
    """Takes one term after another."""

    def __init__(self) -> None:
        self.terms: dict[Term, None] = {}
        self.words: dict[tuple[str, bool], None] = {}
        self.sort: str | None = None
        self.problems: list[Problem] = []

    def read(self, text: str) -> None:
        """Take a term, or a free word."""
        if pasted := PASTED.fullmatch(text):
            self._note(text, self._choose('repo', [f'{pasted[1] or ""}{pasted[2]}'.lower()], is_not=False))
            self.words[f'\n#{pasted[3]}\n', False] = None  # as it stands in a haystack
            return
        match = OPERATED.fullmatch(text)
        name = match[2].lower() if match else ''
        if match is None or not self._is_meant(name):
            word = text.removeprefix('-').lower()
            if word := word.strip('"') if word.startswith('"') else word:
                self.words[word, text.startswith('-')] = None
            return
        found = (value.replace('"', '').strip().lower() for value in VALUE.findall(match[3]))
        values = list(dict.fromkeys(value for value in found if value))
        self._note(text, self._take(SAME.get(name, name), values, is_not=bool(match[1])))

    def _note(self, term: str, sentence: str | None) -> None:
        if sentence is not None:
            self.problems.append(Problem(term=term, sentence=sentence))

    def _is_meant(self, name: str) -> bool:
        """Tell an operator, also a misspelt one, from a word with a colon, such as "feat:" of a title."""
        return name in NAMES or name in UNKNOWN_HERE or (len(name) > 3 and bool(_close_to(name)))

    def _take(self, name: str, values: list[str], *, is_not: bool) -> str | None:
        """Take a term, or say what is wrong with it."""
        values = [value for value in values if (name, value) not in EVERYTHING]
        if not values:
            return None  # it is being typed, or leaves nothing out
        if name in UNKNOWN_HERE:
            return f'GitHub has {name}:, this page does not'
        if name not in NAMES:
            return f'{name}: is no filter; did you mean {_close_to(name)[0]}:?'
        if name == SORT:
            return self._sort_by(values[-1])
        return self._choose(name, values, is_not=is_not)

    def _choose(self, name: str, values: list[str], *, is_not: bool) -> str | None:
        if '@me' in values:
            return '@me is not known here: write the login'
        choices = OPERATORS[name].choices
        values = [_completed(value, choices) for value in values]
        if wrong := [value for value in values if not _could_be(value, choices)]:
            return f'{name}: takes {_listed(choices)}, not {wrong[0]}'
        if sum(len(term.values) for term in self.terms) + len(values) > VALUES_MAX:
            return f'more than {VALUES_MAX} values are too many'
        self.terms[Term(operator=name, values=tuple(values), is_not=is_not)] = None
        return None

    def _sort_by(self, value: str) -> str | None:
        key = value if value in SORTS else f'{value}-desc'
        if key in SORTS:
            self.sort = key
            return None
        if any(sort.startswith(value) for sort in SORTS):
            return None  # it is being typed
        return f'sort: takes {_listed(tuple(SORTS))}, not {value}'


@lru_cache(maxsize=512)
def parse(text: str) -> Search:
    """Read a search."""
    reading = Reading()
    for term in TERM.findall(text):
        reading.read(term)
    return Search(
        terms=tuple(reading.terms),
        words=tuple(reading.words)[:WORDS_MAX],
        sort=reading.sort,
        problems=tuple(reading.problems),
    )


def quoted(value: str) -> str:
    """Write a value so that it is read as one."""
    return f'"{value}"' if re.search(r'[\s,]', value) or not value else value


def _completed(value: str, choices: tuple[str, ...]) -> str:
    """Take the one choice that can be meant by what is half typed, or typed with a hyphen."""
    if choices and value not in choices:
        value = value.replace('-', '_')
    possible = [choice for choice in choices if choice.lower().startswith(value)]
    return possible[0].lower() if len(possible) == 1 else value


def _could_be(value: str, choices: tuple[str, ...]) -> bool:
    return not choices or any(choice.lower().startswith(value) for choice in choices)


def _close_to(name: str) -> list[str]:
    return get_close_matches(name, NAMES, n=1, cutoff=0.75)


def _listed(choices: tuple[str, ...]) -> str:
    return f'{", ".join(choices[:-1])} or {choices[-1]}'

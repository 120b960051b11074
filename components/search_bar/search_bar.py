"""The search: filters as chips, free words, suggestions, menus; all of it is one text."""

from collections.abc import Callable

from components.live import LiveElement
from reviewflow import text
from reviewflow.board import GROUPS
from reviewflow.policy import DEFAULT_SORT
from reviewflow.search import LENGTH_MAX, parse
from reviewflow.search.query import NAMES
from reviewflow.views import ViewSpec

SORT_TITLES = (
    ('updated-desc', 'Last updated'),
    ('updated-asc', 'Least recently updated'),
    ('created-desc', 'Newest'),
    ('created-asc', 'Oldest'),
)
"""The first is the usual one."""
GROUP_TITLES = (('', 'None'), ('repository', 'Repository'), ('status', 'Status'))


class SearchBar(LiveElement, component='search_bar.js', esm={'reviewflow-search': 'script'}):
    """It hands over what is typed; what that means, and what is wrong with it, is said by the server."""

    def __init__(
        self, *, on_search: Callable[[str, bool], object], on_group: Callable[[str], object]
    ) -> None:
        super().__init__()
        self._props |= {
            'groups': GROUP_TITLES,
            'sorts': SORT_TITLES,
            'operators': NAMES,
            'max': LENGTH_MAX,
        }
        self.write('')
        self.on('search', lambda event: on_search(*typed(event.args)))
        self.on('group', lambda event: on_group(event.args if event.args in [*GROUPS] else ''))

    def write(self, words: str) -> None:
        """Put other words into the field than somebody typed."""
        self.give(text=words)

    def show(self, spec: ViewSpec) -> None:
        """Say what the present search comes to."""
        if spec.query is None:
            return
        search = parse(spec.query.text)
        self.tell(
            problems=[[problem.term, problem.sentence] for problem in search.problems],
            sort=search.sort or DEFAULT_SORT,
            group=spec.query.group,
        )


def typed(args: object) -> tuple[str, bool]:
    """Read what was searched for, and whether that is a step to go back to; it may be anything."""
    match args:
        case [words, bool(is_step)]:
            return searched(words), is_step
        case _:
            return searched(args), False


def searched(value: object) -> str:
    """Read the words of a search, which may be anything."""
    return ' '.join(text.line(value, at_most=LENGTH_MAX).split())

"""What can happen in a history, and how often it does."""

from dataclasses import dataclass

from hypothesis import strategies as st

from tests.github import fault
from tests.github.happening import HAPPENINGS
from tests.github.sender import DOUBLE, DROP, HOLD, LOSE, SEND, Fate, late

PEOPLE = ('ann', 'ben', 'cy', 'dependabot[bot]')
UNTRACED = {'recolour', 'delete label', 'rename label', 'rename milestone'}
"""What changes pulls and leaves no trace in any list or pulse; a webhook or a comparison finds it."""
CHECKS = {'check', 'pass', 'status'}
"""What may leave as many checks of each state as there were: then only a webhook tells of it."""
FAULTS = (
    fault.status(502),
    fault.half_json(),
    fault.html(),
    fault.status(404),
    fault.graphql_timeout(),
    fault.secondary_limit(None),
)
PATTERNS = (('acme/*',), ('acme/api', 'acme/web'), ('acme/*', 'acme/api'))
CLOSED_DAYS = (2, 7, 30)
DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Happen:
    """Something happens to a pull, or its webhook comes to nothing."""

    what: str
    home: int
    number: int
    by: str
    flag: bool
    fate: Fate


@dataclass(frozen=True, slots=True)
class Change:
    """Something happens to a repository."""

    what: str
    home: int
    fate: Fate


@dataclass(frozen=True, slots=True)
class Stamp:
    """A pull was changed a while ago, and that is seen only now; another one is changed now."""

    home: int
    number: int
    ago_s: int
    other: int


@dataclass(frozen=True, slots=True)
class Do:
    """We do something: see ``World``."""

    what: str


@dataclass(frozen=True, slots=True)
class Restart:
    """We are started anew, with other settings."""

    patterns: tuple[str, ...]
    closed_days: int


@dataclass(frozen=True, slots=True)
class Wait:
    """Time passes."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Hear:
    """Webhooks arrive in any order, as far as they are to."""

    seed: int


@dataclass(frozen=True, slots=True)
class Crash:
    """The process is killed amid a poll, while webhooks arrive: after so many requests and statements.

    Or only the poll is broken off, and the process goes on.
    """

    operations: int
    seed: int
    is_of_all: bool


@dataclass(frozen=True, slots=True)
class Slow:
    """An answer is late, and things happen meanwhile; it was found before or after them."""

    what: str
    nth: int
    is_found_late: bool
    meanwhile: tuple['Step', ...]


@dataclass(frozen=True, slots=True)
class Fail:
    """The next requests go wrong."""

    what: tuple[int, ...]


Step = Happen | Change | Stamp | Do | Restart | Wait | Hear | Crash | Slow | Fail

homes = st.sampled_from([0, 0, 0, 0, 0, 1, 2])
numbers = st.sampled_from(
    [1, 1, 1, 1, 2, 2, 2, 3, 4, 6, 8, 10]
)  # what happens to one may well hide something
fates = st.sampled_from([SEND, SEND, DROP, DROP, LOSE, DOUBLE, late(1), HOLD])
happens = st.builds(
    Happen, st.sampled_from(sorted(HAPPENINGS)), homes, numbers, st.sampled_from(PEOPLE), st.booleans(), fates
)
untraced = st.builds(
    Happen, st.sampled_from(sorted(UNTRACED)), homes, numbers, st.just('ann'), st.booleans(), fates
)
CHANGES = ('open', 'open', 'delete pull', 'add', 'rename', 'replace', 'leave', 'archive', 'delete', 'refuse')
changes = st.builds(Change, st.sampled_from(CHANGES), homes, fates)
waits = st.builds(Wait, st.sampled_from([0, 1, 2, 5, 31]))
long_waits = st.builds(Wait, st.sampled_from([301, 601, 3601, DAY_S, 5 * DAY_S]))
hears = st.builds(Hear, st.integers(0, 99))
restarts = st.builds(Restart, st.sampled_from(PATTERNS), st.sampled_from(CLOSED_DAYS))
stamps = st.builds(Stamp, homes, numbers, st.sampled_from([5, 40, 100]), numbers)
ours = st.builds(Do, st.sampled_from(['tick', 'tick', 'tick', 'details', 'poll', 'reconcile']))
states = st.builds(Do, st.sampled_from(['lock', 'unlock', 'lose GraphQL', 'find GraphQL']))
meanwhile = st.one_of(
    st.lists(st.one_of(happens, untraced, changes, hears, waits, st.just(Do('details'))), max_size=4).map(
        tuple
    ),
    st.tuples(happens, hears, happens),
    st.tuples(happens, waits, hears, waits, happens),
)
operations = st.one_of(st.integers(0, 70), st.integers(0, 280))  # the first read takes 280, hearing 50
steps = st.one_of(
    happens,
    happens,
    happens,
    untraced,
    changes,
    stamps,
    waits,
    waits,
    long_waits,
    hears,
    hears,
    ours,
    ours,
    ours,
    states,
    restarts,
    st.builds(Crash, operations, st.integers(0, 99), st.booleans()),
    st.builds(
        Slow,
        st.sampled_from(['tick', 'details', 'hear', 'reconcile']),
        st.integers(0, 3),
        st.booleans(),
        meanwhile,
    ),
    st.builds(Fail, st.lists(st.integers(0, len(FAULTS) - 1), min_size=1, max_size=5).map(tuple)),
)
beginnings = st.sampled_from(
    [[Do('tick')], [Do('tick')], [Do('tick')], [Crash(60, seed=0, is_of_all=True)], []]
)
histories = st.builds(list.__add__, beginnings, st.lists(steps, min_size=4, max_size=20))

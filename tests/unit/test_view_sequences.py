"""Live views: whoever watches and applies the patches sees what a fresh look at the board shows."""

import gzip
from dataclasses import replace
from typing import Any

import orjson
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from reviewflow.board import Board, Query
from reviewflow.models import PullRequest, SyncState, SyncStatus
from reviewflow.policy import CHANNELS, SORTS
from reviewflow.views import PAGE_SIZE, LiveView, Patch, Views, ViewSpec
from tests.builders import NOW, after, card, check, closed, detail, merged, pull, review

COUNTING = ('epoch', 'version')


class Watcher:
    """A page: it knows its snapshot and what the patches said since."""

    def __init__(self, view: LiveView) -> None:
        self.view = view
        self.known = decoded(view)
        self.rows = {row['key']: row for row in self.known.pop('rows')}

    def take(self, patch: Patch | None) -> None:
        """Apply a patch as the script does."""
        if patch is None:
            return
        news = through_json(patch)
        assert news['version'] == self.known['version'] + 1
        assert news['epoch'] == self.known['epoch']
        for row in news.pop('rows', []):  # of a known row, only what is new
            self.rows[row['key']] = self.rows.get(row['key'], {}) | row
        self.known |= news

    @property
    def sees(self) -> dict[str, Any]:
        """All that is drawn; rows that no order names are not."""
        return self.known | {'rows': [self.rows[key] for key in self.known.get('order', [])]}


def through_json(value: Any) -> dict[str, Any]:
    decoded: dict[str, Any] = orjson.loads(orjson.dumps(value))
    return decoded


def decoded(view: LiveView) -> dict[str, Any]:
    """Fetch the snapshot as a browser gets it."""
    got: dict[str, Any] = orjson.loads(gzip.decompress(view.gzipped()))
    return got


def fresh(spec: ViewSpec, board: Board) -> dict[str, Any]:
    """Look at a board anew that got all its cards in one go; without the counting."""
    another = Board()
    another.put(board.cards.values())
    another.report(board.sync)
    return uncounted(through_json(LiveView(spec, another, '').snapshot()))


def uncounted(snapshot: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in snapshot.items() if name not in COUNTING}


KEYS = st.integers(1, 12)
PULLS = st.builds(
    lambda make, number, hours, title, checks, state: make(
        number=number,
        title=title,
        updated_at=after(hours=hours),
        created_at=after(hours=-hours),
        detail=detail(review('ben', state), checks=checks) if state else None,
    ),
    st.sampled_from([pull, pull, pull, merged, closed]),
    KEYS,
    st.integers(0, 5),
    st.sampled_from(['a lamp', 'a lamp shade', 'a door']),
    st.sampled_from([None, (), (check('test', 'failing'),), (check('test', 'passing'),)]),
    st.sampled_from([None, 'APPROVED', 'CHANGES_REQUESTED', 'COMMENTED']),
)
SPECS = st.builds(
    ViewSpec,
    query=st.none()
    | st.builds(
        Query,
        channel=st.sampled_from([channel.key for channel in CHANNELS]),
        text=st.sampled_from(['', '', 'lamp', 'lamp shade', 'nowhere']),
        sort=st.sampled_from(list(SORTS)),
    ),
    page=st.integers(1, 2),
)
SYNCS = st.builds(
    SyncStatus,
    state=st.sampled_from(SyncState),
    forge=st.just('Demo'),
    interval_s=st.sampled_from([30, 130]),
    error=st.sampled_from([None, 'It hangs']),
    event_at=st.none() | st.just(NOW),
)


class LiveViews(RuleBasedStateMachine):
    """Any sequence of changes, watched by any number of pages."""

    def __init__(self) -> None:
        super().__init__()
        self.board = Board()
        self.views = Views(self.board)
        self.watchers: list[Watcher] = []
        # more pulls than a page holds: the second page matters, too
        self.board.put(
            card(pull(number=number, updated_at=after(hours=-1)), key=number)
            for number in range(1000, 1000 + PAGE_SIZE)
        )

    @rule(pulls=st.lists(PULLS, max_size=4))
    def put(self, pulls: list[PullRequest]) -> None:
        self.board.put([card(each, key=each.number) for each in pulls])

    @precondition(lambda self: any(key < 1000 for key in self.board.cards))
    @rule(data=st.data(), read=st.integers(2, 9))
    def put_quietly(self, data: st.DataObject, read: int) -> None:
        """Only other numbers of reads, as a quiet tick brings them."""
        key = data.draw(st.sampled_from([key for key in self.board.cards if key < 1000]))
        self.board.put([replace(self.board.cards[key], read=read)], quietly=True)

    @rule(keys=st.sets(KEYS, max_size=3))
    def remove(self, keys: set[int]) -> None:
        self.board.remove(keys)

    @rule(first=st.integers(0, PAGE_SIZE))
    def remove_many(self, first: int) -> None:
        """Let the second page move up."""
        self.board.remove(range(1000, 1000 + first))

    @rule(sync=SYNCS)
    def report(self, sync: SyncStatus) -> None:
        self.board.report(sync)

    @rule(spec=SPECS)
    def watch(self, spec: ViewSpec) -> None:
        self.watchers.append(Watcher(self.views.watch(spec)))

    @precondition(lambda self: self.watchers)
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        watcher = data.draw(st.sampled_from(self.watchers))
        self.watchers.remove(watcher)
        self.views.leave(watcher.view)

    @rule()
    def send(self) -> None:
        """One round of the broadcaster."""
        for view in self.views:
            patch = view.patch()
            for watcher in self.watchers:
                if watcher.view is view:
                    watcher.take(patch)
            assert uncounted(decoded(view)) == fresh(view.spec, self.board)
            assert view.patch() is None

    @invariant()
    def every_watcher_sees_the_snapshot(self) -> None:
        for watcher in self.watchers:
            assert watcher.sees == decoded(watcher.view)

    @invariant()
    def only_what_is_watched_lives(self) -> None:
        assert {id(view) for view in self.views} == {id(watcher.view) for watcher in self.watchers}

    def teardown(self) -> None:
        self.send()
        self.every_watcher_sees_the_snapshot()


LiveViews.TestCase.settings = settings(stateful_step_count=25)
TestLiveViews = LiveViews.TestCase

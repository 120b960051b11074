"""The feed: whoever reads once by REST and applies what is told ends with what REST gives then."""

from collections import Counter
from dataclasses import replace
from typing import Any

import orjson
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from reviewflow.as_json import pull_json, stats_json
from reviewflow.board import Board
from reviewflow.models import PullRequest, SyncState, SyncStatus
from reviewflow.web.feed.changes import Changes, Message
from tests.builders import NOW, after, card, closed, detail, merged, pull, review

Json = Any
ORDER = ('notification_update', 'stats_update', 'sync_status')


def through_json(value: Json) -> Json:
    return orjson.loads(orjson.dumps(value))


def pulls_of(board: Board) -> dict[int, Json]:
    return {key: through_json(pull_json(card)) for key, card in board.cards.items()}


def counted(pulls: dict[int, Json]) -> Json:
    return stats_json(Counter(pull['status'] for pull in pulls.values()))


class Reader:
    """A program that follows the feed."""

    def __init__(self, board: Board) -> None:
        self.pulls = pulls_of(board)
        self.stats: Json = stats_json(board.totals)

    def take(self, message: Message) -> None:
        """Apply a message, as the documentation says."""
        message = through_json(message)
        if message['type'] == 'stats_update':
            self.stats = message['stats']
        elif message['type'] == 'notification_update':
            if message['action'] == 'delete':
                self.pulls.pop(message['notification_id'], None)
            else:
                self.pulls[message['notification_id']] = message['data']


KEYS = st.integers(1, 6)
PULLS = st.builds(
    lambda make, number, hours, title, state: make(
        number=number,
        title=title,
        updated_at=after(hours=hours),
        detail=detail(review('ben', state)) if state else None,
    ),
    st.sampled_from([pull, pull, merged, closed]),
    KEYS,
    st.integers(0, 3),
    st.sampled_from(['a lamp', 'a door']),
    st.sampled_from([None, 'APPROVED', 'CHANGES_REQUESTED']),
)
SYNCS = st.builds(
    SyncStatus,
    state=st.sampled_from(SyncState),
    forge=st.just('Demo'),
    interval_s=st.sampled_from([30, 130]),
    error=st.sampled_from([None, 'It hangs', 'It burns']),
    event_at=st.sampled_from([None, NOW, after(hours=1)]),
    is_asked=st.booleans(),
)


class Feed(RuleBasedStateMachine):
    """Any sequence of changes, heard by readers who came at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.board = Board()
        self.board.put([card(key=key) for key in (1, 2)])
        self.changes = Changes(self.board)
        self.changes.begin()
        self.readers = [Reader(self.board)]
        self.told = pulls_of(self.board)
        """What one knows who was there all the time and only listened."""

    @rule(pulls=st.lists(PULLS, max_size=4))
    def put(self, pulls: list[PullRequest]) -> None:
        self.board.put([card(each, key=each.number) for each in pulls])

    @rule(pulls=st.lists(PULLS, min_size=1, max_size=2), sync=SYNCS)
    def put_held(self, pulls: list[PullRequest], sync: SyncStatus) -> None:
        """More of them follows, and meanwhile the sync may say how it goes."""
        self.board.put([card(each, key=each.number) for each in pulls], is_held=True)
        self.board.report(sync)

    @precondition(lambda self: self.board.cards)
    @rule(data=st.data(), read=st.integers(2, 9))
    def put_quietly(self, data: st.DataObject, read: int) -> None:
        key = data.draw(st.sampled_from(sorted(self.board.cards)))
        self.board.put([replace(self.board.cards[key], read=read)], quietly=True)

    @rule(keys=st.sets(KEYS, max_size=3))
    def remove(self, keys: set[int]) -> None:
        self.board.remove(keys)

    @rule(sync=SYNCS)
    def report(self, sync: SyncStatus) -> None:
        self.board.report(sync)

    @rule()
    def come(self) -> None:
        """Read by REST, maybe between a change and its round."""
        self.readers.append(Reader(self.board))

    @rule()
    def tell(self) -> None:
        if self.board.held:
            self._tell_round()
            self.board.release()
        self._tell_round()
        for reader in self.readers:
            assert reader.pulls == pulls_of(self.board)
            assert reader.stats == stats_json(self.board.totals)
        assert list(self.changes.messages()) == []

    def _tell_round(self) -> None:
        messages = list(self.changes.messages())
        for message in messages:
            self._hear(message)
        types = [ORDER.index(message['type']) for message in messages]
        assert types == sorted(types)
        keys = [message['notification_id'] for message in messages if 'notification_id' in message]
        assert len(keys) == len(set(keys))

    @rule(pulls=st.lists(PULLS, min_size=1, max_size=2))
    def change_while_it_is_told(self, pulls: list[PullRequest]) -> None:
        """Readers are waited for in the middle of much news, and the board goes on."""
        for message in self.changes.messages():
            self._hear(message)
            self.put(pulls)

    def _hear(self, message: Message) -> None:
        for reader in self.readers:
            reader.take(message)
        self._check(message)

    def _check(self, message: Message) -> None:
        """See that it is right for whoever heard all there was: the action, and the numbers."""
        if message['type'] == 'stats_update':
            assert message['stats'] == counted(self.told)
        if message['type'] != 'notification_update':
            return
        key, action = message['notification_id'], message['action']
        if action == 'delete':
            self.told.pop(key, None)  # maybe it came and went, and only others read of it
            return
        assert (key in self.told) is (action == 'update')
        self.told[key] = through_json(message['data'])

    def teardown(self) -> None:
        self.tell()
        assert self.told == pulls_of(self.board)


Feed.TestCase.settings = settings(stateful_step_count=25)
TestFeed = Feed.TestCase

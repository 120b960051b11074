"""What changed on the board since it was last told, as the messages of the feed. No sockets."""

from collections import Counter
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from typing import Any

from reviewflow.as_json import pull_json, stats_json
from reviewflow.board import Board
from reviewflow.card import Card
from reviewflow.models import SyncStatus

Message = dict[str, Any]


class Changes:
    """Collects what changes; however often something changed meanwhile, it is told once."""

    def __init__(self, board: Board) -> None:
        self.changed: Callable[[], None] = lambda: None
        """Called when there may be something to tell."""
        self._board = board
        self._seen: dict[int, Card | None] = {}  # pulls that changed, in this order → as they last were there
        self._known: dict[int, Card] = {}  # what was told of each pull that is known to be there
        self._counts = Counter[str]()  # status → number of pulls of which that was told
        self._stats: dict[str, int] = {}  # what was told of them
        self._recounts = board.recounts
        self._is_recounted = False  # whoever read by REST meanwhile may know other numbers
        self._sync = board.sync
        self._said: dict[bool, Message] = {}  # whether somebody asked → what is to be said of the sync
        board.on_change(self._note)

    def begin(self) -> None:
        """Take all that there is as known: whoever comes now reads it by REST."""
        self._seen.clear()
        self._said.clear()
        self._known = dict(self._board.cards)
        self._counts = Counter(card.status for card in self._known.values())
        self._stats = stats_json(self._counts)
        self._recounts, self._is_recounted = self._board.recounts, False

    def messages(self) -> Iterator[Message]:
        """Tell the pulls, then the numbers, then how the sync goes.

        Each is made when it is its turn: a pull as it is then, the numbers as they are of what was told.
        What came and went is told, too: whoever came in between read of it by REST.
        """
        seen, self._seen = self._seen, {}
        for key, card in seen.items():
            if (message := self._pull(key, card)) is not None:
                yield message
        stats = stats_json(self._counts)
        if self._is_recounted or stats != self._stats:
            self._stats, self._is_recounted = stats, False
            yield {'type': 'stats_update', 'stats': stats}
        said, self._said = self._said, {}
        yield from said.values()

    def _pull(self, key: int, seen: Card | None) -> Message | None:
        before, now = self._known.pop(key, None), self._board.cards.get(key)
        if before is not None:
            self._counts[before.status] -= 1
        if now is not None:
            self._counts[now.status] += 1
            self._known[key] = now
        card = now or before or seen
        if card is None:
            return None  # it is gone, and that was told
        action = 'delete' if now is None else 'new' if before is None else 'update'
        return {
            'type': 'notification_update',
            'notification_id': key,
            'action': action,
            'data': pull_json(card),
        }

    def _note(self, keys: AbstractSet[int]) -> None:
        for key in keys:
            self._seen[key] = self._board.cards.get(key) or self._seen.get(key)
        if keys:
            self._is_recounted |= self._board.recounts != self._recounts
            self._recounts = self._board.recounts
        before, self._sync = self._sync, self._board.sync
        if self._sync != before:
            self._note_sync(before, self._sync)
        self.changed()

    def _note_sync(self, before: SyncStatus, now: SyncStatus) -> None:
        """Say that somebody asked, and how it went; of what is read unasked, only what is news."""
        if now.is_asked:
            if not before.is_asked:
                self._say('syncing', f'Checking {now.forge}…')
            return  # how it goes is said when it is done
        is_done = before.is_asked
        if now.error is not None:
            if is_done or now.error != before.error:
                self._say('error', now.error)
        elif is_done or before.error is not None or now.event_at not in {None, before.event_at}:
            self._say('synced', f'Synced with {now.forge}')

    def _say(self, status: str, details: str) -> None:
        """Keep the last word of each kind, in the order in which they fell."""
        is_asked = status == 'syncing'
        self._said.pop(is_asked, None)
        self._said[is_asked] = {'type': 'sync_status', 'status': status, 'details': details}

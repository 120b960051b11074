"""What the shared script knows of the board: the twin of ``components/live/script/index.js``.

All pages go the same way from the same snapshot by the same patches, so each step is worked out once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import orjson

Message = Mapping[str, Any]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class State:
    """What a page shows."""

    view: str
    epoch: str
    version: int
    rows: Mapping[int, Row]
    order: Sequence[int]
    count: int
    totals: Mapping[str, int]
    news: Sequence[Row]
    """The rows that the last message said something about."""

    def is_like(self, other: 'State') -> bool:
        """Whether both show the same."""
        return all(
            getattr(self, part) == getattr(other, part)
            for part in ('view', 'epoch', 'version', 'order', 'count', 'totals')
        ) and all(self.rows[key] == other.rows[key] for key in self.order)


class Live:
    """Takes hello, snapshots and patches; counts what should never happen."""

    def __init__(self, view: str) -> None:
        self.view = view
        self.state: State | None = None
        self.kept: list[bytes] | None = []
        """What arrived while a snapshot is on its way; None when none is."""
        self.gaps = 0
        """Patches that were missed."""
        self.doubled = 0
        """Patches that came again."""
        self._hello: Message | None = None

    @property
    def is_current(self) -> bool:
        """Whether it is in its room, and knows at least what there was when it joined."""
        return self._hello is not None and self.kept is None and not self._is_behind(self._hello)

    def offline(self) -> None:
        """Forget that it is in a room."""
        self._hello = None

    def receive(self, payload: bytes) -> bool:
        """Take a message; whether a snapshot must be fetched now."""
        message = parsed(payload)
        if 'hello' in message:
            self._hello = message
            return self._is_behind(message) and self._begin(message['view'])
        if self.kept is not None:
            self.kept.append(payload)
            return False
        assert self.state is not None
        is_ours = (message['view'], message['epoch']) == (self.state.view, self.state.epoch)
        if is_ours and message['version'] == self.state.version + 1:
            self.state = after(self.state, payload)
        elif is_ours and message['version'] > self.state.version:
            self.gaps += 1
            return self._begin(message['view'])
        else:
            self.doubled += 1
        return False

    def loaded(self, body: bytes) -> bool:
        """Take a snapshot, and what was kept; whether another must be fetched."""
        kept, self.kept = self.kept or [], None
        self.state = snapshot(body)
        return any(self._is_behind(parsed(payload)) and self.receive(payload) for payload in kept)

    def _is_behind(self, message: Message) -> bool:
        state = self.state
        if state is None or (message['view'], message['epoch']) != (state.view, state.epoch):
            return True
        return bool(message['version'] > state.version)

    def _begin(self, view: str) -> bool:
        self.view, self.kept = view, []
        return True


@lru_cache(maxsize=64)
def parsed(payload: bytes) -> Message:
    """Read a packet of ours."""
    message: Message = orjson.loads(payload[2:])[1]
    return message


@lru_cache(maxsize=8)
def snapshot(body: bytes) -> State:
    """Read a snapshot."""
    message = orjson.loads(body)
    rows = message['rows']
    parts = {name: message[name] for name in ('view', 'epoch', 'version', 'order', 'count', 'totals')}
    return State(rows={row['key']: row for row in rows}, news=rows, **parts)


@lru_cache(maxsize=64)
def after(state: State, payload: bytes) -> State:
    """Apply a patch; a row may come whole, or with only what changed of it."""
    message = parsed(payload)
    news = [{**state.rows.get(row['key'], {}), **row} for row in message.get('rows', ())]
    parts = {name: message[name] for name in ('version', 'order', 'count', 'totals') if name in message}
    return replace(state, rows={**state.rows, **{row['key']: row for row in news}}, news=news, **parts)

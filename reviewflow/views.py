"""Live views: each distinct query is evaluated once, encoded once, and sent to everyone who watches it."""

import gzip
import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

import orjson

from reviewflow.as_json import progress_json
from reviewflow.board import GROUPS, Board, News, Query
from reviewflow.freshness import Freshness
from reviewflow.models import SyncStatus
from reviewflow.notice import Notice
from reviewflow.policy import ALL
from reviewflow.preview import preview
from reviewflow.row import Row, row
from reviewflow.text import shown

PAGE_SIZE = 50
SKEW_S = 1
"""Clocks are never the same, and events are told in whole seconds."""
TOASTS_MAX = 3
"""As many fit on a page; of more only the number is told."""
SECRET = os.urandom(16)
Patch = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class ViewSpec:
    """What a page watches: a list, beside it one pull; ``query`` None: no rows, only totals and the sync."""

    query: Query | None = field(default_factory=Query)
    page: int = 1
    pull: tuple[str, int] | None = None
    """Repository and number of a pull: all that is known of it, and nothing else."""

    @property
    def is_filtered(self) -> bool:
        """Whether it may leave pulls out."""
        return self.query is not None and (self.query.channel != ALL or bool(self.query.text))

    @cached_property
    def id(self) -> str:
        """Its name as room and as address; from what somebody searches nobody else can tell it."""
        return hashlib.blake2s(orjson.dumps(asdict(self)), digest_size=9, key=SECRET).hexdigest()


class LiveView:
    """What one query shows, in order, and what of it changed since the last patch."""

    def __init__(self, spec: ViewSpec, board: Board, epoch: str, delay: Callable[[], Patch] = dict) -> None:
        self.spec = spec
        self.epoch = epoch
        """Tells a view that counts from zero again (a restart, nobody watched) from a lost patch."""
        self.version = 0
        self.watchers = 0
        self._board = board
        self._delay = delay  # how long events took to get here: it never makes a patch, but goes with one
        self._told_delay = self._look_at_delay()
        self._changed: set[int] = set()
        self._state = self._evaluate({})
        self._news: list[News] = []
        self._notices: list[Notice] = []
        self._snapshot: tuple[int, bytes] | None = None

    def note(self, keys: AbstractSet[int]) -> None:
        """Remember which pulls changed, for the next patch."""
        self._changed |= keys

    def announce(self, news: News) -> None:
        """Tell it with the next patch, once: it is no part of the state."""
        self._news.append(news)

    def say(self, notice: Notice) -> None:
        """Hand it on with the next patch, once."""
        self._notices.append(notice)

    def patch(self) -> Patch | None:
        """Whatever a watcher does not know yet; None when nothing that is shown changed."""
        if self.spec.pull is not None and not self._changed & {self._key, self._state['key']}:
            self._changed.clear()
            return None
        before, self._state = self._state, self._evaluate(self._state['rows'])
        self._changed.clear()
        news = {name: value for name, value in self._state.items() if value != before[name]}
        known = before['rows']
        if 'rows' in news:
            rows = self._state['rows'].items()
            news['rows'] = [news_of(row, known.get(key, {})) for key, row in rows if known.get(key) != row]
        if self._news or self._notices:
            news['toasts'] = self._toasts()
            self._news, self._notices = [], []
        if not news:
            return None
        told, self._told_delay = self._told_delay, self._look_at_delay()
        if self._told_delay != told:
            news |= self._told_delay
        self.version += 1
        return self.hello() | news

    def hello(self) -> Patch:
        """Which version there is."""
        return {'view': self.spec.id, 'epoch': self.epoch, 'version': self.version}

    def snapshot(self) -> Patch:
        """Everything, as of the last patch."""
        return self.hello() | self._state | self._told_delay | {'rows': list(self._state['rows'].values())}

    def gzipped(self) -> bytes:
        """Give the snapshot as JSON, compressed once per version."""
        if self._snapshot is None or self._snapshot[0] != self.version:
            self._snapshot = self.version, gzip.compress(orjson.dumps(self.snapshot()), 5)
        return self._snapshot[1]

    def _look_at_delay(self) -> Patch:
        return {} if self.spec.pull is not None else self._delay()

    def _evaluate(self, known: Mapping[int, Row]) -> dict[str, Any]:
        """Look at the board; rows that did not change since ``known`` are not made again."""
        if self.spec.pull is not None:
            key = self._key
            return {
                'key': key,
                'pull': None if key is None else preview(self._board.cards[key]),
                'rows': {},
            }
        state: dict[str, Any] = {'totals': self._board.totals, 'sync': sync_json(self._board.sync)}
        order: Sequence[int] = ()
        if self.spec.query is not None:
            ranking = self._board.ranking(self.spec.query)
            start = PAGE_SIZE * (self.spec.page - 1)
            order = ranking[start : start + PAGE_SIZE]
            state |= {'order': order, 'count': len(ranking), 'groups': self._groups(ranking)}
        rows = {}
        for key in order:
            rows[key] = (
                known[key] if key in known and key not in self._changed else row(self._board.cards[key])
            )
        return state | {'rows': rows}

    @property
    def _key(self) -> int | None:
        """Key of the one pull, while it is on the board."""
        card = None if self.spec.pull is None else self._board.named(*self.spec.pull)
        return None if card is None else card.key

    def _groups(self, ranking: Sequence[int]) -> dict[str, int]:
        """Count the pulls of each group, of all pages."""
        if self.spec.query is None or not self.spec.query.group:
            return {}
        group = GROUPS[self.spec.query.group]
        return Counter(group(self._board.cards[key]) for key in ranking)

    def _toasts(self) -> dict[str, Any]:
        """Say what happened lately: how much, and the last of it, by name unless its row is there anyway."""
        latest = {news.key: news for news in self._news if news.key in self._board.cards}
        rows = self._state['rows']
        items = [
            {'key': key, 'is_new': news.is_new} | ({} if key in rows else self._named(key))
            for key, news in list(latest.items())[-TOASTS_MAX:]
        ]
        said = [{'by': shown(each.by), 'text': shown(each.text)} for each in self._notices]
        return {'count': len(latest), 'items': items} | ({'said': said} if said else {})

    def _named(self, key: int) -> Row:
        known = row(self._board.cards[key])
        return {name: known[name] for name in ('repository', 'number', 'title', 'status')}


class Views:
    """All live views of this process."""

    def __init__(self, board: Board, freshness: Freshness | None = None) -> None:
        self.changed: Callable[[], None] = lambda: None
        """Called when there may be something to send."""
        self._board = board
        self._views: dict[str, LiveView] = {}
        self._sync = sync_json(board.sync)
        self._freshness = freshness
        self._delay: Patch | None = None  # made once for all views of a round
        board.on_change(self._note)
        board.on_news(self._announce)
        board.on_notice(self._say)

    def __iter__(self) -> Iterator[LiveView]:
        return iter(list(self._views.values()))

    def __getitem__(self, view_id: str) -> LiveView | None:
        return self._views.get(view_id)

    def watch(self, spec: ViewSpec) -> LiveView:
        """Give the view of this query, evaluated at most once however many watch it."""
        view = self._views.get(spec.id)
        if view is None:
            epoch = os.urandom(8).hex()
            view = self._views[spec.id] = LiveView(spec, self._board, epoch, self._look_at_delay)
        view.watchers += 1
        return view

    def leave(self, view: LiveView) -> None:
        """Say that one watcher is gone; a view that nobody watches is dropped."""
        view.watchers -= 1
        if view.watchers == 0:
            del self._views[view.spec.id]

    def _announce(self, news: News) -> None:
        for view in self._views.values():
            if view.spec.pull is None:
                view.announce(news)

    def _say(self, notice: Notice) -> None:
        for view in self._views.values():
            if view.spec.pull is None:
                view.say(notice)
        self.changed()

    def _look_at_delay(self) -> Patch:
        if self._delay is None:
            self._delay = {} if self._freshness is None else {'delay': freshness_json(self._freshness)}
        return self._delay

    def _note(self, keys: AbstractSet[int]) -> None:
        self._delay = None
        before, self._sync = self._sync, sync_json(self._board.sync)
        if not keys and self._sync == before:
            return  # what is new of the sync is not shown: that somebody asked for it
        for view in self._views.values():
            view.note(keys)
        self.changed()


def news_of(row: Row, known: Row) -> Row:
    """Leave out of a row what a watcher knows of it."""
    return {'key': row['key']} | {name: value for name, value in row.items() if known.get(name, ...) != value}


def freshness_json(freshness: Freshness) -> dict[str, Any]:
    """Say how long after their events the changes of the last hour were here; seconds.

    ``skew`` is how far the clock of the code host is ahead of ours, unless that is nothing to speak of.
    """
    delay, skew_s = freshness.delay(), freshness.skew().total_seconds()
    told = {} if delay is None else {'p50': round(delay.p50_s, 1), 'p95': round(delay.p95_s, 1)}
    return told | ({'skew': round(skew_s, 1)} if abs(skew_s) > SKEW_S else {})


def sync_json(sync: SyncStatus) -> dict[str, Any]:
    """Say how the sync goes; times are seconds since 1970 UTC."""
    return {
        'state': sync.state,
        'forge': sync.forge,
        'interval': round(sync.interval_s, 1),
        'error': sync.error,
        'fresh': sync.fresh_at and int(sync.fresh_at.timestamp()),
        'event': sync.changed_at and int(sync.changed_at.timestamp()),
        'progress': sync.progress and progress_json(sync.progress),
    }

"""Live views: evaluated once, sent once, dropped when nobody watches."""

import gzip
from datetime import timedelta

import orjson

from reviewflow.board import Board, Query
from reviewflow.card import Card
from reviewflow.freshness import Freshness
from reviewflow.models import Progress, SyncState, SyncStatus
from reviewflow.notice import Notice
from reviewflow.views import LiveView, Views, ViewSpec, sync_json
from tests.builders import NOW, Clock, after, card, merged, pull


def watched(*cards: Card, spec: ViewSpec | None = None) -> tuple[Board, Views, LiveView]:
    board = Board()
    board.put(cards)
    views = Views(board)
    return board, views, views.watch(spec or ViewSpec())


def test_a_patch_holds_only_what_changed() -> None:
    board, _, view = watched(card(key=1), card(pull(number=2), key=2))

    board.put([card(pull(number=2, title='New'), key=2)])
    patch = view.patch()

    assert patch is not None
    assert set(patch) == {'view', 'epoch', 'version', 'rows'}
    assert [row['title'] for row in patch['rows']] == ['New']


def test_a_patch_has_only_what_is_new_of_a_row() -> None:
    board, _, view = watched(card(key=1))

    board.put([card(pull(title='New'), key=1)])
    patch = view.patch()

    assert patch is not None
    assert patch['rows'] == [{'key': 1, 'title': 'New'}]


def test_a_change_that_nobody_sees_makes_no_patch() -> None:
    board, _, view = watched(card(key=1), spec=ViewSpec(query=Query(channel='merged')))
    first = view.snapshot()

    board.put([card(pull(title='New'), key=1)])

    assert view.patch() is None
    assert view.snapshot() == first


def test_many_changes_travel_in_one_patch() -> None:
    board, _, view = watched()

    for number in range(1, 4):
        board.put([card(pull(number=number), key=number)])
    patch = view.patch()

    assert patch is not None
    assert (patch['version'], len(patch['rows']), patch['totals']['all']) == (1, 3, 3)


def test_a_pull_that_leaves_is_told_by_the_order() -> None:
    board, _, view = watched(card(key=1), card(pull(number=2), key=2))

    board.remove([1])
    patch = view.patch()

    assert patch is not None
    assert (patch['order'], patch['count'], patch['rows']) == ([2], 1, [])


def test_a_view_without_rows_has_totals_and_the_sync() -> None:
    board, _, view = watched(card(key=1), spec=ViewSpec(query=None))

    board.report(SyncStatus(state=SyncState.LIVE))

    assert view.patch() == {**view.hello(), 'sync': sync_json(board.sync)}
    assert set(view.snapshot()) == {'view', 'epoch', 'version', 'totals', 'sync', 'rows'}


def test_how_fast_it_is_goes_with_what_changed_and_never_alone(clock: Clock) -> None:
    board, freshness = Board(), Freshness(clock, monotonic=clock.monotonic)
    freshness.begin(lambda: timedelta(seconds=3))
    views = Views(board, freshness)
    view, other = views.watch(ViewSpec()), views.watch(ViewSpec(query=None))
    assert view.snapshot()['delay'] == {'skew': 3.0}

    clock.forward(seconds=10)
    freshness.add(1, after(seconds=11.24))
    assert view.patch() is None
    assert view.snapshot()['delay'] == {'skew': 3.0}, 'it is as of the last patch, like all else'

    board.put([card(key=1)])
    for patch in (view.patch(), other.patch()):
        assert patch is not None
        assert patch['delay'] == {'p50': 1.3, 'p95': 1.3, 'skew': 3.0}
    board.put([card(pull(title='New'), key=1)])
    patch = view.patch()
    assert patch is not None
    assert 'delay' not in patch, 'it is known'
    clock.forward(hours=2)
    board.report(SyncStatus(state=SyncState.LIVE))
    patch = other.patch()
    assert patch is not None
    assert patch['delay'] == {'skew': 3.0}


def test_the_same_query_is_one_view() -> None:
    _, views, view = watched()

    assert views.watch(ViewSpec(query=Query(), page=1)) is view
    assert views[view.spec.id] is view
    assert view.watchers == 2


def test_different_queries_are_different_views() -> None:
    specs = [
        ViewSpec(),
        ViewSpec(page=2),
        ViewSpec(query=None),
        ViewSpec(query=Query(text='lamp')),
        ViewSpec(query=Query(channel='merged')),
        ViewSpec(query=Query(sort='updated-asc')),
    ]

    assert len({spec.id for spec in specs}) == len(specs)
    assert [spec.is_filtered for spec in specs] == [False, False, False, True, True, False]


def test_a_view_that_nobody_watches_is_dropped() -> None:
    _, views, view = watched()
    views.watch(view.spec)

    views.leave(view)
    assert views[view.spec.id] is view
    views.leave(view)
    assert views[view.spec.id] is None


def test_a_view_watched_anew_is_not_mistaken_for_its_dropped_self() -> None:
    """Else a browser that kept the old snapshot by its ETag would show it as the new one."""
    board, views, view = watched(card(pull(title='Old'), key=1))
    old = view.snapshot()
    views.leave(view)

    board.put([card(pull(title='New'), key=1)])
    new = views.watch(view.spec).snapshot()

    assert (new['epoch'], new['version']) != (old['epoch'], old['version'])


def test_there_is_news_whenever_the_board_changed() -> None:
    board, views, _ = watched(card(key=1))
    called = []
    views.changed = lambda: called.append(True)

    board.put([card(pull(title='New'), key=1)])
    board.report(SyncStatus(state=SyncState.LIVE))
    board.put([board.cards[1]], quietly=True)

    assert len(called) == 2


def test_a_snapshot_is_compressed_once_per_version() -> None:
    board, _, view = watched(card(key=1))
    packed = view.gzipped()
    assert view.gzipped() is packed

    board.remove([1])
    assert view.gzipped() is packed
    view.patch()
    assert orjson.loads(gzip.decompress(view.gzipped()))['order'] == []


def test_times_of_the_sync_are_seconds() -> None:
    told = sync_json(SyncStatus(interval_s=125.04, fresh_at=NOW, changed_at=after(minutes=1)))

    assert (told['interval'], told['fresh'], told['event']) == (
        125.0,
        int(NOW.timestamp()),
        int(NOW.timestamp()) + 60,
    )
    assert sync_json(SyncStatus())['fresh'] is None


def test_pages_hear_how_far_a_first_read_got() -> None:
    board, _, view = watched(card(key=1))

    board.report(SyncStatus(progress=Progress(repositories=2, pulls=40, share=0.43)))
    patch = view.patch()
    assert patch is not None
    assert patch['sync']['progress'] == {'repositories': 2, 'pulls': 40, 'share': 0.43}
    board.report(SyncStatus())
    patch = view.patch()
    assert patch is not None
    assert patch['sync']['progress'] is None


def test_the_view_of_one_pull_remembers_nothing_of_the_others() -> None:
    spec = ViewSpec(query=None, pull=('acme/api', 1))
    board, _, view = watched(card(key=1), card(pull(number=2), key=2), spec=spec)
    first = view.snapshot()

    board.put([card(pull(number=2, title='New'), key=2)])
    assert view.patch() is None
    board.put([card(pull(number=1, title='New'), key=1)])

    patch = view.patch()
    assert patch is not None
    assert (first['pull']['title'], patch['pull']['title']) == ('Fix the lamp', 'New')


def test_groups_are_counted_over_all_pages_and_fit_into_a_frame() -> None:
    cards = [card(pull(number=number), key=number) for number in range(1, 60)]
    _, _, view = watched(*cards, card(merged(number=99), key=99), spec=ViewSpec(query=Query(group='status')))

    assert orjson.loads(gzip.decompress(view.gzipped()))['groups'] == {'pending': 59, 'merged': 1}


def test_news_is_told_once_with_the_next_patch_and_gathered_when_there_is_much() -> None:
    board, _, view = watched(card(key=1))

    board.put([card(merged(number=1), key=1)], is_news=True)
    patch = view.patch()
    assert patch is not None
    assert patch['toasts']['count'] == 1
    assert patch['toasts']['items'] == [{'key': 1, 'is_new': False}], 'its row tells the rest'

    board.put([card(pull(number=number), key=number) for number in range(2, 12)], is_news=True)
    patch = view.patch()
    assert patch is not None
    assert (patch['toasts']['count'], len(patch['toasts']['items'])) == (10, 3)
    assert view.patch() is None


def test_news_of_what_is_not_in_view_comes_with_its_name() -> None:
    board, _, view = watched(spec=ViewSpec(query=Query(channel='closed')))

    board.put([card(merged(number=1), key=1)], is_news=True)
    patch = view.patch()

    assert patch is not None
    assert patch['toasts']['items'] == [
        {
            'key': 1,
            'is_new': True,
            'repository': 'acme/api',
            'number': 1,
            'title': 'Fix the lamp',
            'status': 'merged',
        }
    ]


def test_a_mere_edit_is_no_news() -> None:
    board, _, view = watched(card(key=1))

    board.put([card(pull(title='New'), key=1)], is_news=True)
    patch = view.patch()

    assert patch is not None
    assert 'toasts' not in patch


def test_that_somebody_waits_for_a_sync_is_no_reason_to_look_at_any_view() -> None:
    board, views, _ = watched(card(key=1))
    board.report(SyncStatus(state=SyncState.LIVE))
    looks: list[bool] = []
    views.changed = lambda: looks.append(True)

    board.report(SyncStatus(state=SyncState.LIVE, is_asked=True))
    board.report(SyncStatus(state=SyncState.LIVE))
    assert looks == []

    board.report(SyncStatus(state=SyncState.LIVE, error='GitHub is down'))
    assert looks == [True]


def test_what_somebody_says_is_sent_at_once_and_not_with_the_next_change() -> None:
    board, views, view = watched(card(key=1))
    looks: list[bool] = []
    views.changed = lambda: looks.append(True)

    board.say(Notice(by='ana', text='Lunch'))

    assert looks == [True]
    patch = view.patch()
    assert patch is not None
    assert patch['toasts']['said'] == [{'by': 'ana', 'text': 'Lunch'}]

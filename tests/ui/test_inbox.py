"""The inbox: which view a page watches, and that it follows its person and nobody else's rubbish."""

from urllib.parse import urlencode

import pytest
from nicegui import Client
from nicegui.element import Element
from nicegui.testing import User

from components.live_numbers import LiveNumbers
from components.pull_drawer import PullDrawer
from components.pull_list import PullList
from components.search_bar import SearchBar
from components.title_bar import TitleBar
from reviewflow.board import Query
from reviewflow.flow import ReviewFlow
from reviewflow.views import Views, ViewSpec
from tests.builders import pull
from tests.ui.conftest import SignIn, record
from tests.waiting import until

ALL = ViewSpec()


def watched(views: Views) -> dict[ViewSpec, int]:
    """View → how many pages watch it."""
    return {view.spec: view.watchers for view in views}


def titles(views: Views, spec: ViewSpec) -> set[str]:
    """What a view shows to whoever asks now."""
    (view,) = [view for view in views if view.spec == spec]
    view.patch()
    return {row['title'] for row in view.snapshot()['rows']}


async def shows(views: Views, spec: ViewSpec) -> None:
    """Wait until all that is watched is this, by one page."""
    await until(lambda: watched(views) == {spec: 1})


def words(user: User) -> object:
    """What stands in the search."""
    (search,) = user.find(SearchBar).elements
    return search.props['given']['text']


def title(user: User) -> str:
    """What the list is called."""
    (head,) = user.find(TitleBar).elements
    return head.title


def fire(user: User, element: type[Element], event: str, args: object) -> None:
    """Send what the script of an element sends."""
    user.find(element).trigger(event, args)


@pytest.mark.parametrize(
    ('address', 'spec', 'seen'),
    [
        ('', ALL, {'Fix the lamp', 'Buy a lamp', 'Open the door', 'Paint the lamp', 'Sell the door'}),
        ('?channel=merged', ViewSpec(query=Query(channel='merged')), {'Paint the lamp'}),
        ('?q=LAMP%20%20fix', ViewSpec(query=Query(text='LAMP fix')), {'Fix the lamp'}),
        (
            '?q=is:closed+sort:created-asc',
            ViewSpec(query=Query(text='is:closed sort:created-asc')),
            {'Paint the lamp', 'Sell the door'},
        ),
        ('?group=status&q=fix', ViewSpec(query=Query(text='fix', group='status')), {'Fix the lamp'}),
        ('?channel=merged&page=2', ViewSpec(query=Query(channel='merged'), page=2), set()),
        (
            '?channel=nonsense&q=door&page=-1&group=x',
            ViewSpec(query=Query(text='door')),
            {'Open the door', 'Sell the door'},
        ),
    ],
)
async def test_the_address_says_what_a_page_watches(
    user: User, views: Views, address: str, spec: ViewSpec, seen: set[str]
) -> None:
    await user.open(f'/dashboard/{address}')

    assert watched(views) == {spec: 1}
    assert titles(views, spec) == seen


async def test_a_view_holds_what_is_true_now(flow: ReviewFlow, user: User, views: Views) -> None:
    await user.open('/dashboard/?q=lamp')

    await record(flow, pull(number=1, title='Fix the window'), pull(number=6, title='A new lamp'))

    assert titles(views, ViewSpec(query=Query(text='lamp'))) == {'Buy a lamp', 'Paint the lamp', 'A new lamp'}


async def test_choosing_a_channel_shows_its_first_page(user: User, views: Views) -> None:
    await user.open('/dashboard/?page=2')

    fire(user, LiveNumbers, 'choose', 'merged')

    await shows(views, ViewSpec(query=Query(channel='merged')))
    assert title(user) == 'Merged'


async def test_a_search_keeps_the_channel_and_turning_keeps_both(user: User, views: Views) -> None:
    await user.open('/dashboard/?channel=pending&page=3')

    fire(user, SearchBar, 'search', '  lamp ')
    await shows(views, ViewSpec(query=Query(channel='pending', text='lamp')))
    fire(user, PullList, 'page', 2)

    await shows(views, ViewSpec(query=Query(channel='pending', text='lamp'), page=2))


async def test_clearing_shows_everything_and_empties_the_search(user: User, views: Views) -> None:
    await user.open('/dashboard/?channel=closed&q=nothing&page=2')

    fire(user, PullList, 'clear', None)

    await shows(views, ALL)
    assert words(user) == ''


async def test_emptying_the_search_keeps_the_channel(user: User, views: Views) -> None:
    await user.open('/dashboard/?channel=closed&q=nothing')

    fire(user, SearchBar, 'search', '')

    await shows(views, ViewSpec(query=Query(channel='closed')))


async def test_back_and_forward_bring_the_whole_state(user: User, views: Views) -> None:
    await user.open('/dashboard/')

    fire(user, PullList, 'travel', '/dashboard/?channel=merged&q=paint+the&page=2')

    await shows(views, ViewSpec(query=Query(channel='merged', text='paint the'), page=2))
    assert words(user) == 'paint the'
    assert title(user) == 'Merged'


RUBBISH: list[object] = [
    None, True, False, 0, -1, 2**70, 1.5, float('inf'), '', '\x00', '\ud800', 'x' * 100_000, '9' * 5_000,
    [], ['merged'], {}, {'channel': 'merged'}, [[[[]]]], '?page=' + '9' * 5_000, '?q=%ff%00&channel[]=1&&&=',
]  # fmt: skip


@pytest.mark.parametrize(
    ('element', 'event'),
    [
        (LiveNumbers, 'choose'),
        (PullList, 'page'),
        (PullList, 'clear'),
        (PullList, 'travel'),
        (SearchBar, 'search'),
        (SearchBar, 'group'),
        (PullDrawer, 'open'),
    ],
)
async def test_rubbish_from_a_browser_is_harmless(
    user: User, views: Views, element: type[Element], event: str
) -> None:
    await user.open('/dashboard/')

    for rubbish in RUBBISH:
        fire(user, element, event, rubbish)
    fire(user, PullList, 'travel', '/dashboard/?channel=merged')

    await shows(views, ViewSpec(query=Query(channel='merged')))


async def test_rubbish_in_the_address_is_harmless(user: User, views: Views) -> None:
    for rubbish in RUBBISH:
        text = str(rubbish)[:15_000]
        query = urlencode({'channel': text, 'q': text, 'group': text, 'page': text}, errors='replace')
        await user.open(f'/dashboard/?{query}')

    assert sum(watched(views).values()) == len(RUBBISH)


async def test_two_people_share_a_view_and_go_their_own_ways(sign_in: SignIn, views: Views) -> None:
    ann, ben = sign_in(), sign_in()
    await ann.open('/dashboard/')
    await ben.open('/dashboard/')
    assert watched(views) == {ALL: 2}

    fire(ben, LiveNumbers, 'choose', 'merged')

    await until(lambda: watched(views) == {ALL: 1, ViewSpec(query=Query(channel='merged')): 1})


async def test_a_page_that_is_closed_leaves_its_view(user: User, views: Views) -> None:
    client = await user.open('/dashboard/')
    fire(user, LiveNumbers, 'choose', 'closed')
    await shows(views, ViewSpec(query=Query(channel='closed')))

    client.delete()

    assert watched(views) == {}


async def test_a_page_that_never_connects_leaves_its_view(user: User, views: Views) -> None:
    await user.http_client.get('/dashboard/')
    assert watched(views) == {ALL: 1}

    Client.prune_instances(client_age_threshold=0)

    assert watched(views) == {}


async def test_an_open_page_is_cheap(user: User) -> None:
    client = await user.open('/dashboard/')

    assert len(client.elements) <= 30

"""One pull beside the list: by address, click, back and forward; watched only while it is open."""

from nicegui.testing import User

from components.pull_drawer import PullDrawer
from components.pull_list import PullList
from reviewflow.board import Query
from reviewflow.flow import ReviewFlow
from reviewflow.views import Views, ViewSpec
from tests.builders import pull
from tests.ui.conftest import record
from tests.ui.test_inbox import ALL, fire, until, watched


def beside(key: int) -> ViewSpec:
    return ViewSpec(query=None, pull=key)


def key_of(views: Views, number: int) -> int:
    key = views.find('acme/api', number)
    assert key is not None
    return key


def placed(user: User) -> object:
    """What the page told its drawer to show."""
    (drawer,) = user.find(PullDrawer).elements
    return drawer.props['given']


async def test_the_address_of_a_pull_opens_it_beside_the_list(user: User, views: Views) -> None:
    key = key_of(views, 3)

    await user.open('/dashboard/pulls/ACME/api/3?channel=pending')

    await until(lambda: watched(views) == {ViewSpec(query=Query(channel='pending')): 1, beside(key): 1})
    assert placed(user) == {'key': key, 'repository': 'ACME/api', 'number': 3}


async def test_the_address_of_no_pull_says_so_beside_the_list(user: User, views: Views) -> None:
    await user.open('/dashboard/pulls/acme/api/99')

    assert watched(views) == {ALL: 1}
    assert placed(user) == {'key': None, 'repository': 'acme/api', 'number': 99}


async def test_what_is_clicked_is_watched_until_something_else_is(user: User, views: Views) -> None:
    await user.open('/dashboard/')

    fire(user, PullDrawer, 'open', key_of(views, 1))
    await until(lambda: watched(views) == {ALL: 1, beside(key_of(views, 1)): 1})
    fire(user, PullDrawer, 'open', key_of(views, 2))
    await until(lambda: watched(views) == {ALL: 1, beside(key_of(views, 2)): 1})
    fire(user, PullDrawer, 'open', None)
    await until(lambda: watched(views) == {ALL: 1})


async def test_a_channel_chosen_meanwhile_leaves_it_open(user: User, views: Views) -> None:
    await user.open('/dashboard/pulls/acme/api/1')

    fire(user, PullList, 'page', 2)

    await until(lambda: watched(views) == {ViewSpec(page=2): 1, beside(key_of(views, 1)): 1})


async def test_back_and_forward_open_and_close_it(user: User, views: Views) -> None:
    await user.open('/dashboard/')

    fire(user, PullList, 'travel', '/dashboard/pulls/acme/api/2?q=lamp')
    key = key_of(views, 2)
    await until(lambda: watched(views) == {ViewSpec(query=Query(text='lamp')): 1, beside(key): 1})
    assert placed(user) == {'key': key, 'repository': 'acme/api', 'number': 2}

    fire(user, PullList, 'travel', '/dashboard/')
    await until(lambda: watched(views) == {ALL: 1})
    assert placed(user) == {}


async def test_a_page_that_is_closed_leaves_both_its_views(user: User, views: Views) -> None:
    client = await user.open('/dashboard/pulls/acme/api/1')
    await until(lambda: len(watched(views)) == 2)

    client.delete()

    assert watched(views) == {}


async def test_it_holds_what_is_true_now(flow: ReviewFlow, user: User, views: Views) -> None:
    await user.open('/dashboard/pulls/acme/api/1')
    key = key_of(views, 1)
    await until(lambda: beside(key) in watched(views))
    view = views[beside(key).id]
    assert view is not None

    await record(flow, pull(number=2, title='Elsewhere'))
    assert view.patch() is None
    await record(flow, pull(number=1, title='Fix the window'))

    patch = view.patch()
    assert patch is not None
    assert patch['pull']['title'] == 'Fix the window'

"""One pull beside the list: by address, click, back and forward; watched only while it is open."""

from nicegui.testing import User

from components.pull_drawer import PullDrawer
from components.pull_list import PullList
from reviewflow.board import Query
from reviewflow.flow import ReviewFlow
from reviewflow.views import Views, ViewSpec
from tests.builders import pull
from tests.ui.conftest import record
from tests.ui.test_inbox import ALL, fire, watched
from tests.waiting import until


def beside(number: int) -> ViewSpec:
    return ViewSpec(query=None, pull=('acme/api', number))


def placed(user: User) -> object:
    """What the page told its drawer to show."""
    (drawer,) = user.find(PullDrawer).elements
    return drawer.props['given']['pull']


async def test_the_address_of_a_pull_opens_it_beside_the_list(user: User, views: Views) -> None:
    await user.open('/dashboard/pulls/ACME/api/3?channel=pending')

    spec = ViewSpec(query=None, pull=('ACME/api', 3))
    await until(lambda: watched(views) == {ViewSpec(query=Query(channel='pending')): 1, spec: 1})
    assert placed(user) == {'repository': 'ACME/api', 'number': 3}
    view = views[spec.id]
    assert view is not None
    assert view.snapshot()['pull']['title'] == 'Open the door'


async def test_a_pull_that_is_not_here_yet_is_shown_when_it_comes(
    flow: ReviewFlow, user: User, views: Views
) -> None:
    await user.open('/dashboard/pulls/acme/api/99')
    view = views[beside(99).id]
    assert view is not None
    assert view.snapshot()['pull'] is None

    await record(flow, pull(number=99, title='Late'))

    patch = view.patch()
    assert patch is not None
    assert patch['pull']['title'] == 'Late'


async def test_what_is_clicked_is_watched_until_something_else_is(user: User, views: Views) -> None:
    await user.open('/dashboard/')

    fire(user, PullDrawer, 'open', ['acme/api', 1])
    await until(lambda: watched(views) == {ALL: 1, beside(1): 1})
    fire(user, PullDrawer, 'open', ['acme/api', 2])
    await until(lambda: watched(views) == {ALL: 1, beside(2): 1})
    fire(user, PullDrawer, 'open', None)
    await until(lambda: watched(views) == {ALL: 1})


async def test_a_channel_chosen_meanwhile_leaves_it_open(user: User, views: Views) -> None:
    await user.open('/dashboard/pulls/acme/api/1')

    fire(user, PullList, 'page', 2)

    await until(lambda: watched(views) == {ViewSpec(page=2): 1, beside(1): 1})


async def test_back_and_forward_open_and_close_it(user: User, views: Views) -> None:
    await user.open('/dashboard/')

    fire(user, PullList, 'travel', '/dashboard/pulls/acme/api/2?q=lamp')
    await until(lambda: watched(views) == {ViewSpec(query=Query(text='lamp')): 1, beside(2): 1})
    assert placed(user) == {'repository': 'acme/api', 'number': 2}

    fire(user, PullList, 'travel', '/dashboard/')
    await until(lambda: watched(views) == {ALL: 1})
    assert placed(user) is None


async def test_a_page_that_is_closed_leaves_both_its_views(user: User, views: Views) -> None:
    client = await user.open('/dashboard/pulls/acme/api/1')
    await until(lambda: len(watched(views)) == 2)

    client.delete()

    assert watched(views) == {}


async def test_it_holds_what_is_true_now(flow: ReviewFlow, user: User, views: Views) -> None:
    await user.open('/dashboard/pulls/acme/api/1')
    await until(lambda: beside(1) in watched(views))
    view = views[beside(1).id]
    assert view is not None

    await record(flow, pull(number=2, title='Elsewhere'))
    assert view.patch() is None
    await record(flow, pull(number=1, title='Fix the window'))

    patch = view.patch()
    assert patch is not None
    assert patch['pull']['title'] == 'Fix the window'

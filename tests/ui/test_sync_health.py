"""Sync health: who is offered to compare everything, and what is said when it is done."""

import importlib

import pytest
from nicegui.testing import User

from components.sync_health import SyncHealth
from reviewflow.accounts import Actor, Role
from reviewflow.errors import Stopped
from reviewflow.flow import ReviewFlow
from reviewflow.syncs import HostHealth, Reconciliation
from reviewflow.views import Views, ViewSpec
from tests.builders import NOW
from tests.desk import Desk
from tests.integration.rest_client import Syncing
from tests.ui.conftest import SignIn
from tests.waiting import until

PATH = '/dashboard/sync'
DONE = Reconciliation(at=NOW, compared=412)
NOTHING = 'Nothing could be compared: '
BOTH_LEFT = '1 repository could not be read, the allowance is not enough for 2 repositories'


class Comparing(Syncing):
    """Somebody who compares everything."""

    found: Reconciliation | None = DONE
    error: Exception | None = None
    is_running = False
    times = 0

    async def reconcile(self) -> Reconciliation | None:
        self.times += 1
        if self.error is not None:
            raise self.error
        return self.found

    def health(self) -> tuple[HostHealth, tuple[()]]:
        host = HostHealth(
            title='GitHub',
            means='REST',
            budgets={},
            interval_s=30,
            wanted_interval_s=30,
            is_reconciling=self.is_running,
        )
        return host, ()


@pytest.fixture
def comparing(flow: ReviewFlow) -> Comparing:
    flow.poller = comparing = Comparing()
    return comparing


@pytest.fixture
def enter(sign_in: SignIn, flow: ReviewFlow, views: Views) -> SignIn:
    importlib.import_module('pages.sync_health').create(flow, views, Desk().connector)
    return sign_in


def page(user: User) -> SyncHealth:
    (element,) = user.find(SyncHealth).elements
    return element


async def answer(user: User, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Press the button, and give what the script is told to say."""
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(SyncHealth, 'run_method', lambda *called: told.append(called[2:]))
    user.find(SyncHealth).trigger('reconcile')
    await until(lambda: told)
    return told[0]


@pytest.mark.parametrize(
    ('role', 'offered'),
    [
        (Role.VIEWER, (False, False)),
        (Role.REVIEWER, (False, False)),
        (Role.MAINTAINER, (True, False)),
        (Role.ADMIN, (True, True)),
    ],
)
async def test_each_role_is_offered_what_it_may(
    enter: SignIn, role: Role, offered: tuple[bool, bool]
) -> None:
    user = enter(Actor(user_id=2, name='ben', role=role))
    await user.open(PATH)

    assert (page(user).props['may-reconcile'], page(user).props['may-connect']) == offered


async def test_whoever_may_not_is_refused_whatever_the_browser_sends(
    enter: SignIn, comparing: Comparing, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = enter(Actor(user_id=2, name='ben', role=Role.REVIEWER))
    await user.open(PATH)

    assert await answer(user, monkeypatch) == (
        'Only maintainers and administrators may do this',
        'is-closed',
    )
    assert comparing.times == 0


@pytest.mark.parametrize(
    ('found', 'said'),
    [
        (DONE, ('412 pulls compared, none drifted', 'is-open')),
        (
            Reconciliation(at=NOW, compared=1, drifted=('acme/api#1',), left=2),
            ('2 repositories could not be read; 1 pull compared, 1 drifted', 'is-pending'),
        ),
        (
            Reconciliation(at=NOW, compared=1, left=1, dear=1),
            ('The allowance is not enough for 1 repository; 1 pull compared, none drifted', 'is-pending'),
        ),
        (
            Reconciliation(at=NOW, compared=0, left=8),
            (f'{NOTHING}8 repositories could not be read', 'is-pending'),
        ),
        (
            Reconciliation(at=NOW, compared=0, left=3, dear=2),
            (NOTHING + BOTH_LEFT, 'is-pending'),
        ),
        (Reconciliation(at=NOW, compared=0), ('There was nothing to compare', 'is-pending')),
        (None, ('It was broken off', 'is-closed')),
    ],
)
async def test_what_came_of_it_is_said(
    enter: SignIn,
    comparing: Comparing,
    monkeypatch: pytest.MonkeyPatch,
    found: Reconciliation | None,
    said: tuple[str, str],
) -> None:
    comparing.found = found
    user = enter(Actor(user_id=2, name='mei', role=Role.MAINTAINER))
    await user.open(PATH)

    assert await answer(user, monkeypatch) == said


async def test_when_other_repositories_are_read_meanwhile_that_is_said(
    enter: SignIn, comparing: Comparing, monkeypatch: pytest.MonkeyPatch
) -> None:
    comparing.error = Stopped()
    user = enter(Actor(user_id=2, name='mei', role=Role.MAINTAINER))
    await user.open(PATH)

    assert await answer(user, monkeypatch) == ('It was broken off: ask again in a moment', 'is-closed')


async def test_while_it_is_under_way_another_click_only_says_so(
    enter: SignIn, comparing: Comparing, monkeypatch: pytest.MonkeyPatch
) -> None:
    comparing.is_running = True
    user = enter(Actor(user_id=2, name='mei', role=Role.MAINTAINER))
    await user.open(PATH)

    assert await answer(user, monkeypatch) == ('It is under way already', 'is-info')
    assert comparing.times == 0


async def test_the_page_is_live_without_watching_a_list(enter: SignIn, views: Views) -> None:
    user = enter()
    await user.open(PATH)

    assert [view.spec for view in views] == [ViewSpec(query=None)]

"""The page where GitHub is connected: who may, what was chosen before, what the environment decides."""

import pytest

from components.sync_badge import SyncBadge
from reviewflow.accounts import Accounts, Actor, Role
from reviewflow.accounts.role import DEMO
from reviewflow.connection import Connection
from reviewflow.flow import ReviewFlow
from reviewflow.models import SyncState, SyncStatus
from reviewflow.settings import GITHUB_API
from tests.builders import NOW
from tests.desk import ANA, Desk
from tests.ui.conftest import Open, SignIn
from tests.ui.connecting import is_enabled, tick

# Who may


async def test_whoever_may_not_is_told_whom_to_ask_and_sees_no_form(desk: Desk, enter: Open) -> None:
    user = enter(desk, Actor(user_id=2, name='ben', role=Role.MAINTAINER))
    await user.open('/dashboard/connect')

    await user.should_see('Only an administrator connects GitHub')
    await user.should_see('Ask ana or mei.')
    await user.should_see('Go to the inbox')
    await user.should_not_see(marker='token')


async def test_whoever_may_not_is_told_what_is_wrong(desk: Desk, enter: Open, flow: ReviewFlow) -> None:
    flow.report(SyncStatus(state=SyncState.FAILING, error='GitHub refused the token'))
    user = enter(desk, Actor(user_id=2, name='ben', role=Role.VIEWER))
    await user.open('/dashboard/connect')

    await user.should_see('GitHub refused the token.')
    await user.should_see('Sync health')


@pytest.mark.parametrize(('role', 'may_connect'), [(Role.MAINTAINER, False), (Role.ADMIN, True)])
async def test_only_administrators_are_led_here_when_something_is_wrong(
    sign_in: SignIn, role: Role, *, may_connect: bool
) -> None:
    user = sign_in(Actor(user_id=2, name='ben', role=role))
    await user.open('/dashboard/')

    bars = [each for each in user.find(SyncBadge).elements if each.props['place'] == 'bar']
    assert [each.props['may-connect'] for each in bars] == [may_connect]


async def test_whoever_only_looks_around_hears_no_names(desk: Desk, enter: Open, accounts: Accounts) -> None:
    user = enter(desk, DEMO)
    await user.open('/dashboard/connect')
    await user.should_see('Sign out, then sign in')
    await user.should_not_see('ana or mei')

    accounts.setup_code = 'CODE'
    await user.open('/dashboard/connect')
    await user.should_see('Create the first account')


async def test_a_pretend_team_that_was_asked_for_is_explained(enter: Open) -> None:
    user = enter(Desk(DEMO='true'))
    await user.open('/dashboard/connect')

    await user.should_see('REVIEWFLOW_DEMO is on')
    await user.should_not_see(marker='token')


async def test_the_menu_leads_administrators_here(sign_in: SignIn) -> None:
    for actor, is_there in ((ANA, True), (Actor(user_id=2, name='ben', role=Role.MAINTAINER), False)):
        user = sign_in(actor)
        await user.open('/dashboard/')
        user.find(marker='account').click()
        await (user.should_see if is_there else user.should_not_see)('Connect GitHub')


# What is there already


def kept(desk: Desk, *, token_is_lost: bool = False) -> Desk:
    draft = desk.connector.draft(token='ann')
    desk.connector.kept = desk.shelf.kept = Connection(
        api_url=GITHUB_API,
        token=None if token_is_lost else draft.token,
        token_since=NOW,
        repositories=('acme/web',),
        set_by='mei',
        set_at=NOW,
    )
    return desk


async def test_what_was_chosen_is_shown_and_changed_without_the_token(enter: Open, desk: Desk) -> None:
    user = enter(kept(desk))
    await user.open('/dashboard/connect')

    await user.should_see('Connected by mei on 2 March 2026')
    await user.should_see('One is set, since 2 March 2026')
    await user.should_see('Signed in as ann')
    tick(user, 'acme/api')
    user.find(marker='connect').click()
    await user.should_see('Go to the inbox')
    assert [each.repositories for each in desk.switched] == [('acme/web', 'acme/api')]


async def test_a_lost_token_is_asked_for_again(enter: Open, desk: Desk) -> None:
    user = enter(kept(desk, token_is_lost=True))
    await user.open('/dashboard/connect')

    await user.should_see('The stored token cannot be read any more: enter it again')


async def test_it_can_be_undone(enter: Open, desk: Desk) -> None:
    user = enter(kept(desk))
    await user.open('/dashboard/connect')
    user.find(marker='disconnect').click()

    await user.should_see('Every open page changes from the pretend team')
    assert desk.shelf.kept is None


async def test_what_the_environment_decides_is_said_and_not_asked(enter: Open) -> None:
    desk = Desk(GITHUB__TOKEN='ann', GITHUB__REPOSITORIES='acme/env')
    user = enter(desk)
    await user.open('/dashboard/connect')

    await user.should_see('The token is set where the server runs, by REVIEWFLOW_GITHUB__TOKEN.')
    await user.should_see('by REVIEWFLOW_GITHUB__REPOSITORIES.')
    await user.should_see('acme/env')
    await user.should_not_see(marker='token')
    await user.should_not_see(marker='api-url')
    await user.should_see('All of it is set where the server runs')
    assert not is_enabled(user)


async def test_with_a_token_of_the_environment_repositories_are_chosen(enter: Open) -> None:
    desk = Desk(GITHUB__TOKEN='ann')
    user = enter(desk)
    await user.open('/dashboard/connect')
    await user.should_see('Signed in as ann')
    tick(user, 'acme/api')
    user.find(marker='connect').click()

    await user.should_see('Go to the inbox')
    assert desk.shelf.kept is not None
    assert desk.shelf.kept.token is None

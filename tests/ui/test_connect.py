"""Connecting GitHub on the page, over a code host that is made up."""

import pytest
from nicegui.element import Element
from nicegui.testing import User
from pydantic import SecretStr

from components.connect import FirstRead
from components.connect.repository_list import RepositoryList
from reviewflow.connection import Seen, SeenRepository
from reviewflow.errors import (
    ApprovalNeeded,
    BadCredentials,
    ForgeError,
    ForgeUnavailable,
    NotGitHub,
    Reason,
    RepositoryUnavailable,
)
from reviewflow.flow import ReviewFlow
from reviewflow.models import Progress, SyncState, SyncStatus
from tests.desk import Desk
from tests.ui.connecting import is_enabled, listed, tick, type_token

CANARY = 'canary-91ab'
SSO = 'https://github.com/orgs/harbor/sso?authorization_request=abc'

# The token


async def test_a_token_that_is_pasted_says_at_once_whose_it_is_and_what_it_sees(ana: User) -> None:
    await ana.should_see('Choose at least one repository')
    assert listed(ana) == []

    type_token(ana, 'ann')

    await ana.should_see('Signed in as ann · fine-grained')
    assert listed(ana) == ['acme/api']


async def test_half_a_token_is_not_sent_anywhere(ana: User, desk: Desk) -> None:
    type_token(ana, 'ghp_abc', is_sure=False)

    await ana.should_see('Check the token first')
    assert desk.github.asked == []
    ana.find(marker='check').click()
    await ana.should_see('Signed in as ghp_abc')


@pytest.mark.parametrize('token', ['ghp_' + 'a' * 36, 'github_pat_' + 'b' * 82, 'c' * 40])
async def test_a_token_that_looks_complete_is_checked_while_one_types(ana: User, token: str) -> None:
    type_token(ana, token, is_sure=False)

    await ana.should_see(f'Signed in as {token}')


async def test_another_token_makes_what_was_found_void(ana: User) -> None:
    type_token(ana, 'ann')
    await ana.should_see('Signed in as ann')
    type_token(ana, 'be', is_sure=False)

    await ana.should_not_see('Signed in as ann')
    assert not is_enabled(ana)


@pytest.mark.parametrize(
    ('error', 'said'),
    [
        (BadCredentials(''), 'GitHub refused the token: it may be mistyped, expired or revoked'),
        (ForgeUnavailable('no connection'), 'GitHub cannot be read: no connection'),
        (NotGitHub('https://x.example', None), 'No GitHub API answers at https://x.example'),
        (ApprovalNeeded('a', 'harbor', SSO), 'harbor wants the token to be approved'),
    ],
)
async def test_what_is_wrong_is_said_beside_the_field(
    ana: User, desk: Desk, error: ForgeError, said: str
) -> None:
    desk.github.error = error
    type_token(ana, 'ann')

    await ana.should_see(said)


@pytest.mark.parametrize(
    ('error', 'said', 'blocks'),
    [(BadCredentials(''), 'refused', True), (ForgeUnavailable(''), 'cannot be read', False)],
)
async def test_a_host_that_is_down_does_not_keep_anybody_from_connecting(
    ana: User, desk: Desk, error: ForgeError, said: str, *, blocks: bool
) -> None:
    tick(ana, 'acme/api')
    desk.github.error = error
    type_token(ana, 'ann')
    await ana.should_see(f'GitHub {said}')

    assert is_enabled(ana) is not blocks


async def test_the_address_that_was_meant_is_one_click_away(ana: User, desk: Desk) -> None:
    desk.github.error = NotGitHub('https://github.com', 'https://ghe.example.com/api/v3')
    type_token(ana, 'ann')
    await ana.should_see('Use https://ghe.example.com/api/v3')
    desk.github.error = None
    ana.find('Use https://ghe.example.com/api/v3').click()

    await ana.should_see('Signed in as ann')
    assert desk.github.asked[-1] == 'https://ghe.example.com/api/v3 what'


async def test_an_address_that_does_not_do_is_not_blamed_on_the_token(ana: User) -> None:
    type_token(ana, 'ann')
    await ana.should_see('Signed in as ann')
    ana.find(marker='api-url').clear().type('not a url')
    ana.find('Check').click()

    await ana.should_see('Must be an address like https://api.github.com')
    await ana.should_see('The address does not work yet')
    (address,), (token,) = (ana.find(marker=name).elements for name in ('api-url', 'token'))
    assert (address.props['aria-invalid'], token.props['aria-invalid']) == ('true', 'false')
    (note,) = [each for each in ana.find(kind=Element).elements if each.props.get('id') == 'api-says']
    assert note.default_slot.children

    ana.find(marker='api-url').clear().type('https://ghe.example.com/api/v3')
    ana.find('Check').click()
    await ana.should_see('Signed in as ann')
    assert address.props['aria-invalid'] == 'false'
    assert not note.default_slot.children


@pytest.mark.parametrize(('url', 'is_linked'), [(SSO, True), ('https://evil.example/orgs/a/sso', False)])
async def test_only_pages_of_this_github_are_linked(
    ana: User, desk: Desk, url: str, *, is_linked: bool
) -> None:
    desk.github.error = ApprovalNeeded('harbor/ledger', 'harbor', url)
    ana.find(marker='name').type('harbor/ledger')
    ana.find(marker='add').click()
    await ana.should_see('harbor wants the token to be approved')

    await (ana.should_see if is_linked else ana.should_not_see)('Approve it')


@pytest.mark.parametrize('args', [None, [], ['x'], [1, True], ['x', 'y'], {'a': 1}, ['x', True, 3]])
async def test_what_no_browser_of_ours_sends_is_ignored(ana: User, desk: Desk, args: object) -> None:
    ana.find(marker='token').trigger('input', args)
    ana.find(RepositoryList).trigger('tick', args)

    await ana.should_see('Choose at least one repository')
    assert desk.github.asked == []


async def test_the_token_is_in_nothing_that_goes_to_the_browser(
    ana: User, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level('DEBUG')
    desk.github.error = ForgeUnavailable('no connection')
    for token in (f'{CANARY}\n{CANARY}', f'{CANARY}\ud800', CANARY * 90, CANARY):
        type_token(ana, token)
    await ana.should_see('no connection')
    assert CANARY not in sent(ana)
    tick(ana, 'acme/api')
    ana.find(marker='connect').click()
    await ana.should_see('Go to the inbox')

    assert desk.shelf.kept is not None
    assert desk.shelf.kept.token == SecretStr(CANARY)
    assert CANARY not in f'{sent(ana)} {caplog.text}'


def sent(user: User) -> str:
    """All that the browser knows of the page."""
    assert user.client is not None
    return ' '.join(str(element._to_dict()) for element in user.client.elements.values())


# Repositories


async def test_what_is_ticked_is_counted_on_the_button_and_connected(ana: User, desk: Desk) -> None:
    type_token(ana, 'ann')
    await ana.should_see('Signed in as ann')
    assert not is_enabled(ana)
    tick(ana, 'acme/api')
    await ana.should_see('Connect 1 repository')
    ana.find(marker='connect').click()

    await ana.should_see('Go to the inbox')
    await ana.should_not_see(marker='token')
    assert [each.repositories for each in desk.switched] == [('acme/api',)]
    assert desk.shelf.kept is not None
    assert desk.shelf.kept.set_by == 'ana'


async def test_the_last_step_is_done_when_all_is_read(ana: User, flow: ReviewFlow) -> None:
    flow.report(SyncStatus(state=SyncState.STARTING))
    tick(ana, 'acme/api')
    ana.find(marker='connect').click()
    await ana.should_see('It is read in the background')
    for status in (
        SyncStatus(state=SyncState.STARTING),
        SyncStatus(state=SyncState.LIVE, progress=Progress(repositories=1, pulls=2, share=0.5)),
    ):
        flow.report(status)
        ana.find(FirstRead).trigger('read')
        await ana.should_see('It is read in the background')

    flow.report(SyncStatus(state=SyncState.LIVE))
    ana.find(FirstRead).trigger('read')

    await ana.should_see('The inbox has all of it')
    (steps,) = [each for each in ana.find(kind=Element).elements if each.tag == 'ol']
    assert [step.classes for step in steps.default_slot.children] == [['is-done']] * 4


async def test_one_that_is_not_listed_is_looked_up_by_name(ana: User, desk: Desk) -> None:
    ana.find(marker='name').type('torvalds/linux')
    ana.find(marker='add').click()
    await ana.should_see('torvalds/linux is added')
    assert desk.github.asked == ['torvalds/linux']

    ana.find(marker='connect').click()
    await ana.should_see('Go to the inbox')
    assert [(each.token, each.repositories) for each in desk.switched] == [(None, ('torvalds/linux',))]


async def test_the_address_of_its_page_names_a_repository_too(ana: User, desk: Desk) -> None:
    ana.find(marker='name').type('https://github.com/acme/web')
    ana.find(marker='add').click()

    await ana.should_see('acme/web is added')
    assert desk.github.asked == ['acme/web']


@pytest.mark.parametrize('name', ['no slash', 'a/b/c', '../..', 'https://gitlab.com/a/b'])
async def test_a_name_that_is_none_is_refused_without_asking(ana: User, desk: Desk, name: str) -> None:
    ana.find(marker='name').type(name)
    ana.find(marker='add').click()

    await ana.should_see('is not like owner/name or owner/*')
    assert desk.github.asked == []


async def test_a_repository_that_cannot_be_seen_is_told_and_not_added(ana: User, desk: Desk) -> None:
    desk.github.error = RepositoryUnavailable('acme/none', Reason.MISSING)
    ana.find(marker='name').type('acme/none')
    ana.find(marker='add').click()

    await ana.should_see('acme/none cannot be found')
    assert listed(ana) == []


async def test_a_forged_tick_is_refused_when_it_is_used(ana: User, desk: Desk) -> None:
    tick(ana, '<script>')
    ana.find(marker='connect').click()

    await ana.should_see('is not like owner/name or owner/*')
    assert desk.switched == []


async def test_a_filter_leaves_out_what_has_other_names(ana: User, desk: Desk) -> None:
    desk.github.seen = Seen(repositories=(SeenRepository(name='a/api'), SeenRepository(name='a/web')))
    type_token(ana, 'ann')
    await ana.should_see('Signed in as ann')
    ana.find(marker='filter').type('we')

    assert listed(ana) == ['a/web']


async def test_a_typed_token_goes_to_no_address_that_is_half_typed(ana: User, desk: Desk) -> None:
    type_token(ana, 'ann')
    await ana.should_see('Signed in as ann')
    asked = len(desk.github.asked)

    ana.find(marker='api-url').clear().type('https://ghe.exam')
    await ana.should_see('Check the token first')
    assert len(desk.github.asked) == asked

    ana.find(marker='api-url').clear().type('https://ghe.example.com/api/v3')
    ana.find('Check').click()
    await ana.should_see('Signed in as ann')
    assert {line.split()[0] for line in desk.github.asked[asked:]} == {'https://ghe.example.com/api/v3'}


async def test_an_address_ticks_what_is_named_like_a_repository_and_nothing_else(ana: User) -> None:
    await ana.open('/dashboard/connect?repositories=acme/api,<b>x</b>,acme/*,../..,' + 'x' * 9000)

    await ana.should_see('Connect all of acme')
    assert listed(ana) == ['acme/api']

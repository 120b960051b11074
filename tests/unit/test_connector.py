"""The use cases of connecting, over a store and a code host that are made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from reviewflow.accounts import Actor, Role
from reviewflow.connection import SeenRepository
from reviewflow.errors import NotAccepted, NotAllowed, ReviewFlowError, Settled, StoreError
from reviewflow.settings import GITHUB_API, GitHub
from tests.desk import ANA, Desk

ELSEWHERE = 'https://ghe.example.com/api/v3'
CANARY = 'canary-3c9a'


@pytest.fixture
def desk() -> Desk:
    return Desk()


def token(github: GitHub) -> str | None:
    return None if github.token is None else github.token.get_secret_value()


# What was entered


def test_what_was_entered_is_read_and_the_rest_is_as_it_is(desk: Desk) -> None:
    draft = desk.connector.draft(token=' abc ', repositories=['acme/api', 'ACME/API', 'harbor/*'])

    assert (draft.api_url, token(draft)) == (GITHUB_API, 'abc')
    assert draft.repositories == ('ACME/API', 'harbor/*')
    assert desk.connector.draft(api_url=f'{ELSEWHERE}/').api_url == ELSEWHERE


@pytest.mark.parametrize(
    ('field', 'value'),
    [
        ('api_url', 'ghe.example.com'),
        ('api_url', 'http://10.0.0.1'),
        ('api_url', 'http://169.254.169.254/latest'),
        ('api_url', 'file:///etc/passwd'),
        ('api_url', 'https://user@example.com'),
        ('api_url', 'https://999.999.1.1'),
        ('api_url', 'https://\N{SNOWMAN}.example'),
        ('api_url', 'https://a.example/' + 'x' * 200),
        ('api_url', 7),
        ('token', 'ghp_\ud800'),
        ('token', 'two\nlines'),
        ('token', 'x' * 1001),
        ('token', ['a']),
        ('repositories', 'acme'),
        ('repositories', 'acme/api/pulls'),
        ('repositories', '../..'),
        ('repositories', 'a/' + 'b' * 200),
        ('repositories', ['a/' + 'b' * 200]),
        ('repositories', [{}]),
        ('repositories', [f'a/r{number}' for number in range(501)]),
        ('repositories', 12),
    ],
)
def test_what_cannot_be_used_is_refused_and_never_repeated(desk: Desk, field: str, value: object) -> None:
    with pytest.raises(NotAccepted) as caught:
        desk.connector.draft(**{field: value})

    assert caught.value.field == field
    if field == 'token':
        assert str(value) not in str(caught.value)
    assert caught.value.__cause__ is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(api_url=json_values, entered=json_values, repositories=json_values)
def test_anything_that_a_browser_sends_is_read_or_refused(
    api_url: object, entered: object, repositories: object
) -> None:
    try:
        draft = Desk().connector.draft(api_url=api_url, token=entered, repositories=repositories)
    except NotAccepted:
        return
    assert draft.api_url.startswith(('https://', 'http://'))


# Who may


async def test_only_administrators_connect_or_even_look(desk: Desk) -> None:
    draft = desk.connector.draft(token='abc', repositories='acme/api')
    for role in (Role.VIEWER, Role.REVIEWER, Role.MAINTAINER):
        actor = Actor(user_id=2, name='eve', role=role)
        for asked in (
            desk.connector.account(actor, draft),
            desk.connector.visible(actor, draft),
            desk.connector.repository(actor, draft),
            desk.connector.connect(actor, draft),
            desk.connector.disconnect(actor),
        ):
            with pytest.raises(NotAllowed):
                await asked

    assert desk.shelf.kept is None
    assert desk.switched == []


async def test_an_administrator_sees_whose_token_it_is_and_what_it_sees(desk: Desk) -> None:
    draft = desk.connector.draft(token='ann', repositories='acme/api')

    assert (await desk.connector.account(ANA, draft)).login == 'ann'
    assert (await desk.connector.visible(ANA, draft)).repositories == (SeenRepository(name='acme/api'),)
    assert await desk.connector.repository(ANA, draft) == SeenRepository(name='acme/api', is_private=True)


# Connecting


async def test_a_choice_is_kept_and_read(desk: Desk) -> None:
    await desk.connect(token='abc', repositories=['acme/api'])

    kept = desk.shelf.kept
    assert kept is not None
    assert (kept.token, kept.set_by, kept.repositories) == (SecretStr('abc'), 'ana', ('acme/api',))
    assert [(token(each), each.repositories) for each in desk.switched] == [('abc', ('acme/api',))]
    assert not desk.connector.settings.is_demo


async def test_a_choice_holds_after_a_restart(desk: Desk) -> None:
    await desk.connect(token='abc', repositories=['acme/api'])
    again = Desk()
    again.shelf.kept = desk.shelf.kept

    settings = await again.connector.load()

    assert (token(settings.github), settings.github.repositories) == ('abc', ('acme/api',))
    assert again.switched == []


async def test_other_repositories_need_no_other_token(desk: Desk) -> None:
    await desk.connect(token='abc', repositories=['acme/api'])
    since = desk.shelf.kept and desk.shelf.kept.token_since
    await desk.connect(repositories=['acme/web'])

    kept = desk.shelf.kept
    assert kept is not None
    assert (kept.token, kept.token_since, kept.repositories) == (SecretStr('abc'), since, ('acme/web',))


async def test_a_token_goes_to_no_other_address_than_its_own(desk: Desk) -> None:
    await desk.connect(token='abc', repositories=['acme/api'])

    assert desk.connector.draft(api_url=ELSEWHERE).token is None
    await desk.connect(api_url=ELSEWHERE, repositories=['acme/api'])

    assert desk.shelf.kept is not None
    assert (desk.shelf.kept.token, desk.shelf.kept.token_since) == (None, None)


async def test_nothing_is_no_choice(desk: Desk) -> None:
    with pytest.raises(NotAccepted, match='choose at least one repository'):
        await desk.connect(token='abc')

    assert desk.switched == []


async def test_what_cannot_be_stored_is_not_switched_to(desk: Desk) -> None:
    desk.shelf.is_broken = True

    with pytest.raises(StoreError):
        await desk.connect(token='abc', repositories=['acme/api'])

    assert desk.switched == []
    assert desk.connector.settings.is_demo


async def test_disconnecting_brings_the_pretend_team_back(desk: Desk) -> None:
    await desk.connect(token='abc', repositories=['acme/api'])
    await desk.connector.disconnect(ANA)

    assert desk.shelf.kept is None
    assert desk.connector.settings.is_demo
    assert len(desk.switched) == 2


# Where the environment decides


async def test_a_pretend_team_that_is_asked_for_is_not_replaced() -> None:
    desk = Desk(DEMO='true')

    with pytest.raises(Settled, match='REVIEWFLOW_DEMO'):
        await desk.connect(token='abc', repositories=['acme/api'])

    assert desk.shelf.kept is None


async def test_a_token_of_the_environment_is_used_and_not_kept() -> None:
    desk = Desk(GITHUB__TOKEN=CANARY)
    await desk.connect(api_url='https://evil.example', token='mine', repositories=['acme/api'])

    assert desk.shelf.kept is not None
    assert (desk.shelf.kept.token, desk.shelf.kept.api_url) == (None, GITHUB_API)
    assert [token(each) for each in desk.switched] == [CANARY]
    assert not desk.connector.is_token_lost


async def test_repositories_of_the_environment_stay() -> None:
    desk = Desk(GITHUB__REPOSITORIES='acme/env')
    await desk.connect(token='abc', repositories=['acme/page'])

    assert [(token(each), each.repositories) for each in desk.switched] == [('abc', ('acme/env',))]
    assert desk.shelf.kept is not None
    assert desk.shelf.kept.repositories == ()


async def test_nothing_that_is_shown_holds_the_token(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level('DEBUG')
    await desk.connect(token=CANARY, repositories=['acme/api'])
    errors: list[ReviewFlowError] = []
    for bad in (f'{CANARY}\n{CANARY}', f'{CANARY}\ud800', CANARY * 200, [CANARY]):
        with pytest.raises(NotAccepted) as caught:
            desk.connector.draft(token=bad)
        errors.append(caught.value)

    said = f'{desk.shelf.kept!r} {desk.connector.settings!r} {errors!r} {caplog.text}'
    assert CANARY not in said

"""What a token turns out to be, asked of our own GitHub."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from reviewflow.connection import Seen, SeenRepository
from reviewflow.errors import (
    ApprovalNeeded,
    BadCredentials,
    ForgeUnavailable,
    NotGitHub,
    RateLimited,
    RepositoryUnavailable,
)
from reviewflow.settings import GitHub
from sync.github.account import GitHubProbe
from sync.github.trouble import Passing
from tests.builders import Clock
from tests.github import FakeGitHub, fault

SSO = 'https://github.com/orgs/harbor/sso?authorization_request=abc'


@pytest.fixture
def probe(github: FakeGitHub) -> GitHubProbe:
    return GitHubProbe(transport=github.transport)


def with_token(github: FakeGitHub, token: str | None = 'a-token', url: str | None = None) -> GitHub:
    return GitHub(api_url=url or github.url, token=None if token is None else SecretStr(token))


# Whose it is


async def test_a_token_says_whose_it_is_what_it_may_do_and_what_is_left(
    github: FakeGitHub, probe: GitHubProbe
) -> None:
    github.scopes, github.expires = 'repo, read:org', '2026-12-01 09:30:00 UTC'

    report = await probe.account(with_token(github))

    assert (report.host, report.login, report.name) == ('127.0.0.1', 'ann', 'Ann')
    assert report.scopes == ('repo', 'read:org')
    assert not report.sees_public_only
    assert report.expires_at == datetime(2026, 12, 1, 9, 30, tzinfo=UTC)
    assert report.budget is not None
    assert (report.budget.limit, report.budget.remaining) == (5000, 4999)


@pytest.mark.parametrize(
    ('scopes', 'expected', 'public_only'),
    [
        (None, None, False),
        ('', (), True),
        ('public_repo', ('public_repo',), True),
        ('repo', ('repo',), False),
    ],
)
async def test_scopes_tell_a_classic_token_from_others(
    github: FakeGitHub,
    probe: GitHubProbe,
    scopes: str | None,
    expected: tuple[str, ...] | None,
    *,
    public_only: bool,
) -> None:
    github.scopes = scopes

    report = await probe.account(with_token(github))

    assert report.scopes == expected
    assert report.sees_public_only is public_only


@pytest.mark.parametrize(
    ('said', 'expected'),
    [
        ('2026-12-01 09:30:00 +0200', datetime(2026, 12, 1, 7, 30, tzinfo=UTC)),
        ('0001-01-01 00:00:00 +2300', None),
        ('tomorrow', None),
        ('', None),
    ],
)
async def test_an_expiry_that_makes_no_sense_is_none(
    github: FakeGitHub, probe: GitHubProbe, said: str, expected: datetime | None
) -> None:
    github.expires = said

    assert (await probe.account(with_token(github))).expires_at == expected


async def test_the_token_of_an_app_works_without_a_person(github: FakeGitHub, probe: GitHubProbe) -> None:
    github.login = ''

    assert (await probe.account(with_token(github))).login is None
    assert await probe.repositories(with_token(github)) == Seen()


async def test_a_token_that_is_refused_is_told(github: FakeGitHub, probe: GitHubProbe) -> None:
    with pytest.raises(BadCredentials):
        await probe.account(with_token(github, 'another'))


async def test_used_up_limits_say_until_when(github: FakeGitHub, probe: GitHubProbe, clock: Clock) -> None:
    github.fail(fault.primary_limit(clock.now + timedelta(minutes=12)))

    with pytest.raises(RateLimited):
        await probe.account(with_token(github))


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make one try only: nobody waits in a test."""
    monkeypatch.setattr(Passing, 'tries', 1)


@pytest.mark.usefixtures('at_once')
async def test_a_host_that_does_not_answer_is_told() -> None:
    with pytest.raises(ForgeUnavailable, match='no connection'):
        await GitHubProbe().account(GitHub(api_url='http://127.0.0.1:9', token=SecretStr('x')))


# No GitHub


@pytest.mark.parametrize(
    ('address', 'better'),
    [
        ('https://github.com', 'https://api.github.com'),
        ('https://www.github.com/', 'https://api.github.com'),
        ('https://github.com/acme/api', 'https://api.github.com'),
        ('https://acme.ghe.com', 'https://api.acme.ghe.com'),
    ],
)
async def test_no_token_goes_to_the_pages_of_github(
    github: FakeGitHub, probe: GitHubProbe, address: str, better: str
) -> None:
    with pytest.raises(NotGitHub) as caught:
        await probe.account(with_token(github, url=address))

    assert caught.value.better == better
    assert github.requests == []


@pytest.mark.parametrize(
    'answer',
    [fault.html(), fault.text('[]'), fault.text('{"login": 7}'), fault.status(404), fault.text('null')],
)
async def test_whatever_else_answers_is_no_github(
    github: FakeGitHub, probe: GitHubProbe, answer: fault.Fault
) -> None:
    github.fail(answer)

    with pytest.raises(NotGitHub) as caught:
        await probe.account(with_token(github))

    assert caught.value.better == f'{github.url}/api/v3'


async def test_an_api_below_a_path_is_not_guessed_at(github: FakeGitHub, probe: GitHubProbe) -> None:
    with pytest.raises(NotGitHub) as caught:
        await probe.account(with_token(github, url=f'{github.url}/api/v3'))

    assert caught.value.better is None


# What it sees


async def test_the_repositories_that_a_token_sees(github: FakeGitHub, probe: GitHubProbe) -> None:
    github.organisations.add('harbor')
    github.add_repository('harbor/ledger', is_private=True)
    github.add_repository('ann/old', is_archived=True)

    seen = await probe.repositories(with_token(github))

    assert [(each.name, each.is_private, each.is_archived) for each in seen.repositories] == [
        ('acme/api', False, False),
        ('harbor/ledger', True, False),
        ('ann/old', False, True),
    ]
    assert [each.owner for each in seen.repositories if each.is_of_organisation] == ['harbor']
    assert seen.repositories[0].pushed_at == datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert (seen.has_more, seen.hidden_organisations) == (False, 0)


async def test_a_list_is_read_page_by_page_and_cut_off_at_a_thousand(
    github: FakeGitHub, probe: GitHubProbe
) -> None:
    for number in range(1001):
        github.add_repository(f'acme/r{number}')

    seen = await probe.repositories(with_token(github))

    assert len(seen.repositories) == 1000
    assert seen.has_more
    assert len(github.requests) == 10


async def test_organisations_that_want_single_sign_on_are_counted(
    github: FakeGitHub, probe: GitHubProbe
) -> None:
    github.add_repository('harbor/ledger')
    github.unapproved = {'harbor': SSO, 'dock': SSO}

    seen = await probe.repositories(with_token(github))

    assert [each.name for each in seen.repositories] == ['acme/api']
    assert seen.hidden_organisations == 2


async def test_rubbish_among_the_repositories_is_left_out(github: FakeGitHub, probe: GitHubProbe) -> None:
    github.repo('acme/api').data['pushed_at'] = 'never'
    for name in (None, 7, 'no slash', 'a/b/c', '\ud800/x', '<b>/x'):
        github.add_repository('acme/x')
        github.repos[-1].data['full_name'] = name

    seen = await probe.repositories(with_token(github))

    assert seen.repositories == (SeenRepository(name='acme/api'),)


# By name


Ask = Callable[[str], Awaitable[SeenRepository]]


@pytest.fixture(params=['a-token', None], ids=['with a token', 'without'])
def ask(request: pytest.FixtureRequest, github: FakeGitHub, probe: GitHubProbe) -> Ask:
    return lambda name: probe.repository(with_token(github, request.param), name)


async def test_a_repository_is_found_by_name_and_an_owner_too(github: FakeGitHub, ask: Ask) -> None:
    github.organisations.add('harbor')

    assert (await ask('acme/api')).name == 'acme/api'
    assert await ask('acme/*') == SeenRepository(name='acme/*')
    assert await ask('harbor/*') == SeenRepository(name='harbor/*', is_of_organisation=True)


async def test_a_repository_that_moved_comes_with_its_new_name(github: FakeGitHub, ask: Ask) -> None:
    github.rename('acme/api', 'acme/backend')

    assert (await ask('acme/api')).name == 'acme/backend'


@pytest.mark.parametrize('name', ['acme/none', 'nobody/*'])
async def test_what_cannot_be_seen_is_told(ask: Ask, name: str) -> None:
    with pytest.raises(RepositoryUnavailable) as caught:
        await ask(name)

    assert caught.value.repository == name


@pytest.mark.parametrize(
    ('url', 'whose'), [(SSO, 'harbor'), ('https://github.com/enterprises/umbrella/sso?x=1', 'umbrella')]
)
async def test_a_repository_behind_single_sign_on_says_whose_and_where_to_approve(
    github: FakeGitHub, probe: GitHubProbe, url: str, whose: str
) -> None:
    github.add_repository('harbor/ledger')
    github.unapproved = {'harbor': url}

    with pytest.raises(ApprovalNeeded) as caught:
        await probe.repository(with_token(github), 'harbor/ledger')

    assert (caught.value.organisation, caught.value.url) == (whose, url)


@pytest.mark.parametrize('url', ['javascript:alert(1)', '', 'https://', 'file:///etc/passwd'])
async def test_a_link_that_is_none_is_left_out(github: FakeGitHub, probe: GitHubProbe, url: str) -> None:
    github.add_repository('harbor/ledger')
    github.unapproved = {'harbor': url}

    with pytest.raises(ApprovalNeeded) as caught:
        await probe.repository(with_token(github), 'harbor/ledger')

    assert (caught.value.organisation, caught.value.url) == ('harbor', None)

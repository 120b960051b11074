"""Who may have webhooks set up, for which repositories, and where they lead."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from reviewflow.accounts import Actor, Role
from reviewflow.accounts.role import OPERATOR
from reviewflow.errors import NotAccepted, NotAllowed
from reviewflow.hook_setup import set_up_hooks, target_of
from reviewflow.our_hook import PATH, HooksReport
from reviewflow.settings import Settings
from reviewflow.web import paths
from sync.demo import DemoForge
from sync.github.hints import GitHubHooks
from sync.github.our_hook import EVENTS
from tests.github import FakeGitHub, fault
from tests.integration.github_forge import at_once, make_forge
from tests.integration.hook_stand import RIGHT, SECRET, URL, Taker, looks

PUBLIC = 'https://reviews.example.com'


def settings_with(folder: Path, *, public_url: str | None = PUBLIC, **github: Any) -> Settings:
    given = {'webhook_secret': SecretStr(SECRET), 'repositories': ('acme/api',)} | github
    return Settings(data_dir=folder, public_url=public_url, github=given)


@dataclass
class Stand:
    """GitHub with three repositories, of which one is shown."""

    folder: Path
    github: FakeGitHub = field(default_factory=FakeGitHub)

    def __post_init__(self) -> None:
        for name in ('acme/api', 'acme/web', 'acme/old'):
            self.github.add_repository(name, is_archived=name == 'acme/old')
        self.taker = Taker(self.github)

    async def set_up(self, *names: str, actor: Actor = OPERATOR, url: str = '', **github: Any) -> HooksReport:
        forge = make_forge(self.github)
        forge._client._sleep = at_once
        settings = settings_with(self.folder, **github)
        try:
            return await set_up_hooks(actor, forge, settings, names=names, url=url)
        finally:
            await forge.aclose()

    def looks(self, name: str) -> list[Any]:
        return [looks(hook) for hook in self.github.hooks(name)]


@pytest.fixture
def stand(tmp_path: Path) -> Stand:
    return Stand(tmp_path)


async def test_without_names_it_is_all_that_is_shown(stand: Stand) -> None:
    report = await stand.set_up()

    assert report.url == URL
    assert [hook.repository for hook in report.hooks] == ['acme/api']
    assert report.hooks[0].has_arrived
    assert stand.looks('acme/api') == [RIGHT]
    assert stand.looks('acme/web') == []


async def test_all_of_an_owner_and_one_of_them_is_each_once(stand: Stand) -> None:
    report = await stand.set_up('acme/api', 'ACME/api', 'acme/*', 'acme/web')

    assert [hook.repository for hook in report.hooks] == ['acme/api', 'acme/web']
    assert stand.looks('acme/old') == [], 'one that is archived is meant only when it is named'


async def test_what_cannot_be_done_in_one_does_not_keep_others_from_it(stand: Stand) -> None:
    report = await stand.set_up('acme/none', 'nobody/*', 'acme/old', 'acme/api')

    assert [hook.repository for hook in report.hooks] == ['acme/api']
    missing, nobody, archived = report.errors
    assert missing.startswith('acme/none cannot be found')
    assert nobody == 'nobody/* has no repositories, or none that the token may see'
    assert archived == 'GitHub takes no changes to acme/old: Repository was archived so is read-only'


@pytest.mark.parametrize('names', [('acme/api', 'acme/web'), ('acme/*', 'acme/web')])
@pytest.mark.parametrize('trouble', [fault.status(401), fault.status(429, headers={'retry-after': '60'})])
async def test_a_dead_token_and_a_limit_end_it(
    stand: Stand, names: tuple[str, ...], trouble: fault.Fault
) -> None:
    stand.github.fail(trouble)

    report = await stand.set_up(*names)

    assert (report.hooks, len(report.errors)) == ((), 1)
    assert len(stand.github.requests) == 1


@pytest.mark.parametrize('role', [Role.VIEWER, Role.REVIEWER, Role.MAINTAINER])
async def test_only_administrators_may(stand: Stand, role: Role) -> None:
    with pytest.raises(NotAllowed):
        await stand.set_up(actor=Actor(user_id=1, name='ben', role=role))
    assert stand.github.requests == []


async def test_without_a_token_nothing_is_asked(stand: Stand, tmp_path: Path) -> None:
    forge = make_forge(stand.github, has_token=False)

    report = await set_up_hooks(OPERATOR, forge, settings_with(tmp_path))

    (error,) = report.errors
    assert error.endswith('acme/api: that needs a token which may manage webhooks')
    assert stand.github.requests == []
    await forge.aclose()


@pytest.mark.parametrize(
    ('names', 'github', 'problem'),
    [
        (('acme',), {}, 'must be like owner/name or owner/*'),
        (('acme/api/hooks',), {}, 'must be like owner/name or owner/*'),
        ((), {'repositories': ()}, 'none is shown here: name one'),
        (('acme/api',), {'webhook_secret': None}, 'REVIEWFLOW_GITHUB__WEBHOOK_SECRET is not set'),
        (('acme/api',), {'public_url': None}, 'set REVIEWFLOW_PUBLIC_URL, or say --url'),
    ],
)
async def test_what_cannot_be_meant_is_refused_before_anything_is_asked(
    stand: Stand, names: tuple[str, ...], github: Any, problem: str
) -> None:
    with pytest.raises(NotAccepted) as caught:
        await stand.set_up(*names, **github)

    assert problem in caught.value.problem
    assert stand.github.requests == []


async def test_the_pretend_team_calls_nobody(tmp_path: Path) -> None:
    forge = DemoForge(seed=None, clock=lambda: datetime(2026, 3, 2, tzinfo=UTC))

    with pytest.raises(NotAccepted, match='connect GitHub'):
        await set_up_hooks(OPERATOR, forge, settings_with(tmp_path))


def test_what_is_delivered_is_understood_and_where_it_leads_somebody_listens() -> None:
    assert set(EVENTS) < set(GitHubHooks().events)
    assert PATH == paths.WEBHOOK


Where = Callable[..., str]


@pytest.fixture
def where(tmp_path: Path) -> Where:
    return lambda url='', **given: target_of(settings_with(tmp_path, **given), url).url


def test_the_address_is_the_public_one_with_its_path(where: Where) -> None:
    assert where() == URL
    assert where(public_url=f'{PUBLIC}/flow/') == f'{PUBLIC}/flow/webhooks/github'


@pytest.mark.parametrize('ending', ['', '/', '/webhooks/github', '/webhooks/github/'])
def test_another_address_may_be_said_whole_or_not(where: Where, ending: str) -> None:
    assert where(f'https://tunnel.example{ending}') == 'https://tunnel.example/webhooks/github'
    assert where(f'https://tunnel.example/a{ending}') == 'https://tunnel.example/a/webhooks/github'


@pytest.mark.parametrize(
    'url',
    [
        'tunnel.example',
        'ftp://tunnel.example',
        'https://me@tunnel.example',
        'https://t.example/webhooks/gitlab',
    ],
)
def test_what_is_no_address_is_refused(where: Where, url: str) -> None:
    with pytest.raises(NotAccepted) as caught:
        where(url)
    assert caught.value.field == 'url'


def test_this_machine_is_an_address_only_for_a_github_on_it(where: Where) -> None:
    here, api = 'http://127.0.0.1:8000', {'api_url': 'http://127.0.0.1:9000'}

    assert where(here, **api) == where(public_url=here, **api) == f'{here}/webhooks/github'
    for given in ({'url': here}, {'public_url': 'http://localhost:8000'}, {'url': 'http://[::1]:8000'}):
        with pytest.raises(NotAccepted, match='only this machine can'):
            where(**given)

"""Pictures from GitHub: from which hosts, how large, how long; and never with the token."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from pydantic import SecretStr

from reviewflow.errors import ForgeUnavailable
from reviewflow.forge import Forge
from reviewflow.models import Person
from reviewflow.picture import SIZE_MAX
from reviewflow.settings import GitHub
from sync.github.picture import PictureReader
from tests.github import FakeGitHub, fault, serve
from tests.github.pictures import PNG
from tests.integration.forge_contract import ForgeContract, Stir
from tests.integration.github_forge import make_forge

OURS = 'https://avatars.githubusercontent.com/avatars/1'
LOCAL = 'http://127.0.0.1:1/avatars'


@pytest.fixture
def github() -> FakeGitHub:
    """It answers for every host that is asked."""
    github = FakeGitHub()
    github.pictures.kept['1'] = PNG
    return github


def reader(github: FakeGitHub, api_url: str = FakeGitHub.url, **options: timedelta) -> PictureReader:
    settings = GitHub(api_url=api_url, token=SecretStr(github.token))
    return PictureReader(settings, transport=github.transport, **options)


async def is_read(github: FakeGitHub, address: str, api_url: str = FakeGitHub.url) -> bool:
    """Tell whether a picture came; otherwise nobody may have been asked."""
    pictures = reader(github, api_url)
    found = await pictures.read(address)
    await pictures.aclose()
    assert (found is not None) == bool(github.pictures.asked)
    return found is not None


class TestGitHubForge(ForgeContract):
    by_graph = False

    @pytest.fixture
    async def forge(self, github: FakeGitHub) -> AsyncIterator[Forge]:
        github.add_repository('acme/api')
        for number in range(3):
            github.open_pull('acme/api', f'Pull {number}', user=ann(f'{LOCAL}/1'))
        github.close('acme/api', 1)
        forge = make_forge(github, by_graph=self.by_graph)
        yield forge
        await forge.aclose()

    @pytest.fixture
    def pattern(self) -> str:
        return 'acme/*'

    @pytest.fixture
    def stir(self, github: FakeGitHub) -> Stir:
        async def stir() -> None:
            github.open_pull('acme/api', user=ann(f'{LOCAL}/1'))

        return stir


@pytest.mark.usefixtures('npm')
class TestGitHubForgeByGraphQL(TestGitHubForge):
    by_graph = True


def ann(avatar_url: str) -> dict[str, object]:
    return {'id': 1, 'login': 'ann', 'type': 'User', 'avatar_url': avatar_url}


# Whom it asks


@pytest.mark.parametrize(
    ('api_url', 'address'),
    [
        ('https://api.github.com', OURS),
        ('https://api.github.com', 'https://AVATARS.githubusercontent.com:443/avatars/1?v=4'),
        ('https://git.example.com/api/v3', 'https://git.example.com/avatars/1'),
        ('https://git.example.com/api/v3', 'https://avatars.git.example.com/avatars/1'),
        ('https://git.example.com:8443/api/v3', 'https://git.example.com:8443/avatars/1'),
        ('https://api.acme.ghe.com', 'https://avatars.acme.ghe.com/avatars/1'),
        ('http://127.0.0.1:1', f'{LOCAL}/1'),
    ],
)
async def test_githubs_own_hosts_are_asked(github: FakeGitHub, api_url: str, address: str) -> None:
    assert await is_read(github, address, api_url)


@pytest.mark.parametrize(
    'address',
    [
        'http://avatars.githubusercontent.com/avatars/1',
        'https://avatars.githubusercontent.com:8443/avatars/1',
        'https://avatars.githubusercontent.com:80/avatars/1',
        'https://avatars.githubusercontent.com./avatars/1',
        'https://avatars.githubusercontent.com.evil.example/avatars/1',
        'https://avatars.githubusercontent.com@evil.example/avatars/1',
        'https://me:secret@avatars.githubusercontent.com/avatars/1',
        'https://evil.example\\@avatars.githubusercontent.com/avatars/1',
        'https://avatars.githubusercontent.com\\@evil.example/avatars/1',
        'https://evil.example#@avatars.githubusercontent.com/avatars/1',
        'https://avatars%2egithubusercontent.com/avatars/1',
        'https://avat\u0430rs.githubusercontent.com/avatars/1',
        'https://api.github.com/avatars/1',
        'https://raw.githubusercontent.com/avatars/1',
        'https://169.254.169.254/avatars/1',
        'https://localhost/avatars/1',
        'https://[::1]/avatars/1',
        '//avatars.githubusercontent.com/avatars/1',
        'https:/avatars.githubusercontent.com/avatars/1',
        '/avatars/1',
        'file:///etc/passwd',
        'data:image/png;base64,AAAA',
        'https://\ud800/',
        'https://avatars.githubusercontent.com:x/avatars/1',
        '',
    ],
)
async def test_nobody_else_is(github: FakeGitHub, address: str) -> None:
    assert not await is_read(github, address, 'https://api.github.com')


@pytest.mark.parametrize(
    'address',
    [
        'https://127.0.0.1:1/avatars/1',
        'http://127.0.0.1/avatars/1',
        'http://127.0.0.1:2/avatars/1',
        'http://localhost:1/avatars/1',
    ],
)
async def test_on_this_machine_only_the_port_of_the_api_is_asked(github: FakeGitHub, address: str) -> None:
    assert not await is_read(github, address)


async def test_the_token_stays_here_and_a_small_size_is_asked_for(github: FakeGitHub) -> None:
    await is_read(github, f'{LOCAL}/1?v=4&s=460')

    [asked] = github.pictures.asked
    assert 'authorization' not in asked.headers
    assert dict(asked.query_params) == {'v': '4', 's': '64'}


async def test_it_neither_spends_nor_waits_for_the_allowance(github: FakeGitHub) -> None:
    github.limit = 0
    forge = make_forge(github)

    found = await forge.avatar(Person(id=1, login='ann', avatar_url=f'{LOCAL}/1'))

    assert found is not None
    assert (forge.spent, forge.budget) == (0, None)
    await forge.aclose()


# Redirects


async def test_a_redirect_to_another_picture_of_theirs_is_followed(github: FakeGitHub) -> None:
    github.pictures.kept['moved'] = fault.redirect('/avatars/1')

    assert await is_read(github, f'{LOCAL}/moved')


@pytest.mark.parametrize(
    'target',
    [
        'http://169.254.169.254/avatars/1',
        'http://localhost/avatars/1',
        '//evil.example/avatars/1',
        'http://me@127.0.0.1:1/avatars/1',
        'https://127.0.0.1:1/avatars/1',
        'http://127.0.0.1:1\\@evil.example/avatars/1',
        'file:///etc/passwd',
        'http://[',
        '',
    ],
)
async def test_no_other_is(github: FakeGitHub, target: str) -> None:
    github.pictures.kept['moved'] = fault.redirect(target)

    assert await reader(github).read(f'{LOCAL}/moved') is None
    assert {request.url.path for request in github.pictures.asked} == {'/avatars/moved'}


async def test_three_redirects_are_followed_and_no_fourth(github: FakeGitHub) -> None:
    for step in range(2, 6):
        github.pictures.kept[str(step)] = fault.redirect(f'/avatars/{step - 1}', 302)

    assert await reader(github).read(f'{LOCAL}/4') is not None
    assert await reader(github).read(f'{LOCAL}/5') is None


# What comes


async def test_a_picture_is_taken_for_what_it_is(github: FakeGitHub) -> None:
    found = await reader(github).read(f'{LOCAL}/1')

    assert found is not None
    assert (found.media_type, found.content) == ('image/png', PNG)


@pytest.mark.parametrize(
    'answer',
    [
        fault.status(404),
        fault.status(500),
        fault.status(304),
        fault.html(),
        fault.text('<svg/>', content_type='image/png'),
        fault.text(PNG.ljust(SIZE_MAX + 1)),
        fault.text(PNG, content_encoding='br'),
        fault.gzip_bomb(1),
        b'',
    ],
    ids=['404', '500', '304', 'html', 'svg', 'large', 'packed', 'bomb', 'empty'],
)
async def test_anything_else_is_none(github: FakeGitHub, answer: bytes | fault.Fault) -> None:
    github.pictures.kept['1'] = answer

    assert await reader(github).read(f'{LOCAL}/1') is None


async def test_no_more_is_read_than_a_picture_may_have(github: FakeGitHub) -> None:
    github.pictures.kept['1'] = fault.endless()
    with serve(github) as url:
        pictures = PictureReader(GitHub(api_url=url))

        assert await pictures.read(f'{url}/avatars/1') is None

        await pictures.aclose()


@pytest.mark.parametrize('trouble', [fault.hang(), fault.trickle()], ids=['hang', 'trickle'])
async def test_a_slow_one_is_given_up(github: FakeGitHub, trouble: fault.Fault) -> None:
    github.pictures.kept['1'] = trouble
    with serve(github) as url:
        pictures = PictureReader(GitHub(api_url=url), timeout=timedelta(milliseconds=200))

        with pytest.raises(ForgeUnavailable):
            await pictures.read(f'{url}/avatars/1')

        await pictures.aclose()


async def test_a_host_that_is_down_is_told_from_one_without_the_picture(github: FakeGitHub) -> None:
    with serve(github) as url:
        pass
    pictures = PictureReader(GitHub(api_url=url))

    with pytest.raises(ForgeUnavailable):
        await pictures.read(f'{url}/avatars/1')

    await pictures.aclose()


async def test_half_a_picture_is_none(github: FakeGitHub) -> None:
    github.pictures.kept['1'] = fault.text(PNG, content_length='1000')
    with serve(github) as url:
        pictures = PictureReader(GitHub(api_url=url))

        with pytest.raises(ForgeUnavailable):
            await pictures.read(f'{url}/avatars/1')

        await pictures.aclose()

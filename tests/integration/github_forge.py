"""A forge over our own GitHub."""

from pydantic import SecretStr

from reviewflow.forge import Forge
from reviewflow.models import PullRequest, Repository
from reviewflow.settings import GitHub
from sync.github.forge import GitHubForge
from tests.github import FakeGitHub
from tests.integration.asking import changed_pulls


def make_forge(github: FakeGitHub, *, has_token: bool = True, by_graph: bool = False) -> GitHubForge:
    settings = GitHub(api_url=github.url, token=SecretStr(github.token) if has_token else None)
    forge = GitHubForge(settings, transport=github.transport, by_graph=by_graph)
    forge._client._sleep = forge._client._caller._sleep = at_once
    return forge


async def at_once(_: float) -> None:
    """Pause for no time."""


async def read_all(forge: Forge, repository: Repository) -> list[PullRequest]:
    pulls: list[PullRequest] = []
    after = None
    while page := await changed_pulls(forge, repository, after=after):
        pulls += page.pulls
        after = page.next
        if after is None:
            break
    return pulls

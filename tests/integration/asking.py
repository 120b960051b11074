"""Ask a forge for one thing at a time."""

from reviewflow.errors import ForgeError
from reviewflow.forge import Ask, Forge, Page, Place
from reviewflow.models import PullRequest, Repository


async def changed_pulls(
    forge: Forge, repository: Repository, *, known: str | None = None, after: str | None = None
) -> Page | None:
    """Read a page of all pulls."""
    return await ask(forge, Ask(repository=repository, known=known, after=after))


async def open_pulls(forge: Forge, repository: Repository, *, after: str | None = None) -> Page:
    """Read a page of the open pulls."""
    page = await ask(forge, Ask(repository=repository, is_for_open=True, after=after))
    assert page is not None
    return page


async def ask(forge: Forge, question: Ask) -> Page | None:
    """Read a page."""
    (answer,) = await forge.lists([question])
    if isinstance(answer, ForgeError):
        raise answer
    return answer


async def read_pull(forge: Forge, repository: Repository, number: int, node_id: str = '') -> PullRequest:
    """Read a pull with its detail."""
    (answer,) = await forge.pulls([Place(repository=repository, number=number, node_id=node_id)])
    if isinstance(answer, ForgeError):
        raise answer
    return answer

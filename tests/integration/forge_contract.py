"""What every forge promises to the poller; each forge's tests subclass it.

A subclass brings these fixtures: ``forge``; ``pattern``, an ``owner/*`` with pulls in its repositories; and
``stir``, which makes something happen that shows in the list of the pattern's first repository.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from reviewflow.errors import Reason, RepositoryUnavailable
from reviewflow.forge import Forge, Page
from reviewflow.models import GHOST, Person, PullRequest, Repository
from reviewflow.picture import SIZE_MAX
from reviewflow.policy import in_order
from tests.integration.asking import changed_pulls, open_pulls, read_pull

Stir = Callable[[], Awaitable[None]]
NOWHERE = Repository(id=2**40, name='nobody-at-all/nowhere')
NO_NUMBER = 999_999_999


async def changed(forge: Forge, repository: Repository) -> AsyncIterator[Page]:
    """Follow the pages of all pulls."""
    page = await changed_pulls(forge, repository)
    assert page is not None, 'a list is only left out when a mark is known'
    yield page
    while page.next is not None:
        page = await changed_pulls(forge, repository, after=page.next)
        assert page is not None
        yield page


async def all_pulls(forge: Forge, repository: Repository) -> list[PullRequest]:
    """List every pull of a repository."""
    return await whole(forge, repository, [page async for page in changed(forge, repository)])


async def whole(forge: Forge, repository: Repository, pages: Iterable[Page]) -> list[PullRequest]:
    """Give the pulls of some pages without detail; read them by themselves where a list only names them."""
    pulls = []
    for page in pages:
        for listed in page.listed:
            pull = next((pull for pull in page.pulls if pull.number == listed.number), None)
            pull = pull or await read_pull(forge, repository, listed.number, listed.node_id)
            assert (pull.updated_at, pull.is_open, pull.node_id) == (
                listed.updated_at,
                listed.is_open,
                listed.node_id,
            )
            pulls.append(replace(pull, detail=None))
    return pulls


async def all_open_pulls(forge: Forge, repository: Repository) -> list[PullRequest]:
    """List every open pull of a repository."""
    pages = [await open_pulls(forge, repository)]
    while (after := pages[-1].next) is not None:
        pages.append(await open_pulls(forge, repository, after=after))
    return await whole(forge, repository, pages)


class ForgeContract:
    """The promises, one test each."""

    @pytest.fixture
    async def repository(self, forge: Forge, pattern: str) -> Repository:
        return (await forge.repositories(pattern))[0]

    async def test_it_has_a_key_and_a_title(self, forge: Forge) -> None:
        assert forge.key == 'demo' or forge.key.startswith('github:')
        assert forge.title
        assert forge.cost_per_pull >= 0

    async def test_a_pattern_gives_each_repository_of_its_owner_once(
        self, forge: Forge, pattern: str
    ) -> None:
        found = await forge.repositories(pattern)

        assert found
        assert len({repository.id for repository in found}) == len(found)
        assert all(repository.name.startswith(pattern.removesuffix('*')) for repository in found)

    async def test_a_name_gives_the_same_repository(self, forge: Forge, repository: Repository) -> None:
        assert await forge.repositories(repository.name) == [repository]

    @pytest.mark.parametrize('ask', ['repositories', 'changed_pulls', 'open_pulls', 'pull'])
    async def test_an_unknown_repository_is_unavailable(self, forge: Forge, ask: str) -> None:
        questions: dict[str, Callable[[], Awaitable[object]]] = {
            'repositories': lambda: forge.repositories(NOWHERE.name),
            'changed_pulls': lambda: changed_pulls(forge, NOWHERE),
            'open_pulls': lambda: open_pulls(forge, NOWHERE),
            'pull': lambda: read_pull(forge, NOWHERE, 1),
        }

        with pytest.raises(RepositoryUnavailable) as caught:
            await questions[ask]()

        assert (caught.value.repository, caught.value.reason) == (NOWHERE.name, Reason.MISSING)

    async def test_an_unknown_number_is_told_apart_from_an_outage(
        self, forge: Forge, repository: Repository
    ) -> None:
        with pytest.raises(RepositoryUnavailable) as caught:
            await read_pull(forge, repository, NO_NUMBER)
        assert caught.value.reason is Reason.MISSING

    async def test_pages_hold_each_pull_once_and_the_latest_change_first(
        self, forge: Forge, repository: Repository
    ) -> None:
        pulls = await all_pulls(forge, repository)

        assert pulls
        assert len({pull.number for pull in pulls}) == len(pulls)
        times = [pull.updated_at for pull in pulls]
        assert times == sorted(times, reverse=True)

    async def test_every_page_names_its_repository(self, forge: Forge, repository: Repository) -> None:
        async for page in changed(forge, repository):
            assert page.repository == repository
            assert {pull.repository for pull in page.pulls} <= {repository.name}
            assert len(page.pulls) in {0, len(page.listed)}, 'all of them, or none'
            assert all(pull.detail is None for pull in page.pulls)
        assert (await open_pulls(forge, repository)).repository == repository

    async def test_listed_pulls_are_whole_but_for_their_detail(
        self, forge: Forge, repository: Repository
    ) -> None:
        for pull in await all_pulls(forge, repository):
            assert pull.detail is None
            assert pull.title
            assert pull.head_sha
            assert pull.created_at.utcoffset() == timedelta()
            assert pull.created_at <= pull.updated_at
            assert pull.is_open == (pull.closed_at is None)
            assert pull.merged_at is None or not pull.is_open

    async def test_open_pulls_are_the_open_ones_of_all_pulls(
        self, forge: Forge, repository: Repository
    ) -> None:
        expected = [pull for pull in await all_pulls(forge, repository) if pull.is_open]

        assert expected
        assert await all_open_pulls(forge, repository) == expected

    async def test_a_single_pull_agrees_with_the_list_and_has_its_detail(
        self, forge: Forge, repository: Repository
    ) -> None:
        for listed in await all_pulls(forge, repository):
            pull = await read_pull(forge, repository, listed.number)

            assert replace(pull, detail=None) == listed
            assert pull.detail is not None
            assert pull.detail.head_sha == pull.head_sha
            assert list(pull.detail.reviews) == in_order(pull.detail.reviews)

    async def test_a_known_mark_is_answered_with_nothing_until_something_changes(
        self, forge: Forge, repository: Repository, stir: Stir
    ) -> None:
        page = await changed_pulls(forge, repository)
        assert page is not None
        quiet = await changed_pulls(forge, repository, known=page.mark)
        assert (quiet is None) == (page.mark is not None), 'a host without marks lists anew'

        await stir()

        news = await changed_pulls(forge, repository, known=page.mark)
        assert news is not None
        assert (news.listed, news.pulls) != (page.listed, page.pulls)
        assert news.mark is None or news.mark != page.mark

    async def test_a_mark_of_another_time_brings_the_list(self, forge: Forge, repository: Repository) -> None:
        page = await changed_pulls(forge, repository, known='"a mark of long ago"')

        assert page is not None
        assert page.listed

    async def test_a_picture_is_small_and_costs_nothing(self, forge: Forge, repository: Repository) -> None:
        spent = forge.spent
        for pull in await all_pulls(forge, repository):
            spent = forge.spent
            found = await forge.avatar(pull.author)
            assert found is not None
            assert found.media_type.startswith('image/')
            assert 0 < len(found.content) <= SIZE_MAX
        assert forge.spent == spent

    async def test_nobody_in_particular_has_no_picture(self, forge: Forge) -> None:
        somewhere = 'https://elsewhere.example/picture.png'

        assert await forge.avatar(GHOST) is None
        assert await forge.avatar(Person(id=2**40, login='nobody', avatar_url=somewhere)) is None

    async def test_a_test_pull_is_open_and_in_the_list(self, forge: Forge, repository: Repository) -> None:
        pull = await forge.create_test_pull(repository.name)

        assert (pull.repository, pull.is_open, pull.is_draft) == (repository.name, True, False)
        assert pull.detail is None
        assert pull in await all_open_pulls(forge, repository)
        assert (await read_pull(forge, repository, pull.number)).title == pull.title

    async def test_a_test_pull_in_an_unknown_repository_is_none(self, forge: Forge) -> None:
        with pytest.raises(RepositoryUnavailable) as caught:
            await forge.create_test_pull(NOWHERE.name)
        assert (caught.value.repository, caught.value.reason) == (NOWHERE.name, Reason.MISSING)

    async def test_what_was_spent_only_rises(self, forge: Forge, repository: Repository) -> None:
        before = forge.spent
        await open_pulls(forge, repository)

        assert forge.spent >= before >= 0
        assert forge.budget is None or 0 <= forge.budget.remaining <= forge.budget.limit

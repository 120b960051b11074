"""What holds in the end of every history."""

from collections.abc import Iterable
from datetime import timedelta

from reviewflow.forge import Place
from reviewflow.models import PullRequest, Repository
from tests.github.holding import Repo
from tests.history.equal import Key, Pulls, Unheard, all_seen, with_kept
from tests.history.homes import Untraced
from tests.history.steps import CHECKS, UNTRACED
from tests.history.world import World


async def check(world: World) -> None:
    """Let it come to rest, step by step, and compare."""
    await world.heal()
    await world.rest()
    truth = await Truth.read(world)
    await truth.compare_after_a_tick()
    await world.pass_hours()
    await truth.compare_after_hours()
    await truth.compare_after_a_reconcile()
    assert world.bell.refused == []
    assert await world.life.hooks.waiting() == []


class Truth:
    """All pulls as they are at GitHub, where nothing happens any more; compared with what we have."""

    def __init__(self, world: World, there: Pulls) -> None:
        self._world = world
        self._there = there
        unheard = [each for each in world.homes.untraced if not each.guids & world.bell.accepted]
        self._unheard = Unheard(
            labels=_keys(each for each in unheard if each.what in UNTRACED),
            checks=_keys(each for each in unheard if each.what in CHECKS),
        )

    @classmethod
    async def read(cls, world: World) -> 'Truth':
        """Read everything."""
        places = [
            Place(repository=_repository(repo), number=number, node_id=pull.listed['node_id'])
            for repo in world.github.repos
            for number, pull in repo.pulls.items()
        ]
        found = await world.life.rig.forge.pulls(places)
        pulls = {(place.repository.id, place.number): pull for place, pull in zip(places, found, strict=True)}
        assert all(isinstance(pull, PullRequest) for pull in pulls.values())
        return cls(world, {key: pull for key, pull in pulls.items() if isinstance(pull, PullRequest)})

    async def compare_after_a_tick(self) -> None:
        """Compare the repositories that we know of, but for what leaves no trace and was not told."""
        here, homes = await self._here(), self._meant() & await self._shown()
        wanted = {key for key in self._there if key[0] in homes and (key in here or self._is_kept(key))}
        has_pulse = self._world.life.rig.forge.means == 'GraphQL'
        mine = all_seen({key: here[key] for key in wanted & here.keys()}, self._unheard, has_pulse=has_pulse)
        theirs = all_seen({key: self._there[key] for key in wanted}, self._unheard, has_pulse=has_pulse)
        assert mine == with_kept(theirs, mine)
        await self._compare_with_store()

    async def compare_after_hours(self) -> None:
        """Compare everything, but for what leaves no trace and was not told."""
        here, meant = await self._here(), self._meant()
        homes = {repo.data['id'] for repo in self._world.github.repos}
        kept = {key for key in self._there if key[0] in meant and self._is_kept(key)}
        old = {key for key, pull in here.items() if not pull.is_open and key[0] in meant} - kept
        gone = {key for key in here if key[0] not in homes and self._is_named}
        wanted = kept | (old & self._there.keys())
        assert here.keys() - old - gone == kept
        mine = all_seen({key: here[key] for key in wanted}, self._unheard, has_pulse=True)
        theirs = all_seen({key: self._there[key] for key in wanted}, self._unheard, has_pulse=True)
        assert mine == with_kept(theirs, mine)
        await self._compare_with_store()

    async def compare_after_a_reconcile(self) -> None:
        """Compare everything of what is open; what had drifted is what was never told."""
        here = await self._here()
        open_ = {key for key, pull in self._there.items() if pull.is_open and key in here}
        theirs = all_seen({key: self._there[key] for key in open_}, Unheard(), has_pulse=True)
        mine = all_seen({key: here[key] for key in open_}, Unheard(), has_pulse=True)
        kept = with_kept(theirs, mine)
        differing = {key for key in open_ if mine[key] != kept[key]}
        report = await self._world.life.poller.reconcile()
        assert report is not None
        named = {f'{self._there[key].repository}#{key[1]}' for key in differing}
        of_closed = {
            f'{p.repository}#{k[1]}'
            for k, p in self._there.items()
            if not p.is_open and k in self._unheard.labels
        }
        gone = await self._shown() - {repo.data['id'] for repo in self._world.github.repos}
        assert (report.left, set(report.drifted) - of_closed) == (len(gone), named)
        here = await self._here()
        mine = all_seen({key: here[key] for key in open_}, Unheard(), has_pulse=True)
        assert mine == with_kept(theirs, mine)
        await self._compare_with_store()

    async def _compare_with_store(self) -> None:
        rig = self._world.life.rig
        stored = {card.key: card for card in await rig.store.cards(await rig.flow.shown())}
        board = {card.key: card for card in rig.board.cards.values()}
        assert {key: card.pull for key, card in stored.items()} == {
            key: card.pull for key, card in board.items()
        }

    async def _here(self) -> Pulls:
        """Give all pulls as the board has them."""
        rig = self._world.life.rig
        ids = {each.id: each.repository.id for each in await rig.tracked()}
        return {(ids[card.repository_id], card.pull.number): card.pull for card in rig.board.cards.values()}

    async def _shown(self) -> set[int]:
        return {each.repository.id for each in await self._world.life.rig.flow.shown()}

    def _meant(self) -> set[int]:
        """Give GitHub's ids of the repositories that the settings mean."""
        github = self._world.github
        found = set()
        for pattern in self._world.life.rig.patterns:
            owner, _, name = pattern.partition('/')
            for repo in github.repos:
                data = repo.data
                is_named = data['full_name'] == pattern
                is_owned = name == '*' and data['owner']['login'] == owner and not data['archived']
                if is_named or is_owned:
                    found.add(data['id'])
            if not any(repo.data['full_name'] == pattern for repo in github.repos) and name != '*':
                moved = github.moved.get(pattern)
                found |= {repo.data['id'] for repo in github.repos if repo.data['id'] == moved}
        return found

    @property
    def _is_named(self) -> bool:
        """Whether a setting names a single repository: it stays though it is gone, as something is wrong."""
        return any(not pattern.endswith('/*') for pattern in self._world.life.rig.patterns)

    def _is_kept(self, key: Key) -> bool:
        """Tell whether a pull is open, or not closed for too long."""
        pull, life = self._there[key], self._world.life
        return pull.is_open or pull.updated_at >= self._world.clock() - timedelta(days=life.closed_days)


def _keys(untraced: Iterable[Untraced]) -> frozenset[Key]:
    return frozenset[Key]().union(*(each.keys for each in untraced))


def _repository(repo: Repo) -> Repository:
    data = repo.data
    return Repository(id=data['id'], name=data['full_name'], node_id=data['node_id'])

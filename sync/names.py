"""Which repositories a setting means: they get renamed, replaced, deleted, and ``owner/*`` grows."""

import logging
import math
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from reviewflow.errors import BadCredentials, StoreError
from reviewflow.flow import ReviewFlow
from reviewflow.forge import Forge
from reviewflow.models import Repository, TrackedRepository
from reviewflow.syncs import RepositoryHealth, Trouble
from sync.health import Health, forge_error, trouble

log = logging.getLogger(__name__)

LOOK_UP_EVERY_S = 3600
GONE_AFTER_S = 600
"""How long something is missing before it is taken for gone: one answer may be wrong."""
NONE_FOUND = Trouble(
    says='No repository of that owner can be read with this token, archived ones aside',
    advice='Let the token see some, or take the name out; it looks again every hour, and at "Sync now"',
)


class Owners:
    """Which setting reads a repository, where several mean it; repositories by the code host's id."""

    def __init__(self) -> None:
        self._patterns: dict[int, str] = {}
        self._names: list[Names] = []

    def claim(self, repository: Repository, pattern: str) -> bool:
        """Take it, unless another setting did before."""
        return self._patterns.setdefault(repository.id, pattern) == pattern

    def release(self, repository: Repository) -> None:
        """Let others have it."""
        del self._patterns[repository.id]
        for names in self._names:
            names.doubt()

    def enter(self, names: 'Names') -> None:
        """Count with a setting: it may take what others release."""
        self._names.append(names)

    def heir(self, each: TrackedRepository, of: 'Names') -> 'Names | None':
        """Find another setting that means it too."""
        others = (names for names in self._names if names is not of)
        return next((names for names in others if each.is_meant_by(names.pattern)), None)


class Names:
    """The repositories behind ``owner/name`` or ``owner/*``."""

    def __init__(
        self,
        pattern: str,
        *,
        forge: Forge,
        flow: ReviewFlow,
        owners: Owners,
        monotonic: Callable[[], float],
        health: Health,
    ) -> None:
        self.pattern = pattern
        self.tracked: dict[int, TrackedRepository] = {}
        self.health = health
        self._forge = forge
        self._flow = flow
        self._owners = owners
        self._monotonic = monotonic
        self._missing_since: dict[int, float] = {}
        self._look_up_at = -math.inf
        self._finds_none = False
        owners.enter(self)

    def know(self, tracked: TrackedRepository) -> None:
        """Take over what is stored."""
        if self._owners.claim(tracked.repository, self.pattern):
            self.tracked[tracked.id] = tracked
            if self._is_settled:
                self._look_up_at = math.inf

    def doubt(self) -> None:
        """Look up again at the next occasion: something does not fit."""
        self._look_up_at = -math.inf

    async def look_up(self, *, at_once: bool) -> None:
        """Find out which repositories are meant, if it is time; those that are known stay if this fails.

        A limit stops only this: names are asked for by REST, and GraphQL has an allowance of its own.
        """
        is_time = self._monotonic() >= self._look_up_at or (at_once and self.pattern.endswith('/*'))
        if not is_time or not (self.health.is_due or at_once):
            return
        try:
            found = await self._forge.repositories(self.pattern)
        except (BadCredentials, StoreError):
            raise
        except Exception as error:  # noqa: BLE001  # see forge_error
            self.health.fail(forge_error(error, self.pattern))
            self.doubt()  # also when it was not time yet: only an answer ends the trouble
            return
        await self._take(found)
        self._finds_none = not found
        self.health.recover()
        next_in_s = math.inf if self._is_settled else LOOK_UP_EVERY_S
        self._look_up_at = self._monotonic() + (GONE_AFTER_S if self._missing_since else next_in_s)

    async def follow(self, repository: Repository) -> TrackedRepository:
        """Go on with what is known of a repository, under the name it has now."""
        stored = await self._flow.track(self.pattern, repository)
        known = self.tracked.get(stored.id, stored)
        if known.repository.name != repository.name:
            log.info('%s is now %s', known.repository.name, repository.name)
        self.tracked[stored.id] = tracked = replace(known, repository=repository)
        return tracked

    @property
    def unfound(self) -> RepositoryHealth | None:
        """How it is that no repository is known; None where one is, or nothing is wrong."""
        if self.tracked:
            return None
        if self.health.error is not None:
            wrong = trouble(self.health.error, self._forge.title)
        elif self._finds_none:
            wrong = NONE_FOUND
        else:
            return None
        return RepositoryHealth(id=0, forge_id=0, name=self.pattern, well_at=None, error=wrong)

    @property
    def _is_settled(self) -> bool:
        """Whether looking up again now and then is not worth a request: its lists tell when it moves."""
        names = {each.repository.name.lower() for each in self.tracked.values()}
        return names == {self.pattern.lower()} and not self._forge.free_when_unchanged

    async def _take(self, found: Collection[Repository]) -> None:
        known = {each.repository.id for each in self.tracked.values()}
        for repository in sorted(found, key=lambda one: one.id not in known):  # a name is freed, then taken
            if self._owners.claim(repository, self.pattern):
                await self.follow(repository)
        ids, names = {one.id for one in found}, {one.name for one in found}
        now = self._monotonic()
        for each in list(self.tracked.values()):
            if each.repository.id in ids:
                self._missing_since.pop(each.id, None)
            elif each.repository.name in names or now >= GONE_AFTER_S + self._missing_since.setdefault(
                each.id, now
            ):
                await self._drop(each)

    async def _drop(self, each: TrackedRepository) -> None:
        log.info('%s is not among the repositories of %s any more', each.repository.name, self.pattern)
        heir = self._owners.heir(each, self)
        if heir is None:
            await self._flow.drop(each)
        del self.tracked[each.id]
        self._missing_since.pop(each.id, None)
        self._owners.release(each.repository)
        if heir is not None and self._owners.claim(each.repository, heir.pattern):
            heir.tracked[each.id] = each
            await heir.follow(each.repository)


def with_unfound(healths: Iterable[RepositoryHealth], names: Iterable[Names]) -> list[RepositoryHealth]:
    """Add what the settings name and nobody found, by name."""
    unfound = [each.unfound for each in names]
    found = [*healths, *(each for each in unfound if each is not None)]
    return sorted(found, key=lambda health: health.name.lower())

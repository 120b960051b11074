"""Which repositories are ticked, and which are to be seen at the moment; pure."""

from collections.abc import Iterable, Sequence
from typing import Any

from reviewflow.connection import SeenRepository
from reviewflow.words import counted

SHOWN = 50
"""Rows at first, and with each "show more": an account may see thousands."""

Group = dict[str, Any]


class Choice:
    """Names are compared as GitHub does, without regard to case."""

    def __init__(self, chosen: Iterable[str] = ()) -> None:
        self.words = ''
        """What is looked for."""
        self._chosen = {name.lower(): name for name in chosen}
        self._added: dict[str, SeenRepository] = {}
        self._seen: dict[str, SeenRepository] = {}
        self._limit = SHOWN

    def see(self, repositories: Iterable[SeenRepository]) -> None:
        """Take over what a token sees; what was chosen stays chosen."""
        self._seen = {each.name.lower(): each for each in repositories}
        self._limit = SHOWN

    def add(self, repository: SeenRepository) -> None:
        """Choose one that was named."""
        self._added[repository.name.lower()] = repository
        self.tick(repository.name, ticked=True)

    def tick(self, name: str, *, ticked: bool) -> None:
        """Choose it, or ``owner/*``, or choose it no more."""
        if ticked:
            self._chosen[name.lower()] = name
        else:
            self._chosen.pop(name.lower(), None)

    def look_for(self, words: str) -> None:
        """Show only what has all these words."""
        self.words, self._limit = words, SHOWN

    def show_more(self) -> None:
        """Show further rows."""
        self._limit += SHOWN

    @property
    def names(self) -> tuple[str, ...]:
        """What to connect; an owner's own rows are left out where all of the owner is chosen."""
        return tuple(
            name for key, name in self._chosen.items() if key.endswith('/*') or not self._covers(key)
        )

    @property
    def summary(self) -> str:
        """Say how many: "3 repositories", "2 repositories and all of acme"."""
        owners = [name.partition('/')[0] for name in self.names if name.endswith('/*')]
        single = len(self.names) - len(owners)
        parts = [counted(single, 'repository')] if single or not owners else []
        if owners:
            parts.append(f'all of {owners[0]}' if len(owners) == 1 else f'all of {len(owners)} owners')
        return ' and '.join(parts)

    def groups(self) -> tuple[list[Group], int]:
        """Give the rows to show by owner, archived ones last; and how many there are besides."""
        owners: dict[str, list[SeenRepository]] = {}
        for each in filter(self._is_wanted, self._known()):
            owners.setdefault(each.owner.lower(), []).append(each)
        single = [[each for each in members if not each.name.endswith('/*')] for members in owners.values()]
        share = fair_share(list(map(len, single)), self._limit)
        groups: list[Group] = [
            {
                'owner': members[0].owner,
                'all': f'{owner}/*' in self._chosen,
                'rows': [self._row(each) for each in sorted(rows, key=_is_archived)[:share]],
            }
            for (owner, members), rows in zip(owners.items(), single, strict=True)
        ][: self._limit]
        return groups, sum(map(len, single)) - sum(len(group['rows']) for group in groups)

    def _row(self, each: SeenRepository) -> dict[str, Any]:
        key = each.name.lower()
        return {
            'name': each.name,
            'private': each.is_private,
            'archived': each.is_archived,
            'pushed': each.pushed_at and int(each.pushed_at.timestamp()),
            'ticked': key in self._chosen or self._covers(key),
            'covered': self._covers(key),
            'unlisted': bool(self._seen) and key not in self._seen and key not in self._added,
        }

    def _known(self) -> Iterable[SeenRepository]:
        """List what was named or chosen first: it is not to be looked for."""
        unseen = {
            key: SeenRepository(name=name)
            for key, name in self._chosen.items()
            if key not in self._seen and key not in self._added
        }
        added = {key: each for key, each in self._added.items() if key not in self._seen}
        return [*unseen.values(), *added.values(), *self._seen.values()]

    def _is_wanted(self, each: SeenRepository) -> bool:
        return all(word in each.name.lower() for word in self.words.lower().split())

    def _covers(self, key: str) -> bool:
        """Whether all of its owner is chosen, which leaves archived ones out."""
        each = self._seen.get(key) or self._added.get(key)
        is_archived = each is not None and each.is_archived
        return not key.endswith('/*') and not is_archived and f'{key.partition("/")[0]}/*' in self._chosen


def fair_share(sizes: Sequence[int], limit: int) -> int:
    """Give the most that each may show so that all together keep within the limit: no owner hides another."""
    return next(
        (share for share in range(limit, 1, -1) if sum(min(size, share) for size in sizes) <= limit), 1
    )


def _is_archived(repository: SeenRepository) -> bool:
    return repository.is_archived

"""A GitHub in a process of its own, which does what ``benchmarks.control`` asks for."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from benchmarks.control import Command, answer
from tests.github import FakeGitHub
from tests.github.server import Listening

OWNER = 'acme'


class Host:
    """What can be asked of it."""

    def __init__(self) -> None:
        self._github = FakeGitHub()
        self._github.organisations.add(OWNER)
        self._listening = Listening(self._github)

    @property
    def commands(self) -> Mapping[str, Command]:
        """By name."""
        return {
            'address': self.address,
            'furnish': self.furnish,
            'retitle': self.retitle,
            'asked': self.asked,
        }

    async def address(self) -> dict[str, str]:
        """Say where it is, and what lets in."""
        return {'url': self._listening.url, 'token': self._github.token}

    async def furnish(self, repositories: int, pulls: int, is_open: bool) -> list[str]:
        """Create repositories with so many pulls each; give their names."""
        names = [f'{OWNER}/{len(self._github.repos) + number:03}' for number in range(repositories)]
        now = datetime.now(UTC)
        for name in names:
            self._github.add_repository(name)
            self._github.open_pulls_in_bulk(name, pulls, lambda number: _fields(number, now, is_open=is_open))
        return names

    async def retitle(self, names: list[str], pulls: int) -> None:
        """Change the first so many pulls of each."""
        for name in names:
            for number in range(1, pulls + 1):
                self._github.edit(name, number, title=f'Changed at {datetime.now(UTC):%H:%M:%S.%f}')

    async def asked(self) -> dict[str, int]:
        """Count requests and points since the last time."""
        requests = list(self._github.requests)
        self._github.requests.clear()
        return {'requests': len(requests), 'points': sum(request.cost for request in requests)}


def _fields(number: int, now: datetime, *, is_open: bool) -> dict[str, object]:
    at = f'{now - timedelta(minutes=number + 5):%Y-%m-%dT%H:%M:%SZ}'
    fields: dict[str, object] = {'title': f'Pull {number}', 'created_at': at, 'updated_at': at}
    if not is_open and number % 10:
        fields |= {'state': 'closed', 'closed_at': at, 'merged_at': at}
    return fields


if __name__ == '__main__':
    asyncio.run(answer(Host().commands))

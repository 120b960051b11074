"""A GitHub in a process of its own, which does what ``benchmarks.control`` asks for."""

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from benchmarks.control import Command, answer
from tests.github import FakeGitHub, fault
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
            'slow_down': self.slow_down,
            'call': self.call,
            'tell': self.tell,
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

    async def slow_down(self, seconds: float) -> None:
        """Take so long for each answer."""
        self._github.always(fault.slow(seconds))

    async def call(self, names: list[str], url: str, secret: str) -> None:
        """Have webhooks."""
        for name in names:
            self._github.add_hook(name, url, content_type='json', secret=secret)

    async def tell(self, name: str, number: int, title: str) -> int:
        """Change a pull and tell of it; gives the moment in nanoseconds at which that was sent."""
        self._github.edit(name, number, title=title)
        sent_at = time.monotonic_ns()
        await self._github.sender.flush()
        return sent_at

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

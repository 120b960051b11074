"""A client of our own GitHub whose time is ours."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response

from reviewflow.settings import GitHub
from sync.github.client import GitHubClient
from tests.github import FakeGitHub, fault

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
TOKEN = 'canary-1f6e0d'
GOOD = fault.text('{"full_name": "acme/api"}')


class Clock:
    """A monotonic and a wall clock that only move when told, and a sleep that moves them."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.error = timedelta(0)
        """How wrong the local wall clock is."""
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.seconds

    def truth(self) -> datetime:
        return NOON + timedelta(seconds=self.seconds - 1000)

    def wall(self) -> datetime:
        return self.truth() + self.error

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


class Crowd:
    """A fault: an answer comes once so many requests wait for one."""

    def __init__(self, size: int, answer: fault.Fault = GOOD) -> None:
        self.most = 0
        """How many waited at the same time, at the most."""
        self._under_way = 0
        self._full = asyncio.Barrier(size)
        self._answer = answer

    async def __call__(self, request: Request) -> Response:
        self._under_way += 1
        self.most = max(self.most, self._under_way)
        await self._full.wait()
        self._under_way -= 1
        return await self._answer(request)


def make_client(
    github: FakeGitHub, clock: Clock, *, token: str | None = TOKEN, url: str | None = None, **options: Any
) -> GitHubClient:
    return GitHubClient(
        GitHub(api_url=url or github.url, token=None if token is None else SecretStr(token)),
        sleep=clock.sleep,
        jitter=lambda: 0.5,
        monotonic=clock.monotonic,
        now=clock.wall,
        **({'transport': None if url else github.transport} | options),
    )


def name(data: Any) -> str:
    return str(data['full_name'])


async def read(client: GitHubClient, url: str = '/repos/acme/api') -> str:
    return (await client.get(url, name, about='acme/api')).value

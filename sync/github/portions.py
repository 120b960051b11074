"""Many things: as many in a request as GitHub bears, or each by itself."""

import math
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from reviewflow.errors import ForgeError, ForgeUnavailable, TooMuchAsked
from sync.health import STOPPING, forge_error
from sync.together import together

WELL = 20
"""Answers in a row after which a little more is asked for."""
FORGET_S = 3600
"""How long what was too much is not asked for again: each such query costs as if it had been answered."""

T = TypeVar('T')
R = TypeVar('R')


class Portion:
    """How much to ask for at once: half after a refusal, and slowly more again, but not as much for an hour.

    Where even one thing by itself was refused, that was not because of the size: it is as before then.
    """

    def __init__(self, most: int, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.size = most
        self._most = most
        self._monotonic = monotonic
        self._well = 0  # in a row
        self._before = 0  # how much it was when the refusals began; 0: the last answer was well
        self._refused = 0  # the least that was refused since
        self._ceiling, self._until_s = most, -math.inf

    def shrink(self, tried: int) -> None:
        """Ask for half of what was too much."""
        self._before, self._refused = self._before or self.size, min(self._refused or tried, tried)
        self.size, self._well = max(min(self.size, tried) // 2, 1), 0

    def grow(self) -> None:
        """Try a little more now and then: what is too much takes GitHub ten seconds."""
        if self._refused == 1:
            self.size = self._before
        elif self._before:
            self._ceiling = min(self._refused - 1, self._bound)
            self._until_s = self._monotonic() + FORGET_S
        self._before = self._refused = 0
        self._well += 1
        if self._well >= WELL:
            self.size, self._well = min(self.size + 1, self._bound), 0

    @property
    def _bound(self) -> int:
        return self._ceiling if self._monotonic() < self._until_s else self._most


async def in_portions(
    items: Sequence[T], read: Callable[[Sequence[T]], Awaitable[Sequence[R]]], portion: Portion
) -> list[R | ForgeError]:
    """Read as many at once as GitHub bears; one that is too much by itself is an error in its place."""
    found = list[R | ForgeError]()
    while len(found) < len(items):
        part = items[len(found) : len(found) + portion.size]
        try:
            found += await read(part)
            portion.grow()
        except TooMuchAsked as error:
            portion.shrink(len(part))
            if len(part) == 1:
                found.append(error)
        except ForgeUnavailable as error:
            found += [error] * len(part)
    return found


async def each_by_itself(read: Callable[[T], Awaitable[R]], items: Sequence[T]) -> list[R | ForgeError]:
    """Read several things at once; what is wrong with one of them stands in its place.

    Raises:
        BadCredentials, RateLimited: it is wrong with all of them.
    """

    async def attempt(item: T) -> R | ForgeError:
        try:
            return await read(item)
        except STOPPING:
            raise
        except Exception as error:  # noqa: BLE001  # see forge_error
            return forge_error(error, 'an answer')

    return await together(*map(attempt, items))

"""Questions that are asked at the same time go together."""

import asyncio
from collections.abc import Sequence

import pytest

from reviewflow.errors import ForgeUnavailable, RateLimited
from sync.batch import Batch
from tests.builders import NOW


class Host:
    """Answers a number with its double, when it may."""

    def __init__(self, size: int = 3, at_once: int = 2) -> None:
        self.size = size
        self.loads: list[list[int]] = []
        self.errors: list[Exception | None] = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.under_way = self.most = 0
        self.batch = Batch(self._load, size=lambda: self.size, at_once=at_once)

    async def _load(self, keys: Sequence[int]) -> list[int]:
        self.loads.append(list(keys))
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await self.may_answer.wait()
        await asyncio.sleep(0)
        self.under_way -= 1
        if self.errors and (error := self.errors.pop(0)) is not None:
            raise error
        return [2 * key for key in keys]


async def test_who_asks_in_the_same_turn_shares_a_request() -> None:
    host = Host()

    answers = await asyncio.gather(*(host.batch.ask(key) for key in (1, 2, 3)))

    assert answers == [[2], [4], [6]]
    assert host.loads == [[1, 2, 3]]


async def test_answers_come_in_the_order_of_the_questions_however_many_requests_they_take() -> None:
    host = Host()

    assert await host.batch.ask(*range(8)) == [2 * key for key in range(8)]
    assert sorted(map(len, host.loads)) == [2, 3, 3]
    assert host.most == 2


async def test_what_is_asked_meanwhile_is_gathered_for_the_next_request() -> None:
    host = Host(at_once=1)
    host.may_answer.clear()
    async with asyncio.TaskGroup() as group:
        group.create_task(host.batch.ask(1))
        await asyncio.sleep(0.01)
        others = [group.create_task(host.batch.ask(key)) for key in (2, 3)]
        await asyncio.sleep(0.01)
        host.may_answer.set()

    assert host.loads == [[1], [2, 3]]
    assert [other.result() for other in others] == [[4], [6]]


async def test_an_error_is_the_answer_to_those_it_concerns_and_to_nobody_else() -> None:
    host = Host()
    host.errors = [RateLimited(NOW)]

    answers = await host.batch.ask(*range(6))

    assert [isinstance(answer, RateLimited) for answer in answers] == [True] * 3 + [False] * 3


async def test_a_mistake_of_ours_is_an_answer_that_was_not_understood(
    caplog: pytest.LogCaptureFixture,
) -> None:
    host = Host()
    host.errors = [ZeroDivisionError('ours')]

    (answer,) = await host.batch.ask(1)

    assert isinstance(answer, ForgeUnavailable)
    assert 'ours' in caplog.text
    caplog.clear()


async def test_a_host_that_can_do_less_than_before_is_asked_in_smaller_parts() -> None:
    host = Host(size=5)
    host.may_answer.clear()
    async with asyncio.TaskGroup() as group:
        asking = group.create_task(host.batch.ask(*range(12)))
        await asyncio.sleep(0.01)
        host.size = 1
        host.may_answer.set()

    assert asking.result() == [2 * key for key in range(12)]


async def test_who_shared_a_request_that_was_broken_off_is_answered_by_another_one() -> None:
    host = Host()
    host.may_answer.clear()
    leading = asyncio.ensure_future(host.batch.ask(1))
    waiting = asyncio.ensure_future(host.batch.ask(2))
    await asyncio.sleep(0.01)

    leading.cancel()
    await asyncio.wait([leading])
    host.may_answer.set()

    assert await waiting == [4]
    assert host.loads == [[1, 2], [2]]
    assert leading.cancelled()

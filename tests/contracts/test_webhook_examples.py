"""GitHub's own example payloads, as octokit publishes them: signed, forged, unsigned, again, shuffled."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import httpx
import pytest

from reviewflow.delivery import Hints, Outcome
from reviewflow.hooks import Hooks
from reviewflow.store.database import Database
from sync.github.hints import GitHubHooks
from tests.builders import NOW, Clock
from tests.hooks import body, signature
from tests.webhook import called, post

INDEX = '@octokit/webhooks-examples/api.github.com/index.json'
FORM = 'application/x-www-form-urlencoded'
HELLO, SHA = 186_853_002, 'ec26c3e57ca3a959ca5aad62de7213c562f8c821'
ACCEPTED = {
    'check_run': 9,
    'check_suite': 9,
    'installation': 7,
    'installation_repositories': 3,
    'label': 3,
    'member': 4,
    'membership': 5,
    'merge_group': 2,
    'milestone': 1,
    'organization': 5,
    'ping': 4,
    'public': 3,
    'pull_request': 29,
    'pull_request_review': 4,
    'pull_request_review_comment': 5,
    'pull_request_review_thread': 3,
    'repository': 11,
    'status': 4,
    'team': 6,
    'team_add': 3,
    'workflow_run': 5,
}
"""Event → examples of it that say something of what is shown."""


@dataclass(frozen=True, kw_only=True)
class Example:
    id: str
    event: str
    payload: dict[str, Any]

    @property
    def body(self) -> bytes:
        return body(self.payload)


@pytest.fixture(scope='session')
def examples(npm: Path) -> list[Example]:
    index = json.loads((npm / INDEX).read_text('utf-8'))
    return [
        Example(id=f'{of["name"]}-{at}', event=of['name'], payload=payload)
        for of in index
        for at, payload in enumerate(of['examples'])
    ]


@pytest.fixture
async def github(database: Database, clock: Clock) -> AsyncIterator[tuple[httpx.AsyncClient, Hooks]]:
    calls = called(database, clock)
    async with calls.client() as client:
        yield client, calls.hooks


async def deliver(github: httpx.AsyncClient, example: Example, **changes: str) -> Outcome:
    answer = await post(github, example.body, event=example.event, id=example.id, **changes)
    assert answer.status_code == 202, answer.text
    return Outcome(answer.json()['outcome'])


def test_there_are_as_many_as_were_counted_once(examples: list[Example]) -> None:
    assert (len(examples), len({example.event for example in examples})) == (329, 58)


async def test_each_is_taken_once_however_often_and_in_which_order_it_comes(
    github: tuple[httpx.AsyncClient, Hooks], examples: list[Example]
) -> None:
    client, hooks = github
    outcomes = [await deliver(client, example) for example in examples]
    first = {each.id: each for each in await hooks.waiting()}
    for seed in range(3):
        again = random.Random(seed).sample(examples, len(examples))
        answers = await asyncio.gather(*(deliver(client, example) for example in again))
        assert set(answers) == {Outcome.KNOWN, Outcome.IGNORED}

    accepted = Counter(
        example.event
        for example, outcome in zip(examples, outcomes, strict=True)
        if outcome is Outcome.ACCEPTED
    )
    assert accepted == ACCEPTED
    assert {each.id: each for each in await hooks.waiting()} == first
    assert len(first) == sum(ACCEPTED.values())
    told = Counter[Outcome]()
    for (_, outcome), count in hooks.counts.items():
        told[outcome] += count
    ignored = len(examples) - len(first)
    assert told == {
        Outcome.ACCEPTED: len(first),
        Outcome.KNOWN: 3 * len(first),
        Outcome.IGNORED: 4 * ignored,
    }


async def test_shuffled_from_the_beginning_it_comes_to_the_same(
    github: tuple[httpx.AsyncClient, Hooks], examples: list[Example]
) -> None:
    client, hooks = github
    doubled = random.Random(7).sample(examples * 2, 2 * len(examples))
    await asyncio.gather(*(deliver(client, example) for example in doubled))

    waiting = await hooks.waiting()

    assert Counter(each.event for each in waiting) == ACCEPTED
    parser = GitHubHooks()
    meant = (parser.parse(each.payload, event=each.event, id=each.id, received_at=NOW) for each in examples)
    assert {each.id: each for each in waiting} == {each.id: each for each in meant if each.hints is not None}


async def test_tampered_with_or_unsigned_none_is_taken(
    github: tuple[httpx.AsyncClient, Hooks], examples: list[Example], writes: list[str]
) -> None:
    client, hooks = github
    for at, example in enumerate(examples):
        changed = replace(example, payload={**example.payload, 'action': 'by a stranger'})
        for forged, of in ((example, None), (changed, example), (replace(example, payload={}), example)):
            signed = '' if of is None else signature(of.body)
            answer = await post(
                client, forged.body, event=example.event, id=f'{at}', x_hub_signature_256=signed
            )
            assert answer.status_code == 401

    assert writes == []
    assert {outcome for _, outcome in hooks.counts} == {Outcome.REFUSED}
    assert hooks.counts.total() == 3 * len(examples)


async def test_as_a_form_each_says_the_same(
    github: tuple[httpx.AsyncClient, Hooks], examples: list[Example]
) -> None:
    client, hooks = github
    for example in examples:
        form = b'payload=' + quote_plus(example.body).encode()
        answer = await post(client, form, event=example.event, id=example.id, content_type=FORM)
        assert answer.status_code == 202

    assert Counter(each.event for each in await hooks.waiting()) == ACCEPTED


HINTS = {
    'check_run-0': Hints(numbers=(2,), shas=(SHA,)),
    'check_run-7': Hints(shas=('d6fde92930d4715a2b49857d24b940956b26d2d3',)),
    'check_suite-1': Hints(shas=(SHA,)),
    'workflow_run-3': Hints(shas=('3484a3fb816e0859fd6e1cea078d76385ff50625',)),
    'merge_group-0': Hints(numbers=(104,)),
    'status-0': Hints(shas=('6113728f27ae82c7b1a177c8d03f9e96e0adf246',)),
    'repository-9': Hints(names=True),
    'organization-4': Hints(names=True),
    'ping-0': Hints(),
}
"""A few that are telling: of forks, and of the pull of another repository."""


@pytest.mark.parametrize('name', HINTS)
def test_what_some_of_them_hint_at(examples: list[Example], name: str) -> None:
    example = next(example for example in examples if example.id == name)
    found = GitHubHooks().parse(example.payload, event=example.event, id=name, received_at=NOW)

    assert found.hints == HINTS[name]


def test_whatever_is_about_a_pull_names_it(examples: list[Example]) -> None:
    about = [example for example in examples if example.event.startswith('pull_request')]
    for example in about:
        pull = example.payload['pull_request']
        found = GitHubHooks().parse(example.payload, event=example.event, id='1', received_at=NOW)
        assert found.forge_id == pull['base']['repo']['id']
        assert found.repository == pull['base']['repo']['full_name']
        assert found.action == example.payload['action']
        assert found.hints is not None
        assert found.hints.numbers == (pull['number'],)
        assert f'{found.hints.newer_than:%Y-%m-%dT%H:%M:%SZ}' == pull['updated_at']

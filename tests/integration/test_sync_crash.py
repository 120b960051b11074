"""Killed at any moment of a sync, it goes on where it was; nothing is lost, and nothing is there twice."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random

import pytest
from hypothesis import settings

from reviewflow.forge import Place
from reviewflow.models import PullRequest
from reviewflow.store.database import Database
from tests.builders import Clock
from tests.github import FakeGitHub, serve
from tests.github.happening import HAPPENINGS, Happening, happen
from tests.history.equal import seen
from tests.history.steps import UNTRACED
from tests.integration.github_forge import make_forge
from tests.integration.rig import Rig
from tests.integration.sqlite_file import sqlite
from tests.waiting import until

pytestmark = pytest.mark.usefixtures('npm')

ROOT = Path(__file__).parents[2]
KILLS = settings().max_examples // 24
"""2, and 50 when it is to be proved."""
NAMES = ('acme/api', 'acme/web')
PULLS = 150
REQUESTS_MAX = 12
"""So many of a process at the most before it is killed."""
TWICE = """
    SELECT repository_id, number FROM pulls GROUP BY repository_id, number HAVING count(*) > 1
    UNION ALL SELECT pull_id, id FROM reviews GROUP BY pull_id, id HAVING count(*) > 1
    UNION ALL SELECT forge, forge_id FROM repositories GROUP BY forge, forge_id HAVING count(*) > 1
"""


@contextmanager
def mortal(folder: Path, github: FakeGitHub, url: str) -> Iterator['subprocess.Popen[str]']:
    module = 'tests.integration.sync_server'
    command = [sys.executable, '-m', module, str(folder), url, github.token, *NAMES]
    pipe = subprocess.PIPE
    environ = {name: value for name, value in os.environ.items() if not name.startswith('COVERAGE')}
    with subprocess.Popen(
        command, cwd=ROOT, env=environ, stdin=pipe, stdout=pipe, text=True, start_new_session=True
    ) as process:
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def live(process: 'subprocess.Popen[str]') -> int:
    """Begin anew; gives the process."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write('\n')
    process.stdin.flush()
    return int(process.stdout.readline())


def has_asked(github: FakeGitHub, times: int) -> bool:
    return len(github.requests) >= times


def stir(github: FakeGitHub, random: Random) -> None:
    """Let some things happen, and a push of many pulls."""
    github.open_pulls_in_bulk(random.choice(NAMES), random.randrange(120))
    for _ in range(random.randrange(6)):
        name, number = random.choice(NAMES), random.randrange(1, PULLS + 1)
        what = random.choice(sorted(set(HAPPENINGS) - UNTRACED))
        happening = Happening(github=github, name=name, number=number, by='ben', flag=random.random() < 0.5)
        happen(what, happening)


def test_killed_amid_syncs_it_goes_on_where_it_was(tmp_path: Path) -> None:
    github, random = FakeGitHub(), Random(settings().max_examples)
    github.organisations.add('acme')
    for name in NAMES:
        github.add_repository(name)
        github.open_pulls_in_bulk(name, PULLS)
    with serve(github) as url, mortal(tmp_path, github, url) as process:
        for _ in range(KILLS):
            github.requests.clear()
            pid = live(process)
            asyncio.run(until(partial(has_asked, github, random.randrange(1, REQUESTS_MAX))))
            os.kill(pid, signal.SIGKILL)
            stir(github, random)
    with sqlite(tmp_path / 'reviewflow.db') as connection:
        assert connection.execute('PRAGMA integrity_check').fetchall() == [('ok',)]
        assert connection.execute(TWICE).fetchall() == []

    github.graphql_limit *= 100  # every pull by its number costs
    here, there = asyncio.run(at_rest(tmp_path / 'reviewflow.db', github))

    assert here == there
    assert len(here) >= len(NAMES) * PULLS


async def at_rest(
    file: Path, github: FakeGitHub
) -> tuple[dict[tuple[str, int], PullRequest], dict[tuple[str, int], PullRequest]]:
    """Start once more, and let it come to rest; gives all pulls here and there."""
    database = Database(f'sqlite+aiosqlite:///{file}')
    clock = Clock(github.now())
    async with Rig.running(github, clock, database, *NAMES, by_graph=True, closed_days=36_500) as rig:
        for _ in range(2):
            await rig.tick()
            for _ in range(20):
                await rig.poller.read_details()
        here = {key_of(card.pull): seen(card.pull) for card in rig.board.cards.values()}
    await database.close()
    forge = make_forge(github, by_graph=True)
    there = {}
    for name in NAMES:
        (repository,) = await forge.repositories(name)
        numbers = github.repo(name).pulls
        for pull in await forge.pulls([Place(repository=repository, number=number) for number in numbers]):
            assert isinstance(pull, PullRequest)
            there[key_of(pull)] = seen(pull)
    await forge.aclose()
    return here, there


def key_of(pull: PullRequest) -> tuple[str, int]:
    return pull.repository, pull.number

"""What can be played by hand, and the page that says so."""

import re
from pathlib import Path

from tests.builders import Clock
from tests.github.fault.script import DOWN, ONLY_GRAPHQL, SCRIPT
from tests.github.organisation import Organisation
from tests.github.state import State

PAGE = (Path(__file__).parent.parent.parent / 'docs' / 'fake-github.md').read_text('utf-8')


def test_every_fault_is_described() -> None:
    table = PAGE.partition('| `--fault` |')[2].partition('\n\n')[0]
    named = {name for row in table.splitlines()[2:] for name in re.findall(r'`([^`]+)`', row.split('|')[1])}
    assert named == {*SCRIPT, DOWN}
    assert set(SCRIPT) > ONLY_GRAPHQL


def test_an_organisation_lives_and_the_same_seed_gives_the_same() -> None:
    clock, lives = Clock(), []
    for _ in range(2):
        github = State(now=clock)
        organisation = Organisation(github)
        organisation.furnish(90)
        lives.append([organisation.step() for _ in range(200)])
        assert len(github.repos) == 8
        assert sum(len(repo.pulls) for repo in github.repos) > 90
    assert lives[0] == lives[1]
    assert len({step.partition(': ')[2].partition(',')[0] for step in lives[0]}) > 15

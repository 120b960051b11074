"""What the pretend team writes below its titles: the first thing that people judge the product by."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from reviewflow.models import PullRequest
from reviewflow.text import lines
from reviewflow.web.prose.markdown import html_of
from sync.demo.backlog import chores, written
from sync.demo.description import texts
from sync.demo.team import PROJECTS
from sync.demo.world import World

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
OPEN_ENDS = re.compile(r'ISSUE|PART|PACKAGE|OLD|NEW|NOTES|COMMITS|KIND|REPOSITORY|SCORE|[{]}')


@pytest.fixture(scope='module')
def pulls() -> list[PullRequest]:
    """All that is to be seen in an hour."""
    world = World(7, MONDAY, pace=1)
    seen: dict[tuple[str, int], PullRequest] = {}
    for minute in range(60):
        world.advance(MONDAY + timedelta(minutes=minute))
        seen |= {(name, pull.number): pull for name in PROJECTS for pull in world.pulls(name)}
    return list(seen.values())


def text_of(pull: PullRequest) -> str:
    return pull.description.text or ''


def test_every_pull_has_one_that_is_ready_to_be_read(pulls: list[PullRequest]) -> None:
    assert len(pulls) > 60
    for pull in pulls:
        text = text_of(pull)
        assert len(text) > 60
        assert lines(text) == text
        assert not OPEN_ENDS.search(text)


def test_it_is_the_same_in_every_run_and_another_for_each_pull(pulls: list[PullRequest]) -> None:
    again = World(7, MONDAY, pace=1)
    known = {(pull.repository, pull.number): pull for pull in pulls}

    for name in PROJECTS:
        for pull in again.pulls(name):
            assert pull.description == known[name, pull.number].description
    assert len({pull.description.digest for pull in pulls}) == len(pulls)


def test_an_issue_is_older_than_every_pull_of_the_story(pulls: list[PullRequest]) -> None:
    issues = 0
    for pull in pulls:
        for number in re.findall(r'(?<![\w/])#(\d+)', text_of(pull)):
            assert 0 < int(number) < PROJECTS[pull.repository].first_number
            issues += 1
    assert issues > 5


def test_the_bot_writes_as_bots_do(pulls: list[PullRequest]) -> None:
    bumps = [pull for pull in pulls if pull.author.is_bot]

    assert bumps
    for pull in bumps:
        _, package, _, old, _, new = pull.title.split(' ')
        html = html_of(text_of(pull), host='', repository=pull.repository)
        assert f'>{package}</a> from {old} to {new}.</p>' in html
        assert html.count('<details>') == html.count('</details>') == 3
        assert '&lt;' not in html


@pytest.mark.parametrize('name', PROJECTS)
def test_there_is_a_text_for_every_task_and_none_besides(name: str) -> None:
    short = name.partition('/')[2]

    assert {task.title for task in written(name)} == set(texts(short))
    assert len(texts('chores')) * 7 >= len(chores(name)) > 0


@pytest.mark.parametrize('name', PROJECTS)
def test_markdown_becomes_what_was_meant(name: str) -> None:
    """No mark-up is left over, and nothing got lost."""
    for task in [*written(name), *chores(name)]:
        html = html_of(task.text, host='', repository=name)
        prose = re.sub(r'<(code|pre)>.*?</\1>', '', html, flags=re.DOTALL)
        assert not re.search(r'\*\*|`|\]\(|\|--|^- |\[ \]|&lt;', prose, re.MULTILINE), task.title
        assert html.count('class="task"') == len(re.findall(r'^- \[[ x]\] ', task.text, re.MULTILINE))
        assert html.count('<table>') == len(re.findall(r'^\|--', task.text, re.MULTILINE))


def test_there_is_a_bit_of_everything() -> None:
    everything = '\n'.join(text for name in PROJECTS for text in texts(name.partition('/')[2]).values())

    for mark in ('- [x] ', '- [ ] ', '```', '|--', '#ISSUE', '**', '1. ', '`'):
        assert everything.count(mark) > 1, mark
    assert everything.isascii() or not re.search('[\U0001f000-\U0001ffff\u2600-\u27bf]', everything)

"""The clients of the feed's documentation do what it says, as they stand there, through a restart."""

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.server import Server
from tests.browser.visitors import OUTAGE, Visitors
from tests.github import FakeGitHub

PAGE = (Path(__file__).parents[2] / 'docs/feed.md').read_text('utf-8')
PATIENCE_S = 20
Message = dict[str, Any]


def block(language: str) -> str:
    """Take the code of a client out of the page."""
    (code,) = re.findall(rf'^```{language}\n(.*?)^```$', PAGE, re.DOTALL | re.MULTILINE)
    return str(code)


class Program:
    """The client in Python, as a process of its own, and what it printed."""

    def __init__(self, script: Path, data_dir: Path) -> None:
        self._lines = Queue[str]()
        script.write_text(block('python'))
        self._process = subprocess.Popen(
            [sys.executable, script, data_dir], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._listening = threading.Thread(target=self._listen)
        self._listening.start()

    def until_printed(self, start: str, part: str = '') -> str:
        """Wait for a line that begins like this."""
        while not (line := self._lines.get(timeout=PATIENCE_S)).startswith(start) or part not in line:
            pass
        return line.removeprefix(start)

    def end(self) -> None:
        """Stop it as an operator does."""
        self._process.terminate()
        self._listening.join()
        self._process.wait()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._lines.put(line)


class Script:
    """The client for browsers, on a page of ours, and what it logged."""

    def __init__(self, page: Page) -> None:
        self._page = page
        page.evaluate(
            '() => { window.heard = []; console.log = (text) => window.heard.push(JSON.parse(text)); }'
        )
        page.add_script_tag(content=block('js'))

    def until_logged(self, condition: str, value: str = '') -> Message:
        """Wait for a message of which this is true, and forget it."""
        found = self._page.wait_for_function(
            f"""(value) => {{
                const at = window.heard.findIndex((message) => {condition});
                return at >= 0 && window.heard.splice(at, 1)[0];
            }}""",
            arg=value,
            timeout=PATIENCE_S * 1000,
        )
        message: Message = found.json_value()
        return message


@pytest.fixture
def program(server: Server, tmp_path: Path) -> Iterator[Program]:
    program = Program(tmp_path / 'client.py', server.folder / 'data')
    yield program
    program.end()


@pytest.fixture
def script(visitors: Visitors) -> Script:
    return Script(visitors.signed_in('/livez'))


def test_the_documented_clients_hear_of_what_happens_before_and_after_a_restart(
    github: FakeGitHub, server: Server, visitors: Visitors, program: Program, script: Script
) -> None:
    assert json.loads(program.until_printed('now '))['total'] == 0
    assert script.until_logged('message.now')['now']['total'] == 0

    github.open_pull('acme/api', 'Before the restart')
    assert_both_hear_of('Before the restart', program, script)

    visitors.excuse(*OUTAGE)
    server.stop()
    program.until_printed('lost ')
    server.start()
    assert json.loads(program.until_printed('now '))['total'] == 1
    assert script.until_logged('message.now')['now']['total'] == 1
    github.open_pull('acme/api', 'After the restart')
    assert_both_hear_of('After the restart', program, script)


def assert_both_hear_of(title: str, program: Program, script: Script) -> None:
    """See that a new pull comes, and then the numbers, in the same words."""
    printed = json.loads('{' + program.until_printed('{', title))
    logged = script.until_logged('message.data?.title === value', title)

    assert printed == logged
    assert (printed['type'], printed['action']) == ('notification_update', 'new')
    assert printed['notification_id'] == printed['data']['id']
    numbers = script.until_logged("message.type === 'stats_update'")
    assert numbers['seq'] > printed['seq']
    assert json.loads('{' + program.until_printed('{', '"stats_update"')) == numbers

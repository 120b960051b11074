"""ReviewFlow comes and goes: signals, kills, starts that are broken off."""

import re
import signal
import time
from pathlib import Path

import pytest

from reviewflow.data_dir import DataDir
from tests.integration.program import Program, is_running


def test_ctrl_c_ends_it_well(tmp_path: Path) -> None:
    """The fixture above looks at SIGTERM."""
    server = Program(tmp_path, {})
    server.start()
    code = re.search(r'/dashboard/setup with the code (\S+)', server.printed)
    assert code, 'nobody can sign in yet'

    assert server.end(signal.SIGINT) == 0

    assert not (server.data / 'server.json').exists()
    assert [file.name for file in server.data.glob('*.db*')] == ['reviewflow.db'], 'its journal is folded in'
    assert server.complaints == []


def test_a_second_ctrl_c_changes_nothing(tmp_path: Path) -> None:
    server = Program(tmp_path, {})
    server.start()
    server.send(signal.SIGINT)

    assert server.end(signal.SIGINT) == 0

    assert not (server.data / 'server.json').exists()
    assert server.complaints == []


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGTERM])
def test_a_start_can_be_ended_at_any_moment(tmp_path: Path, number: signal.Signals) -> None:
    server = Program(tmp_path, {})
    server.launch()
    while not server.data.exists():  # from here on the folder is its own
        time.sleep(0.001)  # noqa: TID251  # another process: nothing to wait for but its file

    assert server.end(number) == 0

    assert server.printed == ''
    assert DataDir(server.data).address() is None


@pytest.mark.parametrize('number', [signal.SIGINT, signal.SIGKILL])
def test_what_renders_descriptions_ends_with_it(tmp_path: Path, number: signal.Signals) -> None:
    server = Program(tmp_path, {})
    server.start()
    server.api('POST', 'sync').raise_for_status()
    (pull,) = server.api('GET', 'pulls?limit=1').json()['items']
    assert server.children == set(), 'nothing was to be rendered yet'

    found = server.api('GET', f'pulls/{pull["repository"]}/{pull["number"]}/description').json()
    (renderer,) = server.children
    server.end(number)

    assert '<p>' in found['html']
    while is_running(renderer):
        time.sleep(0.001)  # noqa: TID251  # another process: nothing to wait for but its end
    assert server.complaints == []


def test_a_kill_loses_nothing(tmp_path: Path) -> None:
    server = Program(tmp_path, {})
    server.start()
    server.kill()
    assert (server.data / 'server.json').exists(), 'a stale one'

    alone = server.command('sync')

    assert (alone.returncode, alone.stderr) == (0, '')
    assert re.fullmatch(
        r'7 repositories read, \d+ pulls changed, 0 left for later, 0 pages told\n', alone.stdout
    )
    assert not (server.data / 'server.json').exists()

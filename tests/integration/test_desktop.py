"""The window's process, replaced by small ones; the real window is in ``tests/browser/test_desktop.py``."""

import asyncio
import os
import sys
import tempfile
from asyncio.subprocess import Process
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from reviewflow import child
from reviewflow.desktop import desktop
from reviewflow.desktop.desktop import Desktop
from reviewflow.errors import NoWindow
from tests.integration.program import is_running

ADDRESS = 'http://127.0.0.1:1/'


def worker(code: str) -> Sequence[str]:
    return sys.executable, '-c', f'import json, os, signal, sys\n{code}'


def nothing() -> None:
    """Take no note of it."""


async def reason(folder: Path, code: str) -> str:
    """Run what never was closed by anybody; gives why it is said to be gone."""
    with pytest.raises(NoWindow) as caught:
        await Desktop(folder, worker=worker(code)).show(ADDRESS, shown=nothing)
    return caught.value.reason


async def test_a_window_that_was_closed_is_the_end_of_it(tmp_path: Path) -> None:
    window = Desktop(tmp_path, worker=worker('print("shown\\nclosed", flush=True); os.abort()'))
    heard: list[str] = []

    await window.show(ADDRESS, shown=lambda: heard.append('shown'))

    await window.close()
    assert heard == ['shown']


async def test_it_is_told_what_to_show_and_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('REVIEWFLOW_GITHUB__TOKEN', 'canary')
    told = 'sys.exit(repr((json.loads(sys.stdin.readline()), "canary" in os.environ.values(), sys.argv)))'

    heard = await reason(tmp_path, told)

    assert heard == repr(({'url': ADDRESS, 'folder': str(tmp_path)}, False, ['-c']))


@pytest.mark.parametrize(
    ('code', 'expected'),
    [
        ('sys.exit(0)', 'it ended by itself'),
        ('os.close(1)\nraise ImportError("libEGL.so.1 is missing")', 'ImportError: libEGL.so.1 is missing'),
        (
            'sys.exit("qt.qpa.xcb: no display\\nqt.qpa.plugin: none\\nAvailable: none")',
            'qt.qpa.xcb: no display',
        ),
        ('sys.exit("[10:1126/13:ERROR:zygote.cc:105] Running as root.")', 'Running as root'),
        ('os.kill(os.getpid(), signal.SIGKILL)', 'it was ended by SIGKILL'),
    ],
)
async def test_a_window_that_nobody_closed_says_why_it_is_gone(
    tmp_path: Path, code: str, expected: str
) -> None:
    assert await reason(tmp_path, code) == expected


async def test_one_that_fails_before_it_is_there_was_never_shown(tmp_path: Path) -> None:
    heard: list[str] = []

    with pytest.raises(NoWindow):
        await Desktop(tmp_path, worker=worker('sys.exit(1)')).show(ADDRESS, shown=lambda: heard.append(''))

    assert heard == []


async def test_where_its_complaints_cannot_be_kept_there_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, 'tempdir', str(tmp_path / 'gone'))

    assert await reason(tmp_path, '') == 'what it complains about cannot be kept: No such file or directory'


async def test_one_that_cannot_be_started_at_all_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoWindow) as caught:
        await Desktop(tmp_path, worker=[str(tmp_path / 'nothing')]).show(ADDRESS, shown=nothing)

    assert 'No such file' in caught.value.reason


@pytest.mark.parametrize('code', ['sys.stdin.read()', 'signal.pause()'])
async def test_it_is_taken_away_whether_it_listens_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    monkeypatch.setattr(desktop, 'GOODBYE_S', 0.3)
    pipe = tmp_path / 'pipe'
    os.mkfifo(pipe)
    window = Desktop(tmp_path, worker=worker(f'print(os.getpid(), file=open({str(pipe)!r}, "w"))\n{code}'))
    async with asyncio.timeout(10), asyncio.TaskGroup() as group:
        group.create_task(window.show(ADDRESS, shown=nothing))
        pid = int(await asyncio.to_thread(pipe.read_text))
        await window.close()

    assert not is_running(pid)


async def test_one_that_is_taken_away_while_it_is_being_started_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desktop, 'GOODBYE_S', 0.3)
    started: list[Process] = []
    window = Desktop(tmp_path, worker=worker('signal.pause()'))

    async def start(*arguments: Any, **options: Any) -> Process:
        started.append(await child.start(*arguments, **options))
        await window.close()
        return started[0]

    monkeypatch.setattr(desktop, 'child', SimpleNamespace(start=start))
    async with asyncio.timeout(10):
        await window.show(ADDRESS, shown=nothing)

    assert not is_running(started[0].pid)


async def test_none_opens_once_it_was_taken_away(tmp_path: Path) -> None:
    window = Desktop(tmp_path, worker=worker('os.abort()'))
    await window.close()

    await window.show(ADDRESS, shown=nothing)


def test_without_its_packages_the_command_that_brings_them_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desktop, 'find_spec', lambda name: None if name == 'webview' else 'found')

    with pytest.raises(NoWindow, match=r"^no window: .*\.venv/bin/pip install -e '\.\[native\]'; "):
        desktop.check()

    monkeypatch.setattr(desktop, 'find_spec', lambda _: None)
    with pytest.raises(NoWindow, match=r"uv pip install -e '\.\[native\]'"):
        desktop.check()


def test_without_a_display_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desktop, 'find_spec', lambda _: 'found')
    monkeypatch.setattr(sys, 'platform', 'linux')
    for name in {'DISPLAY', 'WAYLAND_DISPLAY'} & os.environ.keys():
        monkeypatch.delenv(name)

    with pytest.raises(NoWindow, match='no display'):
        desktop.check()

    monkeypatch.setenv('WAYLAND_DISPLAY', 'wayland-0')
    monkeypatch.setattr(os, 'geteuid', lambda: 1000)
    desktop.check()


def test_as_root_it_names_what_does_without_the_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(desktop, 'find_spec', lambda _: 'found')
    monkeypatch.setattr(sys, 'platform', 'linux')
    monkeypatch.setattr(os, 'geteuid', lambda: 0)
    monkeypatch.setenv('DISPLAY', ':0')
    monkeypatch.delenv('QTWEBENGINE_DISABLE_SANDBOX', raising=False)
    monkeypatch.delenv('QTWEBENGINE_CHROMIUM_FLAGS', raising=False)

    with pytest.raises(NoWindow, match='as root: set QTWEBENGINE_DISABLE_SANDBOX=1; '):
        desktop.check()

    monkeypatch.setenv('QTWEBENGINE_DISABLE_SANDBOX', '1')
    desktop.check()

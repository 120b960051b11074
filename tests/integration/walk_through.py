"""Walks through a page of the documentation: runs its commands, and compares what they print.

A step is a block of ``sh`` with a block of ``text`` right behind it; other blocks are only read.
In what is printed ``…`` stands for anything within the line, and alone on a line for any number of lines.
The commands run in a folder that looks like an operator's, and reach a server that listens somewhere else.
"""

import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.browser.server import MAIN

DOCS = MAIN.parent / 'docs'
PLACE = '127.0.0.1:8000'
"""Where the server is in the documentation."""
TOOLS = ('curl', 'jq')
"""What an operator has, but not every machine that runs the tests."""
TIMEOUT_S = 60
LINES = '(?:(?!```).*\n)*'
STEP = re.compile(rf'^```sh\n(?P<command>{LINES})```\n\n*```text\n(?P<printed>{LINES})```$', re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A command, and what the page says it prints."""

    place: str
    """Page and line, for whoever has to mend it."""
    command: str
    printed: str

    @property
    def tools(self) -> set[str]:
        """What it needs that not every machine has."""
        return {tool for tool in TOOLS if re.search(rf'\b{tool}\b', self.command)}


def steps(page: str) -> list[Step]:
    """List the steps of a page in ``docs/``."""
    return steps_in((DOCS / page).read_text('utf-8'), page)


def steps_in(text: str, page: str) -> list[Step]:
    """List the steps of a text."""
    found = []
    for match in STEP.finditer(text):
        line = text.count('\n', 0, match.start()) + 1
        found.append(Step(place=f'{page}:{line}', command=match['command'], printed=match['printed']))
    return found


def prepare(folder: Path) -> None:
    """Put there what an operator's folder has beside ``data/``."""
    (folder / 'main.py').symlink_to(MAIN)
    (folder / '.venv').symlink_to(sys.prefix)
    (folder / 'docs').symlink_to(DOCS)


def run(step: Step, *, folder: Path, environ: Mapping[str, str], place: str) -> str:
    """Run a step against the server that is at ``place``, a host and a port; gives what it printed."""
    done = subprocess.run(
        ['bash', '-o', 'pipefail', '-c', step.command.replace(PLACE, place)],
        cwd=folder,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    return done.stdout.replace(place, PLACE)


def is_as_shown(shown: str, printed: str) -> bool:
    """Whether a command printed what the page shows."""
    lines = [r'(?:.*\n)*' if line == '…' else f'{_line(line)}\n' for line in shown.splitlines()]
    return re.fullmatch(''.join(lines), printed if printed.endswith('\n') else f'{printed}\n') is not None


def _line(shown: str) -> str:
    return '.*'.join(re.escape(part) for part in shown.rstrip().split('…')) + ' *'

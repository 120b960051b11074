"""Run every test that this machine can run; browser tests apart: Playwright brings a loop of its own."""

import subprocess
import sys
from pathlib import Path

from tests.browser import chromium

RUNS = (['tests', '--ignore=tests/browser'], ['tests/browser'])
NOTHING_COLLECTED = 5


def main() -> int:
    """Run them one after the other; say last what could not be run."""
    chromium.install()
    worst, missing = 0, []
    for arguments in RUNS:
        status, lines = run([sys.executable, '-m', 'pytest', '-q', *arguments, *sys.argv[1:]])
        missing += lines
        if status != NOTHING_COLLECTED or not lines:
            worst = worst or status
    print('\n'.join(missing), flush=True)
    return worst


def run(command: list[str]) -> tuple[int, list[str]]:
    """Run a command, showing what it prints; give its status and the lines that say what was missing."""
    root = Path(__file__).parent.parent
    with subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            sys.stdout.write(line)
            sys.stdout.flush()
            if line.startswith('NOT RUN:'):
                lines.append(line.rstrip())
    return process.returncode, lines


if __name__ == '__main__':
    sys.exit(main())

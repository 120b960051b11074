"""Run every test that this machine can run; browser tests apart: Playwright brings a loop of its own.

Most of them wait most of the time, so they run in three parts beside each other.
"""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.browser import chromium, nginx, screen

ROOT = Path(__file__).parent.parent
INTEGRATION = sorted(str(file.relative_to(ROOT)) for file in ROOT.glob('tests/integration/test_*.py'))
REST = ['tests/unit', 'tests/ui', 'tests/contracts']
RUNS = (INTEGRATION[::2], [*INTEGRATION[1::2], *REST], ['tests/browser'])
NOTHING_COLLECTED = 5


def main() -> int:
    """Run them side by side, since browsers mostly wait; say last what could not be run."""
    chromium.install()
    nginx.install()
    screen.install()
    worst, missing = 0, []
    commands = [[sys.executable, '-m', 'pytest', '-q', *arguments, *sys.argv[1:]] for arguments in RUNS]
    with ThreadPoolExecutor(len(commands)) as pool:
        others = [pool.submit(run, command) for command in commands[1:]]
        results = [run(commands[0], is_watched=True), *(other.result() for other in others)]
    print(*(output for _, output in results[1:]), sep='', end='', flush=True)
    for status, output in results:
        lines = [line for line in output.splitlines() if line.startswith('NOT RUN:')]
        missing += lines
        if status != NOTHING_COLLECTED or not lines:
            worst = worst or status
    print('\n'.join(missing), flush=True)
    return worst


def run(command: list[str], *, is_watched: bool = False) -> tuple[int, str]:
    """Run a command, showing what it prints when somebody watches; give its status and that."""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if is_watched:
                print(line, end='', flush=True)
    return process.returncode, ''.join(lines)


if __name__ == '__main__':
    sys.exit(main())

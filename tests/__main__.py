"""Run every test that this machine can run; browser tests apart: Playwright brings a loop of its own.

They wait a good part of the time, so some parts run beside each other: small ones, that none is left alone.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.browser import chromium, nginx, screen

ROOT = Path(__file__).parent.parent
AT_ONCE = 5
PARTS = 5
SLOW = [
    'tests/integration/test_benchmarks.py',
    'tests/browser/test_manners.py',
    'tests/integration/test_histories.py',
    'tests/browser/test_accessibility.py',
]
"""What takes minutes, waits or not, begins first, each by itself."""
BROWSER, INTEGRATION = (
    sorted({str(file.relative_to(ROOT)) for file in ROOT.glob(f'tests/{folder}/**/test_*.py')} - set(SLOW))
    for folder in ('browser', 'integration')
)
RUNS = (  # what waits for a browser beside what does not
    *([file] for file in SLOW),
    *(run for part in range(PARTS) for run in (BROWSER[part::PARTS], INTEGRATION[part::PARTS])),
    ['tests/unit', 'tests/ui', 'tests/contracts'],
)
STUCK = ('-o', 'faulthandler_timeout=600', '-o', 'faulthandler_exit_on_timeout=true')
"""A test that hangs says where, and is the end of its part; with many more cases some take longer."""
NOTHING_COLLECTED = 5


def main() -> int:
    """Run them, some at a time; say last what could not be run."""
    chromium.install()
    nginx.install()
    screen.install()
    worst, missing = 0, []
    options = [*(() if 'HYPOTHESIS_PROFILE' in os.environ else STUCK), *sys.argv[1:]]
    commands = [[sys.executable, '-m', 'pytest', '-q', *files, *options] for files in RUNS]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        parts = [pool.submit(run, command) for command in commands]
        results = [part.result() for part in parts]
    for status, output in results:
        lines = [line for line in output.splitlines() if line.startswith('NOT RUN:')]
        missing += lines
        if status != NOTHING_COLLECTED or not lines:
            worst = worst or status
            print(output if status else '', end='', flush=True)
    print('\n'.join(missing), flush=True)
    return worst


def run(command: list[str]) -> tuple[int, str]:
    """Run a part; print what it said once it is done, or leave a failure for the end, where one looks."""
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False)
    print('' if done.returncode else done.stdout, end='', flush=True)
    return done.returncode, done.stdout


if __name__ == '__main__':
    sys.exit(main())

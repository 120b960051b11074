"""Which Chromium the browser tests use."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ('chromium', 'chromium-browser', 'google-chrome')
OPTIONS = (
    '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update',
    '--disable-sync', '--no-first-run',
)  # fmt: skip

FETCH = (
    (sys.executable, '-m', 'playwright', 'install', 'chromium'),
    ('apt-get', 'update', '-qq'),
    ('apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium'),
)  # fmt: skip
"""What may bring a browser to a machine that has none; apt works only for root."""


def find() -> Path | None:
    """Take the one that ``CHROMIUM`` names, else an installed one, else Playwright's own."""
    named = [os.environ.get('CHROMIUM'), *map(shutil.which, NAMES)]
    return next((Path(name) for name in named if name and Path(name).is_file()), None) or _playwrights()


def install() -> None:
    """Let Playwright fetch its own when there is none, else apt; where neither can, the tests say so."""
    for command in FETCH:
        if find() is not None:
            return
        if shutil.which(command[0]):
            subprocess.run(command, check=False)


def _playwrights() -> Path | None:
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.is_file() else None

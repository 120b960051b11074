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


def find() -> Path | None:
    """Take the one that ``CHROMIUM`` names, else an installed one, else Playwright's own."""
    named = [os.environ.get('CHROMIUM'), *map(shutil.which, NAMES)]
    return next((Path(name) for name in named if name and Path(name).is_file()), None) or _playwrights()


def install() -> None:
    """Let Playwright fetch its own when there is none; where that cannot be, the tests say so."""
    if find() is None:
        subprocess.run([sys.executable, '-m', 'playwright', 'install', 'chromium'], check=False)


def _playwrights() -> Path | None:
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if path.is_file() else None

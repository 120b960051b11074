"""Tests for which this machine lacks something: they are left out, and that is said; CI leaves out none.

A test says what it wants by ``@pytest.mark.wants('curl')``, or by a fixture that is named here.
"""

import shutil
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from tests import npm
from tests.browser import chromium, nginx, screen

Reason = str | None


def _browser() -> Reason:
    return None if chromium.find() else 'no Chromium found'


def _proxies() -> Reason:
    return None if nginx.find() else 'no nginx found (apt-get install nginx-light)'


FIXTURES: dict[str, Callable[[], Reason]] = {
    'browser': cache(_browser),
    'desk': cache(screen.missing),
    'emulator': npm.missing,
    'npm': npm.missing,
    'proxies': cache(_proxies),
}
"""Fixture → why it cannot be had here, or None."""
NOT_RUN = pytest.StashKey[set[str]]()


def leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Take away what cannot be run, and remember why."""
    reasons = {item: next(_reasons(item), None) for item in items}
    left_out = [item for item, reason in reasons.items() if reason is not None]
    config.stash[NOT_RUN] = {f'{item.path.name}: {reasons[item]}' for item in left_out}
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if reasons[item] is None]


def sentences(config: pytest.Config) -> list[str]:
    """Say what was not run, and why."""
    return [f'NOT RUN: {reason}' for reason in sorted(config.stash.get(NOT_RUN, ()))]


def _reasons(item: pytest.Item) -> Iterator[str]:
    for mark in item.iter_markers('wants'):
        yield from (f'no {program} found' for program in mark.args if shutil.which(program) is None)
    for name in getattr(item, 'fixturenames', ()):
        if name in FIXTURES and (reason := FIXTURES[name]()) is not None:
            yield reason

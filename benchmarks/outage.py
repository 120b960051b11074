"""How soon a real browser is live again: after its network was away, and after the server was restarted."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from statistics import median

from playwright.async_api import BrowserContext, Page

from benchmarks.figures import Figures

AWAY_S = 3
USABLE = "document.querySelector('.rf-row[data-key]') && window.socket?.connected"
OFFLINE = "document.querySelector('.rf-badge').textContent.includes('Offline')"
LIVE = f'{USABLE} && !({OFFLINE})'

Restart = Callable[[], Awaitable[None]]


async def measure_outage(context: BrowserContext, page: Page, restart: Restart, runs: int) -> Figures:
    """Measure both so often, on a page that shows the inbox."""
    cut = [await _after_a_cut(context, page) for _ in range(runs)]
    restarted = [await _after_a_restart(page, restart) for _ in range(runs)]
    return {
        'cut_s': median(cut),
        'slowest_cut_s': max(cut),
        'restart_s': median(restarted),
        'slowest_restart_s': max(restarted),
    }


async def _after_a_cut(context: BrowserContext, page: Page) -> float:
    await context.set_offline(True)
    await page.wait_for_function(OFFLINE)
    await asyncio.sleep(AWAY_S)
    await context.set_offline(False)
    return await _until_live(page)


async def _after_a_restart(page: Page, restart: Restart) -> float:
    """Count from the moment at which the server has something to show again."""
    await page.evaluate('window.isOld = true')
    await restart()
    return await _until_live(page, '!window.isOld && ')


async def _until_live(page: Page, what: str = '') -> float:
    started = time.perf_counter()
    await page.wait_for_function(what + LIVE, polling=20)
    return time.perf_counter() - started

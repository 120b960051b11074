"""What a person feels, in a real Chromium beside a server with many pulls."""

import asyncio
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.async_api import Browser, Page, async_playwright

from benchmarks.figures import Figures
from benchmarks.outage import USABLE, measure_outage
from benchmarks.server import PASSWORD, USER
from benchmarks.stage import start_server
from tests.browser import chromium
from tests.ports import free_port

WARM_UP = 2
TYPED = 'race is:open'
TYPED_EVERY_MS = 1000
"""So long that no keystroke is taken for the one before, which may have asked for nothing."""
WATCH = """async () => {
    const { live } = await import('reviewflow-live');
    const input = document.querySelector('.rf-query-input');
    window.taken = [];
    input.addEventListener('input', () => {
        const started = performance.now(), before = live.view;
        const took = () => performance.now() - started;
        const look = () => {
            if (live.view !== before) requestAnimationFrame(() => window.taken.push(took()));
            else if (took() < 900) requestAnimationFrame(look); // a space between two words asks for nothing
        };
        look();
    });
}"""
"""Time from a keystroke to the frame that shows its list."""


async def measure_chromium(runs: int, pulls: int) -> Figures:
    """Measure it so often, with so many pulls; nothing where there is no Chromium."""
    executable = await asyncio.to_thread(chromium.find)
    if executable is None:
        return {}
    with TemporaryDirectory(prefix='reviewflow-bench-') as folder:
        port, data = free_port(), Path(folder) / 'data'
        server = await start_server(port, data, pulls)

        async def restart() -> None:
            nonlocal server
            await server.stop()
            server = await start_server(port, data)

        try:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(executable_path=executable, args=chromium.OPTIONS)
                async with await browser.new_context(base_url=f'http://127.0.0.1:{port}') as context:
                    page = await context.new_page()
                    await _sign_in(page)
                    outage = await measure_outage(context, page, restart, runs)
                return await _measure(browser, f'http://127.0.0.1:{port}', runs) | outage
        finally:
            await server.stop()


async def _measure(browser: Browser, address: str, runs: int) -> Figures:
    opened, typed = [], []
    warm_up = min(WARM_UP, runs - 1)
    for run in range(warm_up + runs):
        context = await browser.new_context(base_url=address)
        page = await context.new_page()
        await _sign_in(page)
        started = time.perf_counter()
        await page.goto('/dashboard/')
        await page.wait_for_function(USABLE, polling='raf')
        if run >= warm_up:
            opened.append((time.perf_counter() - started) * 1000)
            typed += await _type(page, TYPED if runs > 1 else TYPED[:4])
        await context.close()
    return {'usable_ms': median(opened), 'keystroke_ms': median(typed), 'slowest_keystroke_ms': max(typed)}


async def _sign_in(page: Page) -> None:
    await page.goto('/dashboard/login')
    await page.get_by_label('User name').fill(USER)
    await page.get_by_label('Password').fill(PASSWORD)
    await page.get_by_role('button', name='Sign in').click()
    await page.wait_for_function(USABLE)


async def _type(page: Page, words: str) -> list[float]:
    """Type a search; give the milliseconds until each keystroke's list was there."""
    await page.evaluate(WATCH)
    await page.get_by_label('Search', exact=True).press_sequentially(words, delay=TYPED_EVERY_MS)
    await page.wait_for_function('window.taken.length')
    await asyncio.sleep(0.5)
    taken: list[float] = await page.evaluate('window.taken')
    return taken

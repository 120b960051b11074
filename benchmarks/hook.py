"""From a webhook to every open page, with a code host that takes its time."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from benchmarks.control import Child
from benchmarks.figures import Figures, latency_ms, medians
from reviewflow.data_dir import DataDir
from reviewflow.models import Status
from reviewflow.our_hook import PATH
from tests.browser.server import Server

USER, PASSWORD = 'bench', 'not a secret: it lives as long as a run'
SECRET = 'not a secret either'
ANSWERS_AFTER_S = 0.1
REPOSITORIES, PULLS = 5, 40
NEWS_PER_RUN = 5


async def measure_hook(pages: int, runs: int) -> Figures:
    """Measure it so often, with so many pages open."""
    host, load = await Child.start('benchmarks.host'), await Child.start('benchmarks.load')
    try:
        names = await host.ask('furnish', repositories=REPOSITORIES, pulls=PULLS, is_open=True)
        with TemporaryDirectory(prefix='reviewflow-bench-') as folder:
            server = Server(Path(folder), _settings(await host.ask('address')))
            await asyncio.to_thread(server.start)
            try:
                await _until_read(server, len(names) * PULLS)
                await host.ask('call', names=names, url=server.url + PATH, secret=SECRET)
                await host.ask('slow_down', seconds=ANSWERS_AFTER_S)
                address = server.url.removeprefix('http://')
                cookie = await load.ask('sign_in', host=address, username=USER, password=PASSWORD)
                await load.ask('open', kind='live', host=address, count=pages, cookie=cookie)
                return medians([await _run(host, load, names[0], run) for run in range(runs)])
            finally:
                await asyncio.to_thread(server.stop)
    finally:
        await load.stop()
        await host.stop()


async def _run(host: Child, load: Child, name: str, run: int) -> Figures:
    """Let pulls change one after the other; each is on the first page then."""
    figures = []
    for number in range(1, NEWS_PER_RUN + 1):
        title = f'Change {number} of run {run}: retry when the connection is lost'
        await load.ask('expect', kind='live', rows=[(title, number, Status.PENDING)])
        sent_at = await host.ask('tell', name=name, number=number, title=title)
        arrivals = await load.ask('arrivals', kind='live')
        if arrivals['missing']:
            raise RuntimeError(f'{arrivals["missing"]} arrivals are missing')
        figures.append(latency_ms(arrivals['whole'], sent_at))
    return medians(figures)


async def _until_read(server: Server, pulls: int) -> None:
    """Wait until everything was read."""
    address = DataDir(server.folder / 'data').address()
    assert address is not None
    headers = {'Authorization': f'Bearer {address.key}'}
    async with httpx.AsyncClient(headers=headers, trust_env=False) as http:
        stats: dict[str, Any] = {}
        while stats.get('total') != pulls:
            stats = (await http.get(f'{address.url}/dashboard/api/stats')).json()


def _settings(host: Mapping[str, str]) -> dict[str, str]:
    """Poll so seldom that only webhooks tell."""
    return {
        'GITHUB__API_URL': host['url'],
        'GITHUB__TOKEN': host['token'],
        'GITHUB__REPOSITORIES': 'acme/*',
        'GITHUB__WEBHOOK_SECRET': SECRET,
        'SYNC__INTERVAL_S': '3600',
        'ADMIN__USERNAME': USER,
        'ADMIN__PASSWORD': PASSWORD,
        'LIMITS__SOCKETS_PER_USER': '100000',
        'LIMITS__PAGES_PER_MINUTE': '1000000',
        'LIMITS__EVENTS_PER_10_S': '100000',
    }

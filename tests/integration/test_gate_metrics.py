"""Who may see the metrics: programs on this machine, and administrators."""

from pathlib import Path

import pytest
from httpx import URL

from tests.integration.gated_app import doorway

HERE, ELSEWHERE = '127.0.0.1', '192.0.2.1'
PUBLIC = 'https://reviews.example'


@pytest.mark.parametrize('peer', [HERE, '::1', '::ffff:127.0.0.1'])
async def test_a_program_on_this_machine_sees_them(tmp_path: Path, peer: str) -> None:
    async with doorway(tmp_path) as door:
        browser = await door.browser(peer=peer)
        assert (await browser.get('/metrics')).status_code == 200


@pytest.mark.parametrize('url', ['http://192.0.2.1', 'http://192.0.2.1:9090', 'http://[2001:db8::1]:9090'])
async def test_a_program_on_this_machine_may_come_by_its_address_in_the_network(
    tmp_path: Path, url: str
) -> None:
    async with doorway(tmp_path, host='0.0.0.0') as door:
        here = URL(url).host
        assert (await (await door.browser(url, peer=here)).get('/metrics')).status_code == 200
        assert (await (await door.browser(url, peer='192.0.2.7')).get('/metrics')).status_code == 401


@pytest.mark.parametrize('header', ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'])
async def test_behind_a_proxy_nobody_is_on_this_machine(tmp_path: Path, header: str) -> None:
    async with doorway(tmp_path, public_url=PUBLIC) as door:
        browser = await door.browser()
        assert (await browser.get('/metrics', headers={header: 'for=127.0.0.1'})).status_code == 401


async def test_a_proxy_that_hides_itself_betrays_itself_by_the_name_it_was_asked_by(tmp_path: Path) -> None:
    async with doorway(tmp_path, public_url=PUBLIC) as door:
        browser = await door.browser()
        assert (await browser.get('/metrics', headers={'host': 'reviews.example'})).status_code == 401
        assert (await browser.get('/metrics')).status_code == 200


async def test_strangers_are_asked_to_sign_in_as_programs_are(tmp_path: Path) -> None:
    async with doorway(tmp_path, host='0.0.0.0') as door:
        browser = await door.browser(peer=ELSEWHERE)
        answer = await browser.get('/metrics')
        assert answer.status_code == 401
        assert answer.headers['content-type'] == 'application/problem+json'


async def test_an_administrator_sees_them_from_anywhere(tmp_path: Path) -> None:
    async with doorway(tmp_path, host='0.0.0.0') as door:
        browser = await door.browser(peer=ELSEWHERE)
        browser.cookies = (await door.signed_in()).cookies
        assert (await browser.get('/metrics')).status_code == 200


async def test_whoever_only_looks_does_not(tmp_path: Path) -> None:
    async with doorway(tmp_path) as door:
        browser = await door.browser()
        await browser.post('/dashboard/demo')
        answer = await browser.get('/metrics', headers={'x-forwarded-for': ELSEWHERE})
        assert answer.status_code == 403
        assert 'administrators' in answer.json()['detail']


async def test_no_other_site_reads_them_through_a_browser_on_this_machine(tmp_path: Path) -> None:
    async with doorway(tmp_path, public_url=PUBLIC) as door:
        browser = await door.browser()
        for headers in ({'origin': 'http://evil.example'}, {'host': 'evil.example'}):
            assert (await browser.get('/metrics', headers=headers)).status_code in {401, 403}


async def test_they_can_only_be_read(tmp_path: Path) -> None:
    async with doorway(tmp_path) as door:
        browser = await door.browser()
        assert (await browser.post('/metrics')).status_code == 405

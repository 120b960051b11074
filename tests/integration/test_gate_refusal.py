"""What the gate says when nothing is there."""

from pathlib import Path

import pytest

from tests.integration.gated_app import doorway


@pytest.mark.parametrize(
    'path', ['/nope', '/dashboard/nope', '/dashboard/login/', '/_nicegui_ws/', '//', '/..']
)
@pytest.mark.parametrize('method', ['GET', 'HEAD', 'POST', 'DELETE'])
async def test_an_unknown_path_is_404_with_or_without_session(tmp_path: Path, path: str, method: str) -> None:
    async with doorway(tmp_path) as door:
        for browser in (await door.browser(), await door.signed_in()):
            answer = await browser.request(method, f'http://localhost:8000{path}')
            assert answer.status_code == 404
            assert answer.headers['content-type'].startswith('text/plain')


async def test_a_person_who_is_refused_gets_a_page_that_leads_on(tmp_path: Path) -> None:
    async with doorway(tmp_path) as door:
        browser = await door.browser()
        answer = await browser.get('/dashboard/<b>nothing</b>', headers={'Accept': 'text/html,*/*;q=0.8'})
        assert (answer.status_code, answer.headers['content-type']) == (404, 'text/html; charset=utf-8')
        assert 'Nothing is here.' in answer.text
        assert 'href="/dashboard/"' in answer.text
        assert 'nothing</b>' not in answer.text


async def test_an_unknown_path_of_the_api_is_404_as_a_problem(tmp_path: Path) -> None:
    async with doorway(tmp_path) as door:
        for browser in (await door.browser(), await door.signed_in()):
            answer = await browser.get('/dashboard/api/nope')
            assert answer.status_code == 404
            assert answer.headers['content-type'] == 'application/problem+json'
            assert answer.json()['title'] == 'Not Found'

"""Coming in for the first time by plain HTML: by the one-time code or to the demo."""

from pathlib import Path
from typing import Any

import pytest

from reviewflow.settings import Admin
from tests.integration.gated_app import doorway
from tests.integration.login_page import Html
from tests.integration.people import PASSWORD

NOBODY = Admin()
PUBLIC = 'https://reviews.example'
REPOSITORIES = {'repositories': 'harborline/web'}


async def test_the_one_time_code_makes_an_administrator_who_is_in_at_once(tmp_path: Path) -> None:
    async with doorway(tmp_path, admin=NOBODY) as door:
        browser = await door.browser()
        assert '/dashboard/setup' in (await browser.get('/dashboard/login')).text
        form = {'code': door.accounts.setup_code, 'username': 'Mei', 'password': PASSWORD}
        answer = await browser.post('/dashboard/setup', data=form)
        assert (answer.status_code, answer.headers['location']) == (303, '/dashboard/connect')
        assert (await browser.get('/dashboard/')).text == 'page of Mei'
        assert '/dashboard/setup' not in (await (await door.browser()).get('/dashboard/login')).text


@pytest.mark.parametrize(('settings', 'steps'), [({}, 4), ({'github': REPOSITORIES}, 2), ({'demo': True}, 2)])
async def test_where_it_is_settled_what_to_read_the_way_ends_in_the_inbox(
    tmp_path: Path, settings: dict[str, Any], steps: int
) -> None:
    async with doorway(tmp_path, admin=NOBODY, **settings) as door:
        browser = await door.browser()
        assert len(Html(await browser.get('/dashboard/setup')).all('li')) == steps
        form = {'code': door.accounts.setup_code, 'username': 'Mei', 'password': PASSWORD}
        answer = await browser.post('/dashboard/setup', data=form)
        assert answer.headers['location'] == ('/dashboard/connect' if steps == 4 else '/dashboard/')


@pytest.mark.parametrize('method', ['GET', 'POST'])
async def test_there_is_no_setup_once_there_is_an_account(tmp_path: Path, method: str) -> None:
    async with doorway(tmp_path) as door:
        form = {'code': 'CODE', 'username': 'eve', 'password': PASSWORD}
        answer = await (await door.browser()).request(method, '/dashboard/setup', data=form)
        assert answer.status_code == 404


@pytest.mark.parametrize(
    ('field', 'value'),
    [
        ('code', 'WRONG'),
        ('username', ''),
        ('username', 'x' * 65),
        ('password', 'short'),
        ('password', 'x' * 1025),
    ],
)
async def test_setup_says_which_field_is_wrong(tmp_path: Path, field: str, value: str) -> None:
    async with doorway(tmp_path, admin=NOBODY) as door:
        form = {'code': door.accounts.setup_code, 'username': 'mei', 'password': PASSWORD, field: value}
        answer = await (await door.browser()).post('/dashboard/setup', data=form)
        assert answer.status_code == 422
        html = Html(answer)
        bad = [attributes['name'] for attributes in html.all('input') if attributes.get('aria-invalid')]
        focused = [attributes['name'] for attributes in html.all('input') if 'autofocus' in attributes]
        assert bad == focused == [field]
        assert any(
            attributes.get('role') == 'alert' and attributes.get('id') == f'{field}-help'
            for _, attributes in html.tags
        )
        assert not html.field('password')['value']
        assert door.accounts.setup_code


async def test_the_demo_is_entered_with_one_click_and_only_looked_at(tmp_path: Path) -> None:
    async with doorway(tmp_path, admin=NOBODY) as door:
        browser = await door.browser()
        page = Html(await browser.get('/dashboard/login'))
        assert '/dashboard/demo' in [form['action'] for form in page.all('form')]
        answer = await browser.post('/dashboard/demo', data={'next': '/dashboard/?q=x'})
        assert (answer.status_code, answer.headers['location']) == (303, '/dashboard/?q=x')
        assert 'Max-Age=86400' in answer.headers['set-cookie']
        whoami = await browser.get('/dashboard/api/whoami')
        assert whoami.json() == {'name': 'Demo', 'role': 'viewer'}


@pytest.mark.parametrize(
    ('settings', 'base_url', 'peer', 'headers'),
    [
        ({'github': REPOSITORIES}, 'http://localhost:8000', '127.0.0.1', {}),
        ({'public_url': PUBLIC}, 'http://localhost:8000', '127.0.0.1', {}),
        ({'host': '0.0.0.0'}, 'http://localhost:8000', '192.0.2.1', {}),
        ({'host': '0.0.0.0'}, 'http://reviews.example', '127.0.0.1', {}),
        ({}, 'http://localhost:8000', '127.0.0.1', {'x-forwarded-for': '127.0.0.1'}),
    ],
)
async def test_the_demo_is_offered_only_to_whoever_sits_at_this_machine(
    tmp_path: Path, settings: dict[str, Any], base_url: str, peer: str, headers: dict[str, str]
) -> None:
    async with doorway(tmp_path, **settings) as door:
        browser = await door.browser(base_url, peer=peer, **headers)
        assert (await browser.post('/dashboard/demo')).status_code == 404
        page = await browser.get('/dashboard/login')
        assert page.status_code == 200
        assert '/dashboard/demo' not in page.text

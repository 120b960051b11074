"""Signing in and out by plain HTML."""

import re
import sqlite3
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from httpx import AsyncClient, Response

from reviewflow.settings import Admin
from tests.integration.gated_app import doorway
from tests.integration.people import PASSWORD

NOBODY = Admin()
PUBLIC = 'https://reviews.example'
REPOSITORIES = {'repositories': 'harborline/web'}


class Html(HTMLParser):
    """The tags of a page, with their attributes."""

    def __init__(self, answer: Response) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(answer.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def field(self, name: str) -> dict[str, str | None]:
        return next(attributes for attributes in self.all('input') if attributes.get('name') == name)


async def sign_in(browser: AsyncClient, password: str = PASSWORD, **fields: str) -> Response:
    return await browser.post('/dashboard/login', data={'username': 'mei', 'password': password, **fields})


async def test_signing_in_sets_the_cookie_and_leads_home(tmp_path: Path) -> None:
    async with doorway(tmp_path) as door:
        browser = await door.browser()
        answer = await sign_in(browser)
        assert (answer.status_code, answer.headers['location']) == (303, '/dashboard/')
        cookie = answer.headers['set-cookie']
        assert cookie.startswith('rf_session=')
        assert {'HttpOnly', 'Path=/', 'SameSite=lax', 'Max-Age=2592000'} <= set(cookie.split('; '))
        assert 'Secure' not in cookie


async def test_over_https_the_cookie_is_bound_to_the_host(tmp_path: Path) -> None:
    async with doorway(tmp_path, public_url=PUBLIC) as door:
        answer = await sign_in(await door.browser(PUBLIC))
        cookie = answer.headers['set-cookie']
        assert cookie.startswith('__Host-rf_session=')
        assert {'HttpOnly', 'Path=/', 'SameSite=lax', 'Secure'} <= set(cookie.split('; '))
        assert 'Domain' not in cookie


@pytest.mark.parametrize(
    ('target', 'location'),
    [
        ('/dashboard/?channel=pending&q=a%20b', '/dashboard/?channel=pending&q=a%20b'),
        ('https://evil.example', '/dashboard/'),
        ('//evil.example', '/dashboard/'),
        ('/\\evil.example', '/dashboard/'),
        ('/\t/evil.example', '/dashboard/'),
        ('/\r\nSet-Cookie: a=b', '/dashboard/'),
    ],
)
async def test_after_signing_in_one_goes_on_only_within_this_server(
    tmp_path: Path, target: str, location: str
) -> None:
    async with doorway(tmp_path) as door:
        answer = await sign_in(await door.browser(), next=target)
        assert answer.headers['location'] == location
        shown = await (await door.browser()).get('/dashboard/login', params={'next': target})
        assert Html(shown).field('next')['value'] == location


async def test_a_wrong_password_is_401_with_the_form_and_without_the_password(tmp_path: Path) -> None:
    async with doorway(tmp_path) as door:
        answer = await sign_in(await door.browser(), 'wrong horse staple', next='/dashboard/?q=x')
        assert answer.status_code == 401
        assert 'set-cookie' not in answer.headers
        html = Html(answer)
        assert html.field('username')['value'] == 'mei'
        assert html.field('next')['value'] == '/dashboard/?q=x'
        assert 'wrong horse' not in answer.text
        assert any(attributes.get('role') == 'alert' for _, attributes in html.tags)


async def test_an_unknown_name_is_told_nothing_else_than_a_known_one(tmp_path: Path) -> None:
    async with doorway(tmp_path) as door:
        browser = await door.browser()
        known, unknown = await sign_in(browser, 'wrong horse staple'), await sign_in(browser, username='eve')
        assert unknown.status_code == 401
        assert known.text.replace('mei', 'eve') == unknown.text


async def test_what_was_typed_comes_back_as_text(tmp_path: Path) -> None:
    async with doorway(tmp_path) as door:
        name = '"><script>alert(1)</script>'
        answer = await sign_in(await door.browser(), username=name)
        assert Html(answer).field('username')['value'] == name
        assert not Html(answer).all('script')


async def test_whoever_is_signed_in_needs_no_form(tmp_path: Path) -> None:
    async with doorway(tmp_path) as door:
        answer = await (await door.signed_in()).get('/dashboard/login?next=/dashboard/%3Fq=x')
        assert (answer.status_code, answer.headers['location']) == (303, '/dashboard/?q=x')


async def test_signing_in_again_ends_the_former_session(tmp_path: Path) -> None:
    async with doorway(tmp_path) as door:
        browser = await door.signed_in()
        former = browser.cookies['rf_session']
        await sign_in(browser)
        assert browser.cookies['rf_session'] != former
        assert door.accounts.session(former) is None
        assert door.accounts.session(browser.cookies['rf_session'])


async def test_a_failed_sign_in_ends_nothing(tmp_path: Path) -> None:
    async with doorway(tmp_path) as door:
        browser = await door.signed_in()
        assert (await sign_in(browser, 'wrong horse staple')).status_code == 401
        assert (await browser.get('/dashboard/')).status_code == 200


async def test_signing_out_takes_the_cookie_and_the_session(tmp_path: Path) -> None:
    async with doorway(tmp_path) as door:
        browser = await door.signed_in()
        token = browser.cookies['rf_session']
        answer = await browser.post('/dashboard/logout')
        assert (answer.status_code, answer.headers['location']) == (303, '/dashboard/login')
        assert 'rf_session' not in browser.cookies
        assert door.accounts.session(token) is None


async def test_signing_out_without_being_in_is_harmless(tmp_path: Path) -> None:
    async with doorway(tmp_path) as door:
        assert (await (await door.browser()).post('/dashboard/logout')).status_code == 303


async def test_nobody_is_signed_out_by_a_link(tmp_path: Path) -> None:
    async with doorway(tmp_path) as door:
        browser = await door.signed_in()
        assert (await browser.get('/dashboard/logout')).status_code == 405
        assert (await browser.get('/dashboard/')).status_code == 200


@pytest.mark.parametrize(
    ('body', 'status'),
    [
        (b'', 401),
        (b'\xff\x00=%ff&%', 401),
        (b'{"username": "mei"}', 401),
        (b'username=mei&username=eve', 401),
        (b'a=1&' * 100, 400),
        (b'username=' + b'x' * 65_536, 413),
    ],
)
async def test_a_form_that_is_none_is_refused(tmp_path: Path, body: bytes, status: int) -> None:
    async with doorway(tmp_path) as door:
        browser = await door.browser()
        assert (await browser.post('/dashboard/login', content=body)).status_code == status


@pytest.mark.parametrize(
    ('path', 'form'),
    [
        ('/dashboard/login', {'username': 'mei', 'password': PASSWORD}),
        ('/dashboard/setup', {'username': 'mei', 'password': PASSWORD}),
        ('/dashboard/logout', {}),
        ('/dashboard/demo', {}),
    ],
)
async def test_while_the_database_fails_the_page_says_so(
    tmp_path: Path, path: str, form: dict[str, str]
) -> None:
    async with doorway(tmp_path, admin=NOBODY) as door:
        browser = await door.browser()
        await browser.post('/dashboard/demo')
        with closing(sqlite3.connect(tmp_path / 'accounts.db')) as connection:
            connection.executescript('DROP TABLE sessions; DROP TABLE users')
        answer = await browser.post(path, data={'code': door.accounts.setup_code or '', **form})
        assert answer.status_code == 503
        assert 'role="alert"' in answer.text


@pytest.mark.parametrize('path', ['/dashboard/login', '/dashboard/setup'])
async def test_the_pages_can_be_read_and_filled_in_by_anybody(tmp_path: Path, path: str) -> None:
    async with doorway(tmp_path, admin=NOBODY) as door:
        answer = await (await door.browser()).get(path)
        html = Html(answer)
        assert html.all('html') == [{'lang': 'en'}]
        assert re.search(r'<title>\S.* · ReviewFlow</title>', answer.text)
        assert any(meta.get('name') == 'viewport' for meta in html.all('meta'))
        fields = [field for field in html.all('input') if field.get('type') != 'hidden']
        assert {field['id'] for field in fields} == {label['for'] for label in html.all('label')}
        assert all(field.get('autocomplete') for field in fields)
        assert not html.all('script')


@pytest.mark.parametrize(
    ('cookie', 'theme'), [('light', 'light'), ('dark', 'dark'), ('system', None), ('"><script>', None)]
)
async def test_the_theme_is_the_chosen_one_or_else_the_systems(
    tmp_path: Path, cookie: str, theme: str | None
) -> None:
    async with doorway(tmp_path) as door:
        answer = await (await door.browser(cookie=f'rf_theme={cookie}')).get('/dashboard/login')
        assert Html(answer).all('html')[0].get('data-theme') == theme


async def test_the_login_names_the_pull_one_comes_back_to(tmp_path: Path) -> None:
    async with doorway(tmp_path) as door:
        answer = await (await door.browser()).get('/dashboard/login?next=/dashboard/pulls/harborline/web/7')
        assert '<bdi>web #7</bdi>' in answer.text


async def test_the_one_time_code_makes_an_administrator_who_is_in_at_once(tmp_path: Path) -> None:
    async with doorway(tmp_path, admin=NOBODY) as door:
        browser = await door.browser()
        assert '/dashboard/setup' in (await browser.get('/dashboard/login')).text
        form = {'code': door.accounts.setup_code, 'username': 'Mei', 'password': PASSWORD}
        answer = await browser.post('/dashboard/setup', data=form)
        assert (answer.status_code, answer.headers['location']) == (303, '/dashboard/')
        assert (await browser.get('/dashboard/')).text == 'page of Mei'
        assert '/dashboard/setup' not in (await (await door.browser()).get('/dashboard/login')).text


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

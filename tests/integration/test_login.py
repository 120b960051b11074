"""Signing in and out by plain HTML."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from fastapi import HTTPException, Request
from httpx import AsyncClient, Response
from starlette.types import Message

from reviewflow.settings import Admin
from reviewflow.web.form import read_form
from tests.integration.gated_app import doorway
from tests.integration.login_page import Html
from tests.integration.people import PASSWORD

NOBODY = Admin()
PUBLIC = 'https://reviews.example'


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


async def test_after_too_many_tries_the_page_says_to_wait_whether_there_is_such_a_name_or_not(
    tmp_path: Path,
) -> None:
    async with doorway(tmp_path) as door:
        browser = await door.browser()
        for name in ('mei', 'nobody'):
            for _ in range(10):
                answer = await sign_in(browser, 'wrong horse staple', username=name)
            assert (answer.status_code, 'Wait a quarter of an hour' in answer.text) == (401, True)
        answer = await sign_in(browser)
        assert (answer.status_code, 'Wait a quarter of an hour' in answer.text) == (401, True)


async def test_a_form_that_is_broken_off_is_no_mistake_of_ours() -> None:
    parts: list[Message] = [
        {'type': 'http.request', 'body': b'username=me', 'more_body': True},
        {'type': 'http.disconnect'},
    ]

    async def receive() -> Message:
        return parts.pop(0)

    with pytest.raises(HTTPException) as refused:
        await read_form(Request({'type': 'http', 'method': 'POST', 'headers': []}, receive))
    assert refused.value.status_code == 408


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

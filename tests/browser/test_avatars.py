"""Pictures of people in the rows: through our server, and from nowhere else."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Launch, reading
from tests.browser.inbox import Inbox
from tests.browser.server import Server
from tests.browser.visitors import Visitors
from tests.github import FakeGitHub, serve, shape
from tests.github.pictures import PNG


@pytest.fixture(scope='module')
def server(github: FakeGitHub, launch: Launch) -> Iterator[Server]:
    """It reads pulls of people who have a picture, whose picture is missing, and whose is elsewhere."""
    github.pictures.kept['ann'] = PNG
    with serve(github) as url:
        for login, address in {
            'ann': f'{url}/avatars/ann',
            'ben': f'{url}/avatars/ben',
            'eve': 'http://127.0.0.1:9/avatars/eve',
        }.items():
            user = shape.user(login) | {'avatar_url': address}
            github.open_pull('acme/api', f'A pull of {login}', user=user)
        yield launch(**reading(github, url))


def test_rows_show_pictures_and_initials_and_ask_no_other_host(visitors: Visitors, server: Server) -> None:
    inbox = visitors.admin()
    wait_for_pictures(inbox)
    asked: list[str] = []
    inbox.page.context.on('request', lambda request: asked.append(request.url))

    inbox.page.reload()
    wait_for_pictures(inbox)

    assert len([address for address in asked if '/dashboard/avatars/' in address]) == 3
    assert [address for address in asked if not address.startswith((f'{server.url}/', 'data:'))] == []


def wait_for_pictures(inbox: Inbox) -> None:
    expect(face(inbox.row('A pull of ann'))).to_be_visible()
    for login in ('ben', 'eve'):
        expect(inbox.row(f'A pull of {login}').locator('.rf-av')).to_have_text(login[0])
        expect(face(inbox.row(f'A pull of {login}'))).to_be_hidden()


def face(row: Locator) -> Locator:
    return row.locator('.who img')

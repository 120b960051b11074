"""A page that cannot be built says so, and nothing of the inside."""

import pytest
from nicegui.elements.label import Label
from nicegui.page import page
from nicegui.testing import User

from components.title_bar import TitleBar


@pytest.fixture
def broken(user: User) -> User:
    @page('/dashboard/broken')
    def broken() -> None:
        Label('half of the page')
        raise LookupError('the secret is 12345')

    return user


async def test_a_page_that_fails_shows_no_exception(broken: User, caplog: pytest.LogCaptureFixture) -> None:
    answer = await broken.http_client.get('/dashboard/broken')

    assert answer.status_code == 500
    assert 'Something went wrong' in answer.text
    assert '/dashboard/' in answer.text
    for inside in ('12345', 'LookupError', 'Traceback', 'half of the page', __file__):
        assert inside not in answer.text
    assert 'the secret is 12345' in caplog.text  # there it belongs
    caplog.clear()


async def test_the_next_page_is_fine(broken: User, caplog: pytest.LogCaptureFixture) -> None:
    await broken.http_client.get('/dashboard/broken')
    caplog.clear()

    await broken.open('/dashboard/')

    await broken.should_see(TitleBar)

"""The account menu: who is signed in, and how it looks to them."""

import pytest
from nicegui.elements.dark_mode import DarkMode
from nicegui.testing import User

from components.phone import Phone
from reviewflow.accounts import Actor, Role
from reviewflow.accounts.role import OPERATOR
from tests.ui.conftest import SignIn


def is_dark(user: User) -> bool | None:
    """Whether the page is dark; None: as the system is."""
    (mode,) = user.find(DarkMode).elements
    value: bool | None = mode.value
    return value


def pressed(user: User) -> list[str]:
    """Name the themes that are marked as chosen."""
    buttons = {theme: user.find(marker=f'theme-{theme}').elements for theme in ('system', 'light', 'dark')}
    return [theme for theme, (button,) in buttons.items() if button.props['aria-pressed'] == 'true']


async def test_the_menu_says_who_is_signed_in_with_which_role(sign_in: SignIn) -> None:
    user = sign_in(Actor(user_id=2, name='<b>ben</b>', role=Role.MAINTAINER))
    await user.open('/dashboard/')

    user.find(marker='account').click()

    await user.should_see('<b>ben</b>')
    await user.should_see('Maintainer')
    await user.should_see('Sign out')


async def test_whoever_runs_the_server_is_not_sent_out_of_the_window(sign_in: SignIn) -> None:
    user = sign_in(OPERATOR)
    await user.open('/dashboard/')

    user.find(marker='account').click()

    await user.should_see('Connect GitHub')
    await user.should_not_see('Sign out')


async def test_the_menu_is_built_when_it_is_first_opened(user: User) -> None:
    await user.open('/dashboard/')
    await user.should_not_see('Sign out')

    user.find(marker='account').click()
    user.find(marker='account').click()

    assert len(user.find(marker='theme-dark').elements) == 1


@pytest.mark.parametrize(
    ('cookie', 'theme', 'dark'),
    [
        ('light', 'light', False),
        ('dark', 'dark', True),
        ('system', 'system', None),
        ('', 'system', None),
        ('<x>', 'system', None),
    ],
)
async def test_a_page_begins_with_the_theme_of_the_cookie(
    sign_in: SignIn, cookie: str, theme: str, dark: bool | None
) -> None:
    user = sign_in(rf_theme=cookie)
    await user.open('/dashboard/')

    user.find(marker='account').click()

    assert is_dark(user) is dark
    assert pressed(user) == [theme]


async def test_a_theme_shows_at_once_and_for_one_person_only(sign_in: SignIn) -> None:
    ann, ben = sign_in(), sign_in()
    await ann.open('/dashboard/')
    await ben.open('/dashboard/')
    ann.find(marker='account').click()

    for theme, dark in (('dark', True), ('light', False), ('system', None), ('dark', True)):
        ann.find(marker=f'theme-{theme}').click()
        assert is_dark(ann) is dark
        assert pressed(ann) == [theme]

    assert is_dark(ben) is None


@pytest.mark.parametrize(
    ('seen', 'address'),
    [('http://reviews.lan:8000', 'http://reviews.lan:8000/dashboard/'), ('http://localhost:8000', None)],
)
async def test_the_address_for_a_phone_is_drawn_when_it_is_first_asked_for(
    user: User, seen: str, address: str | None
) -> None:
    user.http_client.base_url = seen
    await user.open('/dashboard/')
    user.find(marker='account').click()
    await user.should_not_see(Phone)

    for _ in range(2):
        user.find('Open on your phone').click()

    (phone,) = user.find(Phone).elements
    assert phone.props.get('address') == address

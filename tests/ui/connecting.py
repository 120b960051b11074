"""What people do on the page where GitHub is connected."""

from nicegui.elements.button import Button
from nicegui.testing import User

from components.connect.repository_list import RepositoryList


def type_token(user: User, token: object, *, is_sure: object = True) -> None:
    user.find(marker='token').trigger('input', [token, is_sure])


def tick(user: User, name: object, *, ticked: object = True) -> None:
    user.find(RepositoryList).trigger('tick', [name, ticked])


def listed(user: User) -> list[str]:
    (shown,) = user.find(RepositoryList).elements
    return [row['name'] for group in shown.props['groups'] for row in group['rows']]


def is_enabled(user: User) -> bool:
    (button,) = user.find(marker='connect').elements
    assert isinstance(button, Button)
    return bool(button.enabled)

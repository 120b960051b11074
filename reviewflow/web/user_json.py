"""How an account looks as JSON."""

from typing import Any

from reviewflow.accounts.user import User
from reviewflow.web.pull_json import moment


def user_json(user: User) -> dict[str, Any]:
    """Say what administrators may know of it."""
    return {
        'name': user.name,
        'role': user.role.value,
        'is_disabled': user.disabled_at is not None,
        'created_at': moment(user.created_at),
        'disabled_at': moment(user.disabled_at),
    }

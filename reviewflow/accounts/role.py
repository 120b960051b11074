"""Who may do what: four roles, one table."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from reviewflow.errors import NotAllowed


class Role(StrEnum):
    """What somebody is trusted with; each may also do all that the roles before it may."""

    VIEWER = 'viewer'
    REVIEWER = 'reviewer'
    MAINTAINER = 'maintainer'
    ADMIN = 'admin'


class Action(StrEnum):
    """What can be asked of ReviewFlow."""

    READ = 'read'
    SYNC = 'sync'
    REVIEW = 'review'
    COMMENT = 'comment'
    MERGE = 'merge'
    CLOSE = 'close'
    EDIT_VIEWS = 'edit views'
    EDIT_TEAM = 'edit team'
    BROADCAST = 'broadcast'
    RECONCILE = 'reconcile'
    CHANGE_SETTINGS = 'change settings'
    CHANGE_TOKENS = 'change tokens'
    CHANGE_USERS = 'change users'
    SEE_METRICS = 'see metrics'
    SEE_STATUS = 'see the status'
    CREATE_PULLS = 'create pulls'


POLICY: Mapping[Action, Role] = {
    Action.READ: Role.VIEWER,
    Action.SYNC: Role.VIEWER,  # it changes nothing, and the limits of the code host hold it back
    Action.REVIEW: Role.REVIEWER,
    Action.COMMENT: Role.REVIEWER,
    Action.MERGE: Role.MAINTAINER,
    Action.CLOSE: Role.MAINTAINER,
    Action.EDIT_VIEWS: Role.MAINTAINER,
    Action.EDIT_TEAM: Role.MAINTAINER,
    Action.BROADCAST: Role.MAINTAINER,
    Action.RECONCILE: Role.MAINTAINER,  # it costs some of the allowance
    Action.CHANGE_SETTINGS: Role.ADMIN,
    Action.CHANGE_TOKENS: Role.ADMIN,
    Action.CHANGE_USERS: Role.ADMIN,
    Action.SEE_METRICS: Role.ADMIN,
    Action.SEE_STATUS: Role.ADMIN,
    Action.CREATE_PULLS: Role.ADMIN,
}
"""The least role that may do it."""

_RANKS = tuple(Role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Whoever asks."""

    user_id: int | None
    """None: nobody with an account."""
    name: str
    role: Role

    @property
    def identity(self) -> int | str:
        """Who it is, whatever they may do."""
        return self.name if self.user_id is None else self.user_id


DEMO = Actor(user_id=None, name='Demo', role=Role.VIEWER)
OPERATOR = Actor(user_id=None, name='operator', role=Role.ADMIN)
"""Whoever runs the server: its commands and its own window."""


def may(actor: Actor, action: Action) -> bool:
    """Whether the actor's role is enough; for what is shown, while :func:`authorize` guards what is done."""
    return _RANKS.index(actor.role) >= _RANKS.index(POLICY[action])


def authorize(actor: Actor, action: Action) -> None:
    """Let it pass, or not; the first line of every use case.

    Raises:
        NotAllowed: the actor's role is below what the action needs.
    """
    if not may(actor, action):
        raise NotAllowed(action)

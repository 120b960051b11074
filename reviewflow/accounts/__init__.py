"""Who may come in, and who may do what."""

from reviewflow.accounts.accounts import Accounts
from reviewflow.accounts.role import Action, Actor, Role, authorize, may
from reviewflow.accounts.session import Session
from reviewflow.accounts.user import Change, User

__all__ = ['Accounts', 'Action', 'Actor', 'Change', 'Role', 'Session', 'User', 'authorize', 'may']

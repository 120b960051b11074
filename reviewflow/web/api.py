"""The whole REST interface: what everybody reads, what administrators change, what commands ask."""

from typing import Protocol

from fastapi import FastAPI

from reviewflow.accounts import Accounts
from reviewflow.connector import Connector
from reviewflow.flow import ReviewFlow, utc_now
from reviewflow.settings import Settings
from reviewflow.views import Views
from reviewflow.web import rest, rest_operator, rest_users
from reviewflow.web.prose.prose import Prose


class Wired(Protocol):
    """What it speaks for."""

    @property
    def accounts(self) -> Accounts:
        """Who may come in."""
        ...

    @property
    def flow(self) -> ReviewFlow:
        """The use cases."""
        ...

    @property
    def connector(self) -> Connector:
        """What it is connected to."""
        ...


def create(
    settings: Settings, core: Wired, views: Views, prose: Prose, readers: rest_operator.Counts | None = None
) -> FastAPI:
    """Make the application to be mounted at ``/dashboard/api``; ``readers``: who listens besides pages."""
    api = rest.create(core.flow, views, prose, prefix=settings.prefix)
    rest_users.add(api, core.accounts)
    operator = rest_operator.Operator(
        settings,
        flow=core.flow,
        connector=core.connector,
        opened={'pages': lambda: views.pages, **(readers or {})},
        clock=utc_now,
    )
    rest_operator.add(api, operator)
    return api

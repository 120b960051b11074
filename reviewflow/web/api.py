"""The whole REST interface: what everybody reads, what administrators change, what commands ask."""

from typing import Protocol

from fastapi import FastAPI

from reviewflow.accounts import Accounts
from reviewflow.clock import utc_now
from reviewflow.connector import Connector
from reviewflow.flow import ReviewFlow
from reviewflow.settings import Settings
from reviewflow.views import Views
from reviewflow.web import rest, rest_health, rest_operator, rest_users
from reviewflow.web.opened import Opened
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


def create(settings: Settings, core: Wired, views: Views, prose: Prose, opened: Opened) -> FastAPI:
    """Make the application to be mounted at ``/dashboard/api``."""
    api = rest.create(core.flow, views, prose, prefix=settings.prefix, pages=opened.pages)
    rest_users.add(api, core.accounts)
    has_webhooks = settings.github.webhook_secret is not None
    rest_health.add(api, rest_health.HealthRest(core.flow, has_webhooks=has_webhooks, clock=utc_now))
    operator = rest_operator.OperatorRest(
        settings,
        flow=core.flow,
        connector=core.connector,
        opened=opened,
        clock=utc_now,
    )
    rest_operator.add(api, operator)
    return api

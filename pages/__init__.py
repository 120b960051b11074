"""The pages: one module a route, one line here."""

from components.frame import prepare
from pages import connect, failure, inbox, sync_health
from reviewflow.web.server import Server

__all__ = ['create']


def create(server: Server) -> None:
    """Register every page, before the server starts."""
    prepare(server.connector.settings.prefix)
    failure.create()
    inbox.create(server.flow, server.views, server.connector)
    connect.create(server.flow, server.views, server.connector, server.accounts)
    sync_health.create(server.flow, server.views, server.connector)

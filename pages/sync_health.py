"""Sync health: how the code host and each repository are read, and whether what is shown is true."""

from fastapi import Request
from nicegui import ui

from components.frame import Frame
from components.live_numbers import LiveNumbers
from components.sync_health import SyncHealth
from components.sync_health.sync_health import Said
from reviewflow.accounts import Action, Actor, may
from reviewflow.connector import Connector
from reviewflow.errors import AlreadyRunning, NotAllowed, Stopped, TooOften
from reviewflow.flow import ReviewFlow
from reviewflow.syncs import Reconciliation
from reviewflow.views import Views, ViewSpec
from reviewflow.web import paths
from reviewflow.web.broadcaster import Watch
from reviewflow.web.gate import actor_of
from reviewflow.words import counted, refusal


def create(flow: ReviewFlow, views: Views, connector: Connector) -> None:
    """Register the page."""

    @ui.page('/dashboard/sync')
    def sync_health(request: Request) -> None:
        actor = actor_of(request)
        watch = Watch(ui.context.client, views, ViewSpec(query=None))

        async def reconcile() -> Said:
            return await _reconcile(flow, actor)

        with Frame(watch, request=request, actor=actor, flow=flow, settings=connector.settings) as frame:
            with frame.rail:
                LiveNumbers('channels', on_choose=_show_channel).bind(watch)
            SyncHealth(
                may_reconcile=may(actor, Action.RECONCILE),
                may_connect=may(actor, Action.CHANGE_TOKENS),
                on_reconcile=reconcile,
            )
        ui.page_title('Sync health · ReviewFlow')


async def _reconcile(flow: ReviewFlow, actor: Actor) -> Said:
    """Compare everything because this person asked; say how it went."""
    try:
        found = await flow.reconcile(actor)
    except AlreadyRunning:
        return 'It is under way already', 'is-info'
    except NotAllowed:
        return 'Only maintainers and administrators may do this', 'is-closed'
    except Stopped as error:
        return str(error), 'is-closed'
    except TooOften as error:
        return refusal(error), 'is-closed'
    if found is None:
        return 'It was broken off', 'is-closed'
    return _said(found), 'is-pending' if found.drifted or found.left or not found.compared else 'is-open'


def _said(found: Reconciliation) -> str:
    """Say what came of it: first what it says nothing of."""
    left = _left_out(found)
    if not found.compared:
        return f'Nothing could be compared: {left}' if left else 'There was nothing to compare'
    drifted = str(len(found.drifted)) if found.drifted else 'none'
    compared = f'{counted(found.compared, "pull")} compared, {drifted} drifted'
    return f'{left}; {compared}' if left else compared


def _left_out(found: Reconciliation) -> str:
    unread = found.left - found.dear
    parts = [f'{counted(unread, "repository")} could not be read'] if unread else []
    if found.dear:
        parts.append(f'the allowance is not enough for {counted(found.dear, "repository")}')
    said = ', '.join(parts)
    return said[:1].upper() + said[1:] if found.compared else said


def _show_channel(channel: str) -> None:
    ui.navigate.to(f'{paths.HOME}?channel={channel}')

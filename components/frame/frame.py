"""What is around every page: rail, header, foot, account menu; its page is live from here."""

from pathlib import Path
from typing import Self

from fastapi import Request
from nicegui import app, ui

from components.desk import Desk, Said
from components.frame.account import AccountMenu
from components.sync_badge import SyncBadge
from reviewflow.accounts import Action, Actor, may
from reviewflow.errors import ReviewFlowError
from reviewflow.flow import ReviewFlow
from reviewflow.settings import Settings
from reviewflow.web import paths
from reviewflow.web.assets import address
from reviewflow.web.broadcaster import Watch
from reviewflow.web.prefix import outside
from reviewflow.words import counted, refusal

BRAND = '<svg class="rf-mark" aria-hidden="true"><use href="#i-brand"/></svg><span>ReviewFlow</span>'
SHEETS = (
    'tokens.css',
    'app.css',
    'list.css',
    'inbox.css',
    'float.css',
    'setup.css',
    'health.css',
    'quasar.css',
)
MENU = '<svg class="i" aria-hidden="true"><use href="#i-menu"/></svg>'


def prepare(prefix: str = '') -> None:
    """Give every page the look, from below ``prefix``; once, before the server starts."""
    for name in SHEETS:
        ui.add_head_html(f'<link rel="stylesheet" href="{prefix}{address(name)}">', shared=True)
    ui.add_body_html((Path(__file__).parent / 'icons.svg').read_text(), shared=True)
    app.config.quasar_config['ripple'] = False
    app.config.quasar_config['loadingBar'] = {'skipHijack': True}  # it would show each try to reconnect
    ui.button.default_props('flat no-caps no-wrap')


class Frame:
    """Use it as a context: what is built inside is the page's own part; ``rail`` takes its navigation."""

    def __init__(
        self, watch: Watch, *, request: Request, actor: Actor, flow: ReviewFlow, settings: Settings
    ) -> None:
        self._actor = actor
        self._flow = flow
        (around,) = ui.context.client.page_container
        around.props('role=none')  # Quasar makes it a <main>, of which there is one: the content
        with ui.element('div').classes('rf-app'):
            ui.link('Skip to content', '#content').classes(replace='rf-skip')
            self.rail = ui.element('aside').classes('rf-rail').props('id=rail popover=auto')
            with self.rail.props('aria-label=Navigation'):
                brand = ui.html(BRAND, sanitize=False, tag='a').classes('rf-brand')
                brand.props['href'] = outside(request, paths.HOME)
            bar = SyncBadge('bar', may_connect=may(actor, Action.CHANGE_TOKENS))
            bar.classes('rf-bar-slot').bind(watch)
            with ui.element('header').classes('rf-head'):
                menu = ui.html(MENU, sanitize=False, tag='button').classes(
                    'rf-btn is-quiet is-icon only-phone'
                )
                menu.props('popovertarget=rail aria-label=Channels')
                Desk(on_sync=self.sync)
                SyncBadge('head').bind(watch)
                AccountMenu(actor, request, settings)
            self._main = ui.element('main').classes('rf-main').props('id=content tabindex=-1')
            with ui.element('footer').classes('rf-foot'):
                SyncBadge('foot').bind(watch)

    async def sync(self) -> Said:
        """Sync because this person asked; say how it went."""
        try:
            report = await self._flow.sync(self._actor)
        except ReviewFlowError as error:
            return refusal(error), 'is-closed'
        if report.errors:
            return f'Sync failed: {report.errors[0]}', 'is-closed'
        return f'Synced: {counted(report.changed, "pull")} changed', 'is-info'

    def __enter__(self) -> Self:
        self._main.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._main.__exit__(*_)

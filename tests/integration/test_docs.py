"""The documentation names every setting, command and route."""

import importlib.util
import re
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.routing import BaseRoute, Mount

from reviewflow.album import Album
from reviewflow.clock import utc_now
from reviewflow.commands.command import Command
from reviewflow.commands.line import parse
from reviewflow.commands.table import COMMANDS
from reviewflow.people import People
from reviewflow.settings import Settings
from reviewflow.views import Views
from reviewflow.web import api, avatars, health, login
from reviewflow.web.entrance import Entrance
from reviewflow.web.feed import Feed
from reviewflow.web.opened import Opened
from reviewflow.web.paths import METRICS
from reviewflow.web.prose.prose import Prose
from reviewflow.web.webhook import Webhook
from sync.bootstrap import wire
from sync.github.hints import GitHubHooks

ROOT = Path(__file__).parent.parent.parent
REFERENCE = (ROOT / 'docs/reference.md').read_text('utf-8')
PAGE = re.compile(r"@ui\.page\('([^']+)'")


def test_configuration_page_is_what_the_settings_say() -> None:
    spec = importlib.util.spec_from_file_location('generate', ROOT / 'docs/generate.py')
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)

    assert generate.TARGET.read_text('utf-8') == generate.markdown(), 'run `make docs`'


def test_every_command_with_its_flags_is_in_the_reference() -> None:
    rows = {name: row for name in names(COMMANDS) for row in REFERENCE.splitlines() if f'| `{name}` |' in row}

    for command in COMMANDS:
        about = rows[command.name] + section(command.name)
        for part in (command, *command.parts):
            assert f'`{part.name}`' in about
            assert [flag for flag in part.flags if flag not in about] == []
        assert f'$ python main.py {command.name}' in section(command.name), 'there is an example'


def names(commands: Iterable[Command]) -> list[str]:
    return [command.name for command in commands]


def section(name: str) -> str:
    """Give what the reference says of a command below the table."""
    return REFERENCE.partition(f'\n### {name}\n')[2].partition('\n##')[0]


def test_every_example_is_a_command_line_that_is_understood() -> None:
    examples = re.findall(r'^\$ python main.py (.+)$', REFERENCE, re.MULTILINE)

    assert len(examples) > len(COMMANDS)
    for example in examples:
        assert parse(shlex.split(example), COMMANDS).command is not None


def interface(settings: Settings) -> FastAPI:
    """Make the REST interface."""
    core = wire(settings)
    return api.create(
        settings,
        core,
        Views(core.flow.board),
        Prose(),
        opened=Opened(pages=lambda: 0, feed_readers=lambda: 0),
    )


@pytest.fixture
def paths(tmp_path: Path) -> list[str]:
    settings = Settings(data_dir=tmp_path)
    core = wire(settings)
    routes = [
        *health.create(core.flow, is_open=bool).routes,
        *login.create(core.accounts, settings).routes,
        *Entrance(core.accounts, settings).router.routes,
        *avatars.create(
            People(core.flow.board), avatars.Avatars(lambda: core.flow.host, Album(tmp_path))
        ).routes,
        Feed(core.flow.board, core.accounts, settings.limits).route,
        Webhook(core.flow, core.hook_parser, SecretStr('x'), clock=utc_now).route,
        Mount('/dashboard/api', interface(settings)),
    ]
    pages = [path for file in (ROOT / 'pages').glob('*.py') for path in PAGE.findall(file.read_text('utf-8'))]
    return [*pages, METRICS, *all_paths(routes)]


def all_paths(routes: list[BaseRoute], prefix: str = '') -> Iterator[str]:
    for route in routes:
        path = prefix + getattr(route, 'path', '')
        if isinstance(route, Mount):
            yield from all_paths(route.routes, path)
        elif getattr(route, 'include_in_schema', True) or not prefix:
            yield path


def test_every_route_is_in_the_reference(paths: list[str]) -> None:
    some = {'/dashboard/', '/readyz', '/dashboard/login', '/dashboard/api/stats', '/dashboard/ws'}
    assert some <= set(paths)
    assert [path for path in paths if re.sub(':int', '', path) + '`' not in REFERENCE] == []


def test_every_event_that_is_known_is_in_the_manual_of_webhooks() -> None:
    manual = (ROOT / 'docs/webhooks.md').read_text('utf-8').lower()
    called = {'public': 'visibility change', 'member': 'collaborator add', 'team_add': 'team add'}
    of_apps = {'installation', 'installation_repositories', 'installation_target', 'ping'}

    for event in set(GitHubHooks().events) - of_apps:
        assert called.get(event, event.replace('_', ' ').removesuffix('y').removesuffix('h')) in manual, event


def test_the_description_of_the_rest_interface_has_every_route_and_how_errors_look(tmp_path: Path) -> None:
    paths = interface(Settings(data_dir=tmp_path)).openapi()['paths']

    pull = '/pulls/{owner}/{repo}/{number}'
    assert set(paths) == {
        '/stats',
        '/pulls',
        pull,
        f'{pull}/description',
        '/suggestions',
        '/sync',
        '/sync/health',
        '/sync/reconcile',
        '/status',
        '/broadcast',
        '/test-pull',
        '/webhooks',
        '/users',
    }
    for operation in (operation for operations in paths.values() for operation in operations.values()):
        errors = [answer for code, answer in operation['responses'].items() if not code.startswith('2')]
        assert errors
        assert all(list(answer['content']) == ['application/problem+json'] for answer in errors)

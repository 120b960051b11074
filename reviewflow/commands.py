"""The command line: the server by default, else a word for it or for the store."""

import argparse
import asyncio
import json
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import Any, NoReturn

import httpx

from reviewflow import __version__
from reviewflow.data_dir import Address, DataDir
from reviewflow.errors import ReviewFlowError, SettingsError, StartError
from reviewflow.forge import SyncReport
from reviewflow.settings import Settings, all_settings, load, unknown_variables
from reviewflow.words import counted

PATIENCE_S = 600
"""How long a running server may take over a sync: a first one of many pulls is long."""

INTERRUPTED = 130
"""The exit status by which shells know Ctrl-C."""

Serve = Callable[[Settings], int]
"""Runs the server; gives the exit status."""
SyncOnce = Callable[[Settings], Awaitable[SyncReport]]
"""Syncs without a server."""


def run(argv: Sequence[str], *, serve: Serve, sync_once: SyncOnce) -> int:
    """Do what the command line says; give the exit status."""
    os.umask(0o077)  # whatever we write is nobody else's business
    _check_flags(argv)
    arguments = vars(_parser().parse_args(argv))
    command = arguments.pop('command')
    try:
        settings = load(flags={flag: value for flag, value in arguments.items() if flag.startswith('--')})
        for name in unknown_variables(os.environ):
            print(f'warning: {name} is not a setting', file=sys.stderr)
        if command == 'sync':
            return asyncio.run(_sync(settings, sync_once, as_json=arguments['json']))
        return serve(settings)
    except KeyboardInterrupt:
        return INTERRUPTED if command else 0  # a server is meant to be ended like this
    except ReviewFlowError as error:
        print(f'reviewflow: {error}', file=sys.stderr)
        return error.exit_status if isinstance(error, StartError) else 1


async def _sync(settings: Settings, sync_once: SyncOnce, *, as_json: bool) -> int:
    """Sync now: in the running server, so that its pages change at once, else by ourselves."""
    data_dir = DataDir(settings.data_dir)
    if (address := data_dir.address()) is not None:
        report = await _ask(address, 'POST', 'sync')
    else:
        report = await _sync_alone(settings, data_dir, sync_once)
    if as_json:
        print(json.dumps(report))
    elif report['repositories'] or not report['errors']:
        read, changed = counted(report['repositories'], 'repository'), counted(report['changed'], 'pull')
        pages = counted(report['pages'], 'page')
        print(f'{read} read, {changed} changed, {report["left"]} left for later, {pages} told')
    if report['errors']:
        print(f'reviewflow: {"; ".join(report["errors"])}', file=sys.stderr)
    return 1 if report['errors'] else 0


async def _sync_alone(settings: Settings, data_dir: DataDir, sync_once: SyncOnce) -> dict[str, Any]:
    logging.basicConfig(level=logging.ERROR, format='%(message)s')
    data_dir.claim()
    try:
        return asdict(await sync_once(settings)) | {'pages': 0}
    finally:
        data_dir.release()


async def _ask(address: Address, method: str, path: str) -> dict[str, Any]:
    """Talk to the running server."""
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as client:
            answer = await client.request(
                method,
                f'{address.url}/dashboard/api/{path}',
                headers={'Authorization': f'Bearer {address.key}'},
            )
            body = dict(answer.json())
    except (httpx.HTTPError, ValueError, TypeError) as error:
        raise StartError(
            f'the running server at {address.url} does not answer ({type(error).__name__})'
        ) from None
    if answer.is_error:
        raise StartError(f'the running server refused: {body.get("detail", answer.status_code)}')
    return body


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Say it in one line."""
        raise SystemExit(_refuse(message))


def _check_flags(argv: Sequence[str]) -> None:
    """Name a flag that there is not: argparse would take the word behind it for a command."""
    known = {setting.flag for setting in all_settings()} | {'--help', '--json', '--version'}
    for flag in (word.partition('=')[0] for word in argv if word.startswith('--')):
        if flag not in known:
            raise SystemExit(_refuse(f'{flag} is not a setting'))


class _Secret(argparse.Action):
    """Refuses a secret, without repeating it: everybody on the machine can read a command line."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        parser.error(f'{self.option_strings[0]} is a secret: set {self.metavar} or {self.metavar}_FILE')


def _refuse(message: str) -> int:
    print(f'reviewflow: {message}', file=sys.stderr)
    return SettingsError.exit_status


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog='python main.py',
        description="ReviewFlow keeps a team's pull requests in front of everybody at once.",
        epilog='Every setting can also be given in the environment or in .env; see docs/configuration.md.',
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument('--version', action='version', version=f'ReviewFlow {__version__}')
    _add_settings(parser)
    commands = parser.add_subparsers(dest='command', metavar='COMMAND', title='commands (none: the server)')
    sync = commands.add_parser('sync', help='read the code host now', allow_abbrev=False)
    sync.add_argument('--json', action='store_true', help='print the result as JSON')
    _add_settings(sync)
    return parser


def _add_settings(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group('settings')
    for setting in all_settings():
        if setting.is_secret:
            group.add_argument(setting.flag, action=_Secret, metavar=setting.variable, help=argparse.SUPPRESS)
        else:
            text = (setting.field.description or '').replace('%', '%%')
            group.add_argument(
                setting.flag, dest=setting.flag, metavar='VALUE', help=text, default=argparse.SUPPRESS
            )

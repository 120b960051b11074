"""What can be typed: settings as flags, commands, and a clear word about everything else."""

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn

from reviewflow import __version__
from reviewflow.errors import SettingsError
from reviewflow.settings import all_settings


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """Take a command line apart; whatever is wrong with it ends the program with status 2 and one line."""
    _check_flags(argv)
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.native and arguments.command:
        parser.error(f'--native opens a window for the server, not for {arguments.command}')
    return arguments


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Say it in one line."""
        raise SystemExit(_refuse(message))


def _check_flags(argv: Sequence[str]) -> None:
    """Name a flag that there is not: argparse would take the word behind it for a command."""
    known = {setting.flag for setting in all_settings()} | {'--help', '--json', '--native', '--version'}
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
    parser.add_argument('--native', action='store_true', help='show the server in a window of its own')
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

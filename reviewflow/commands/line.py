"""What can be typed: settings as flags, commands, and a clear word about everything else."""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from reviewflow import __version__
from reviewflow.commands.command import Command
from reviewflow.commands.words import problem
from reviewflow.errors import SettingsError
from reviewflow.settings import all_settings

SETTINGS = 'Every setting can be given as a flag: see "python main.py --help".'


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A command line, taken apart."""

    command: Command | None
    """None: the server."""
    in_window: bool
    """Whether the server is to be shown in a window of its own."""
    flags: Mapping[str, str]
    """Settings by flag, like ``--github.api-url``."""
    arguments: Mapping[str, Any]
    """What else was said, by the names that argparse gives."""


def parse(argv: Sequence[str], commands: Sequence[Command]) -> Line:
    """Take a command line apart; whatever is wrong with it ends the program with status 2 and one line."""
    if (wrong := problem(argv, commands)) is not None:
        raise SystemExit(_refuse(wrong))
    parser = _parser(commands)
    found = vars(parser.parse_args(argv))
    command, in_window = found.pop('command'), found.pop('native')
    if in_window and command is not None:
        parser.error(f'--native opens a window for the server, not for {command.name}')
    flags = {name: value for name, value in found.items() if name.startswith('--')}
    return Line(
        command=command,
        in_window=in_window,
        flags=flags,
        arguments={name: value for name, value in found.items() if name not in flags},
    )


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Say it in one line."""
        raise SystemExit(_refuse(message))


class _Secret(argparse.Action):
    """Refuses a secret, without repeating it: everybody on the machine can read a command line."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        parser.error(f'{self.option_strings[0]} is a secret: set {self.metavar} or {self.metavar}_FILE')


def _refuse(message: str) -> int:
    print(f'reviewflow: {message}', file=sys.stderr)
    return SettingsError.exit_status


def _parser(commands: Sequence[Command]) -> argparse.ArgumentParser:
    parser = _Parser(
        prog='python main.py',
        description="ReviewFlow keeps a team's pull requests in front of everybody at once.",
        epilog='Every setting can also be given in the environment or in .env; see docs/configuration.md.',
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(command=None)
    parser.add_argument('--version', action='version', version=f'ReviewFlow {__version__}')
    parser.add_argument('--native', action='store_true', help='show the server in a window of its own')
    _add_commands(parser, commands, 'commands (none: the server)')
    _add_settings(parser, is_shown=True)
    return parser


def _add_commands(parser: argparse.ArgumentParser, commands: Sequence[Command], title: str) -> None:
    choices = parser.add_subparsers(metavar='COMMAND', title=title)
    for command in commands:
        own = choices.add_parser(
            command.name,
            help=command.help,
            description=f'{command.help[:1].upper()}{command.help[1:]}. {command.about}',
            epilog=f'{command.statuses} {SETTINGS}',
            allow_abbrev=False,
        )
        own.set_defaults(command=command)
        for argument in command.arguments:
            own.add_argument(argument.name, help=argument.help, **argument.options)
        if command.parts:
            _add_commands(own, command.parts, 'commands')
        _add_settings(own, is_shown=False)


def _add_settings(parser: argparse.ArgumentParser, *, is_shown: bool) -> None:
    group = parser.add_argument_group('settings')
    for setting in all_settings():
        if setting.is_secret:
            group.add_argument(setting.flag, action=_Secret, metavar=setting.variable, help=argparse.SUPPRESS)
        else:
            text = (setting.field.description or '').replace('%', '%%')
            group.add_argument(
                setting.flag,
                dest=setting.flag,
                metavar='VALUE',
                help=text if is_shown else argparse.SUPPRESS,
                default=argparse.SUPPRESS,
            )

"""Which command a command line names; flags that are none are found before argparse mistakes their values."""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from reviewflow.commands.command import Command
from reviewflow.settings import all_settings

HELP = {'--help', '-h'}
AT_THE_TOP = {'--native', '--version'}


def problem(argv: Sequence[str], commands: Sequence[Command]) -> str | None:
    """Say what is wrong with flags and command, in a line; whatever else is wrong argparse finds."""
    settings = {setting.flag for setting in all_settings()}
    path: list[Command] = []
    known = settings | HELP | AT_THE_TOP
    choices: Sequence[Command] = commands
    words = _words(argv, settings)
    for word in words:
        flag = word.partition('=')[0]
        if _is_flag(word) and flag not in known:
            return _wrong_flag(flag, path, [*_named(words, choices)])
        if word in HELP:
            return None
        if choices and not word.startswith('-'):
            found = next((command for command in choices if command.name == word), None)
            if found is None:
                return _wrong_word(word, path, choices)
            path, choices = [*path, found], found.parts
            known = settings | HELP | found.flags
    return f'say what to do with {path[-1].name}: {_list(choices)}' if path and choices else None


def _words(argv: Sequence[str], settings: set[str]) -> Iterator[str]:
    """Leave out the values of settings, and all behind ``--``, which are words of the command's own."""
    words = iter(argv)
    for word in words:
        if word == '--':
            return
        yield word
        if word in settings:
            next(words, None)


def _is_flag(word: str) -> bool:
    """Tell it as argparse does: what has a blank before its value is a sentence."""
    return word.startswith('--') and ' ' not in word.partition('=')[0]


def _named(words: Iterator[str], choices: Sequence[Command]) -> Iterator[Command]:
    """Follow the commands that are named further on."""
    for word in words:
        for found in [command for command in choices if command.name == word]:
            yield found
            choices = found.parts


def _wrong_flag(flag: str, path: list[Command], later: list[Command]) -> str:
    if any(flag in command.flags for command in later):
        return f'{flag} goes behind {" ".join(command.name for command in [*path, *later])}'
    if path:
        return f'{flag} is neither a flag of {" ".join(command.name for command in path)} nor a setting'
    return f'{flag} is not a setting'


def _wrong_word(word: str, path: list[Command], choices: Sequence[Command]) -> str:
    names = [command.name for command in choices]
    likely = get_close_matches(word, names, n=1)
    hint = f'did you mean {likely[0]}?' if likely else f'there are {_list(choices)}'
    return f'there is no command {" ".join([*(command.name for command in path), word])}; {hint}'


def _list(choices: Sequence[Command]) -> str:
    *first, last = [command.name for command in choices]
    return f'{", ".join(first)} and {last}' if first else last

"""Passwords as they come to a command: typed twice, by a pipe, or made up; never as an argument."""

import getpass
import secrets
import sys

from reviewflow.errors import CommandError

GENERATED_BYTES = 15


def new_password() -> str:
    """Make one up that nobody guesses."""
    return secrets.token_urlsafe(GENERATED_BYTES)


def read_password(name: str) -> str:
    """Ask for a password, without showing it; without a terminal take a line of what is piped in.

    Raises:
        CommandError: there is none, or what was typed the second time is another.
    """
    if not sys.stdin.isatty():
        return _piped(name)
    try:
        password = getpass.getpass(f'Password for {name}: ')
        again = getpass.getpass('The same again: ')
    except EOFError:
        raise CommandError('no password was typed') from None
    if password != again:
        raise CommandError('that was not the same twice')
    return password


def _piped(name: str) -> str:
    try:
        line = sys.stdin.readline()
        line.encode()  # bytes that are no text come as lone surrogates, which nobody can type
    except UnicodeError:
        raise CommandError('the password that was piped in is no text') from None
    if not line:
        raise CommandError(f'pipe the password for {name} in as a line, or use --generate')
    return line.removesuffix('\n').removesuffix('\r')

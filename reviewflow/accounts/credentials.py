"""Names and passwords: what is acceptable, and when two spellings are the same one."""

import unicodedata

from reviewflow.accounts.role import DEMO, OPERATOR

NAME_MAX = 64
PASSWORD_MIN = 12
PASSWORD_MAX = 1024


def clean_name(name: str) -> str:
    """Give the one spelling of a name that is kept."""
    return unicodedata.normalize('NFKC', name).strip()


def fold_name(name: str) -> str:
    """Give what is compared: "Ana" and "ana" are one person."""
    return unicodedata.normalize('NFKC', clean_name(name).casefold())


RESERVED = {fold_name(actor.name) for actor in (DEMO, OPERATOR)}
"""Whom the log and the pages would mistake for somebody without an account."""


def known_as(name: str) -> str:
    """Give by what an account is found, if there can be one; else nothing."""
    return '' if _form_problem(name) else fold_name(name)


def name_problem(name: str) -> str | None:
    """Say why nobody can be called this from now on."""
    if fold_name(name) in RESERVED:
        return 'ReviewFlow keeps that name for itself.'
    return _form_problem(name)


def _form_problem(name: str) -> str | None:
    clean = clean_name(name)
    if not clean:
        return 'Enter a name.'
    if max(len(clean), len(fold_name(name))) > NAME_MAX:
        return f'Too long: at most {NAME_MAX} characters.'
    if not clean.isprintable():
        return 'Only characters that can be seen, please.'
    return None


def clean_password(password: str) -> str:
    """Give what is hashed: one keyboard composes an accent where another sends two characters."""
    return unicodedata.normalize('NFKC', password)


def password_problem(password: str) -> str | None:
    """Say why this cannot be a password."""
    length = len(clean_password(password))
    if length < PASSWORD_MIN:
        return f'Too short: at least {PASSWORD_MIN} characters.'
    if length > PASSWORD_MAX:
        return f'Too long: at most {PASSWORD_MAX:,} characters.'
    return None

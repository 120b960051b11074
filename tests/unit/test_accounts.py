"""Roles, names and passwords: what is allowed and what is acceptable."""

import pytest
from argon2 import PasswordHasher

from reviewflow.accounts import Action, Actor, Role, authorize
from reviewflow.accounts.credentials import clean_name, fold_name, known_as, name_problem, password_problem
from reviewflow.accounts.limits import PER_ACCOUNT, PER_ADDRESS, PER_PAIR, FailureLimits
from reviewflow.accounts.passwords import Passwords
from reviewflow.accounts.role import POLICY
from reviewflow.accounts.session import hash_token, new_token
from reviewflow.errors import NotAllowed


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.mark.parametrize(
    ('role', 'first_forbidden'),
    [
        (Role.VIEWER, Action.REVIEW),
        (Role.REVIEWER, Action.MERGE),
        (Role.MAINTAINER, Action.CHANGE_SETTINGS),
        (Role.ADMIN, None),
    ],
)
def test_a_role_may_do_all_up_to_its_line_in_the_table(role: Role, first_forbidden: Action | None) -> None:
    actor = Actor(user_id=1, name='Mei', role=role)
    actions = list(Action)
    line = actions.index(first_forbidden) if first_forbidden else len(actions)
    for action in actions[:line]:
        authorize(actor, action)
    for action in actions[line:]:
        with pytest.raises(NotAllowed, match=action):
            authorize(actor, action)


def test_every_action_has_a_line_in_the_table() -> None:
    assert set(POLICY) == set(Action)


@pytest.mark.parametrize(
    'name',
    ['Mei', 'Ana Kovačić', '梅', 'a' * 64, "O'Neil <admin>", '1', 'Ĳsbrand', 'e\N{COMBINING ACUTE ACCENT}'],
)
def test_a_name_of_printable_characters_is_fine(name: str) -> None:
    assert name_problem(name) is None


@pytest.mark.parametrize(
    'name',
    [
        '',
        ' \t\n',
        '\N{NO-BREAK SPACE}',
        'a' * 65,
        'ß' * 40,  # 80 when compared
        'a\nb',
        'a\x00',
        'a\N{ZERO WIDTH SPACE}b',
        '\N{RIGHT-TO-LEFT OVERRIDE}nimda',
        'a\ud800',
    ],
)
def test_a_name_that_is_empty_long_or_unprintable_has_a_problem(name: str) -> None:
    assert name_problem(name)
    assert known_as(name) == ''


@pytest.mark.parametrize('name', ['operator', ' Operator', 'DEMO', 'ｏperator'])  # noqa: RUF001  # on purpose
def test_nobody_is_newly_called_what_we_call_those_without_an_account(name: str) -> None:
    assert name_problem(name)
    assert known_as(name), 'who was called that before still comes in'


@pytest.mark.parametrize(
    ('one', 'other'),
    [
        ('Ana', ' aNA '),
        ('Straße', 'STRASSE'),
        ('\N{FULLWIDTH LATIN CAPITAL LETTER A}na', 'Ana'),
        ('é', 'e\u0301'),
    ],
)
def test_names_that_look_the_same_are_the_same(one: str, other: str) -> None:
    assert fold_name(one) == fold_name(other)


def test_a_name_is_kept_as_it_was_typed_but_for_its_form() -> None:
    assert clean_name('  Ana Kovac\N{COMBINING CARON}ic\u0301 ') == 'Ana Kovačić'


@pytest.mark.parametrize(
    'password', ['a' * 12, 'a' * 1024, '           \t', '秘密の言葉です、十二文字以上', '🐎🔋📎✅' * 3]
)
def test_any_password_of_twelve_characters_or_more_is_fine(password: str) -> None:
    assert password_problem(password) is None


@pytest.mark.parametrize('password', ['', 'a' * 11, 'a' * 1025, 'e\N{COMBINING ACUTE ACCENT}' * 6])
def test_a_short_or_huge_password_has_a_problem(password: str) -> None:
    assert password_problem(password)


@pytest.mark.parametrize(
    'password', ['correct horse staple', '秘密\x00の言葉です、十二', 'lone \ud800 surrogate', 'ﬁ' * 99]
)
def test_a_password_matches_its_own_hash_only(passwords: Passwords, password: str) -> None:
    stored = passwords.hash(password)
    assert passwords.matches(stored, password)
    assert not passwords.matches(stored, password + ' ')
    assert password not in stored


def test_a_password_matches_however_the_keyboard_composes_it(passwords: Passwords) -> None:
    stored = passwords.hash('café au lait, chaud')
    assert passwords.matches(stored, 'cafe\N{COMBINING ACUTE ACCENT} au lait, chaud')


@pytest.mark.parametrize('stored', [None, '', 'plain text', '$argon2id$v=19$broken'])
def test_nothing_matches_where_there_is_no_hash(passwords: Passwords, stored: str | None) -> None:
    assert not passwords.matches(stored, 'correct horse staple')


def test_hashes_are_argon2id_and_never_the_same(passwords: Passwords) -> None:
    first, second = passwords.hash('correct horse staple'), passwords.hash('correct horse staple')
    assert first.startswith('$argon2id$')
    assert first != second


def test_a_hash_with_weaker_parameters_is_outdated(passwords: Passwords) -> None:
    stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    assert stronger.is_outdated(passwords.hash('correct horse staple'))
    assert not passwords.is_outdated(passwords.hash('correct horse staple'))


def test_an_account_may_be_tried_ten_times_from_anywhere() -> None:
    limits = FailureLimits()
    for number in range(PER_ACCOUNT.amount):
        assert limits.allow('mei', f'192.0.2.{number}')
        limits.count('mei', f'192.0.2.{number}')
    assert not limits.allow('mei', '198.51.100.1')
    assert limits.allow('ana', '198.51.100.1')


def test_an_address_may_try_a_hundred_times_whatever_the_account() -> None:
    limits = FailureLimits()
    for number in range(PER_ADDRESS.amount):
        assert limits.allow(f'user{number}', '192.0.2.1')
        limits.count(f'user{number}', '192.0.2.1')
    assert not limits.allow('mei', '192.0.2.1')
    assert limits.allow('mei', '192.0.2.2')


def test_each_failure_makes_the_answer_slower_up_to_a_bearable_wait() -> None:
    limits = FailureLimits()
    waits = [limits.count('mei', '192.0.2.1') for _ in range(20)]
    assert waits == sorted(waits)
    assert 0 < waits[0] < waits[-1] <= 3


def test_success_forgives_the_failures_of_the_account() -> None:
    limits = FailureLimits()
    for _ in range(PER_PAIR.amount):
        limits.count('mei', '192.0.2.1')
    limits.forget('mei', '192.0.2.1')
    assert limits.allow('mei', '192.0.2.1')


def test_nobody_can_keep_an_owner_out_from_elsewhere_but_guesses_from_everywhere_end() -> None:
    limits = FailureLimits()
    for _ in range(PER_PAIR.amount):
        limits.count('mei', '192.0.2.1')
    assert not limits.allow('mei', '192.0.2.1')
    assert limits.allow('mei', '192.0.2.2')

    for number in range(PER_ACCOUNT.amount):
        limits.count('mei', f'198.51.100.{number}')
    assert not limits.allow('mei', '192.0.2.2')


def test_tokens_are_long_and_never_the_same() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) >= 43 for token in tokens)


@pytest.mark.parametrize('token', ['', 'é', '\ud800', 'x' * 100_000])
def test_anything_that_a_cookie_may_hold_has_a_hash(token: str) -> None:
    assert len(hash_token(token)) == 64

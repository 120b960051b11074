"""``python main.py setup-webhook``: alone, and in the running server."""

import json
from typing import Any

import pytest
from starlette.responses import JSONResponse

from reviewflow.errors import NotAccepted
from reviewflow.our_hook import HookReport, HooksReport
from tests.integration.command_line import Program, Said
from tests.integration.serving import Pretended

URL = 'https://reviews.example.com/webhooks/github'
CREATED: dict[str, Any] = {
    'repository': 'acme/api',
    'is_new': True,
    'repaired': [],
    'removed': 0,
    'organisation': None,
    'ping': '202 Accepted',
    'has_arrived': True,
}


def answer(*hooks: dict[str, Any], errors: tuple[str, ...] = ()) -> JSONResponse:
    return JSONResponse({'url': URL, 'hooks': [CREATED | hook for hook in hooks], 'errors': errors})


def test_a_running_server_does_it(program: Program, said: Said, running: Pretended) -> None:
    running.answer = answer({})

    assert program.run('setup-webhook', '--repo', 'acme/api', '--url', 'https://tunnel.example') == 0

    wanted = {'repositories': ['acme/api'], 'url': 'https://tunnel.example'}
    assert running.asked == [('POST', 'webhooks', wanted)]
    assert program.asked is None, 'not here'
    assert said() == (['acme/api: created; its ping arrived', URL], [])


@pytest.mark.parametrize(
    ('hook', 'line'),
    [
        ({'is_new': False}, 'acme/api: as it should be; its ping arrived'),
        (
            {'is_new': False, 'repaired': ['events', 'inactive'], 'removed': 2},
            'acme/api: repaired: events, inactive; 2 doubles removed; its ping arrived',
        ),
        ({'is_new': False, 'removed': 1}, 'acme/api: as it should be; 1 double removed; its ping arrived'),
        ({'organisation': 'acme'}, 'acme/api: the webhook of acme does it; its ping arrived'),
        (
            {'ping': '401 Unauthorized', 'has_arrived': False},
            'acme/api: created; its ping did not arrive (401 Unauthorized)',
        ),
        (
            {'ping': None, 'has_arrived': False},
            'acme/api: created; whether its ping arrived, GitHub does not say',
        ),
        (
            {'ping': 'a\u202eb', 'has_arrived': False},
            'acme/api: created; its ping did not arrive (a\\u202eb)',
        ),
    ],
)
def test_what_was_done_is_a_line(
    program: Program, said: Said, running: Pretended, hook: dict[str, Any], line: str
) -> None:
    running.answer = answer(hook)

    assert program.run('setup-webhook', '--repo', 'acme/api') == 0
    assert said() == ([line, URL], [])


def test_all_that_are_shown_are_asked_for_without_names(program: Program, running: Pretended) -> None:
    running.answer = answer({}, {'repository': 'acme/web'})

    assert program.run('setup-webhook', '--all') == 0
    assert running.asked == [('POST', 'webhooks', {'repositories': [], 'url': ''})]


def test_what_failed_in_part_is_said_besides(program: Program, said: Said, running: Pretended) -> None:
    running.answer = answer({}, errors=('acme/web cannot be found',))

    assert program.run('setup-webhook', '--repo', 'acme/api', '--repo', 'acme/web') == 1
    assert said() == (
        ['acme/api: created; its ping arrived', URL],
        ['reviewflow: acme/web cannot be found'],
    )


def test_it_can_be_read_by_programs(program: Program, said: Said, running: Pretended) -> None:
    running.answer = answer({}, errors=('It hangs',))

    assert program.run('setup-webhook', '--all', '--json') == 1
    assert json.loads(said()[0][0]) == {'url': URL, 'hooks': [CREATED], 'errors': ['It hangs']}


@pytest.mark.parametrize('field', ['repositories', 'secret', 'url'])
def test_what_the_server_does_not_accept_is_its_sentence(
    program: Program, said: Said, running: Pretended, field: str
) -> None:
    running.answer = JSONResponse({'detail': f'{field}: it is not set'}, 422)

    assert program.run('setup-webhook', '--all') == 1
    assert said() == ([], ['reviewflow: it is not set'])


def test_an_address_that_is_none_is_named_by_its_flag(
    program: Program, said: Said, running: Pretended
) -> None:
    running.answer = JSONResponse({'detail': 'url: must be an address'}, 422)

    assert program.run('setup-webhook', '--all', '--url', 'nonsense') == 1
    assert said() == ([], ['reviewflow: --url: must be an address'])


@pytest.mark.parametrize(
    ('words', 'line'),
    [
        ([], 'say either --repo owner/name or --all'),
        (['--all', '--repo', 'acme/api'], 'say either --repo owner/name or --all'),
        (['--repo', 'acme'], '--repo must be like owner/name or owner/*'),
        (['--repo', 'acme/api', '--repo', ''], '--repo must be like owner/name or owner/*'),
    ],
)
def test_it_must_be_clear_which_are_meant(program: Program, said: Said, words: list[str], line: str) -> None:
    assert program.run('setup-webhook', *words) == 2
    assert said() == ([], [f'reviewflow: {line}'])
    assert not program.data_dir.exists(), 'nothing was touched'


# Alone


def test_alone_it_holds_the_folder(program: Program, said: Said) -> None:
    hook = HookReport(repository='acme/api', is_new=True, ping='502 failed to connect to host')
    program.hooks = HooksReport(url=URL, hooks=(hook,), errors=())

    assert program.run('setup-webhook', '--repo', 'acme/api', '--url', URL) == 0

    assert program.was_claimed
    assert program.asked == (['acme/api'], URL)
    failed = 'its ping did not arrive (502 failed to connect to host), as no server is running here'
    assert said() == ([f'acme/api: created; {failed}', URL], [])


def test_alone_what_is_not_accepted_is_a_line(program: Program, said: Said) -> None:
    program.error = NotAccepted('url', 'GitHub cannot reach it')

    assert program.run('setup-webhook', '--all') == 1
    assert program.run('setup-webhook', '--all', '--url', 'http://127.0.0.1') == 1
    sentence = 'GitHub cannot reach it'
    assert said() == ([], [f'reviewflow: {sentence}', f'reviewflow: --url: {sentence}'])


def test_alone_it_can_be_broken_off(program: Program, said: Said) -> None:
    program.error = KeyboardInterrupt()

    assert program.run('setup-webhook', '--all') == 130
    assert said() == ([], [])

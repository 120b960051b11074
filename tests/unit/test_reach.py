"""The address for others, in words and as a code."""

import pytest

from reviewflow.settings import Settings
from reviewflow.web import reach
from reviewflow.web.greeting import greeting
from reviewflow.web.qr import blocks
from reviewflow.web.reach import address_for_others
from tests.qr import read_printed

PUBLIC = 'https://example.com/reviewflow'


@pytest.mark.parametrize(
    ('settings', 'seen', 'address'),
    [
        ({}, None, None),
        ({}, 'http://localhost:8000', None),
        ({'public_url': PUBLIC}, 'http://192.0.2.7:8000', PUBLIC),
        ({'public_url': 'https://localhost:8443'}, None, None),
        ({'host': '192.0.2.7'}, 'http://localhost:8000', 'http://192.0.2.7:8000'),
        ({'host': '2001:db8::7', 'port': 80}, None, 'http://[2001:db8::7]:80'),
        ({'host': '0.0.0.0'}, 'http://reviews.lan:8000', 'http://reviews.lan:8000'),
        ({'host': '0.0.0.0'}, 'http://127.0.0.1:8000', 'http://198.51.100.4:8000'),
        ({'host': '0.0.0.0'}, 'http://[', 'http://198.51.100.4:8000'),
        ({'host': '0.0.0.0'}, f'http://{"x" * 4000}', 'http://198.51.100.4:8000'),
    ],
)
def test_the_address_for_others_is_one_that_they_can_reach(
    monkeypatch: pytest.MonkeyPatch, settings: dict[str, str], seen: str | None, address: str | None
) -> None:
    monkeypatch.setattr(reach, '_own_address', lambda _: '198.51.100.4')
    assert address_for_others(Settings.model_validate(settings), seen=seen) == address


def test_a_machine_without_a_network_has_no_address_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, '_own_address', lambda _: None)
    assert address_for_others(Settings(host='0.0.0.0')) is None


@pytest.mark.parametrize('text', ['http://192.0.2.7:8000/dashboard/', f'{PUBLIC}/dashboard/', 'x' * 300])
def test_a_printed_code_can_be_scanned(text: str) -> None:
    assert read_printed(blocks(text)) == text


def test_a_terminal_shows_a_code_of_the_public_address_before_the_way_to_the_first_account() -> None:
    first, phone, code, last = greeting(Settings(public_url=PUBLIC), setup_code='ABC', is_terminal=True)
    assert first == f'ReviewFlow is at {PUBLIC}/dashboard/'
    assert phone.endswith(f' {PUBLIC}/dashboard/')
    assert read_printed(code) == f'{PUBLIC}/dashboard/'
    assert len(code.splitlines()) <= 20
    assert last == 'No administrator yet: make one at /reviewflow/dashboard/setup with the code ABC'


@pytest.mark.parametrize(('settings', 'is_terminal'), [({}, True), ({'public_url': PUBLIC}, False)])
def test_where_nobody_could_scan_it_there_is_no_code(settings: dict[str, str], *, is_terminal: bool) -> None:
    lines = list(greeting(Settings.model_validate(settings), setup_code=None, is_terminal=is_terminal))
    assert len(lines) == 1

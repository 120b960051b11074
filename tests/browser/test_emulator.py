"""The whole way from a GitHub that we did not write to two browsers: three repositories, sixty pulls."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Launch
from tests.browser.inbox import Inbox
from tests.browser.server import NAME, PASSWORD, Server
from tests.browser.visitors import Visitors
from tests.contracts.emulate import Emulator, running

REPOSITORIES = ['ann/api', 'ann/web', 'ann/app']
INTERVAL_S = 5
"""As set; the server may stretch it, as without "not modified" each poll costs three requests."""
WITHIN_MS = 90_000
SHOWN = """([title, word]) => [...document.querySelectorAll('.rf-row[data-key]')].some(
    row => row.querySelector('.title a').title === title && row.querySelector('.word').innerText === word)"""


@pytest.fixture(scope='module')
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    folder = tmp_path_factory.mktemp('emulator')
    with running(folder, people=['ann', 'ben'], repositories=REPOSITORIES) as emulator:
        for repository in REPOSITORIES:
            emulator.invite(repository, 'ben')
            for number in range(20):
                emulator.open_pull(repository, f'Pull {number} of {repository}', by='ann')
        yield emulator


@pytest.fixture(scope='module')
def server(emulator: Emulator, launch: Launch) -> Server:
    return launch(
        ADMIN__USERNAME=NAME,
        ADMIN__PASSWORD=PASSWORD,
        GITHUB__API_URL=emulator.url,
        GITHUB__TOKEN=emulator.token('ann'),
        GITHUB__REPOSITORIES=','.join(REPOSITORIES),
        SYNC__INTERVAL_S=str(INTERVAL_S),
    )


def test_what_happens_there_shows_in_two_browsers_and_disturbs_nobody(
    emulator: Emulator, server: Server, visitors: Visitors, capsys: pytest.CaptureFixture[str]
) -> None:
    writer, reader = visitors.admin(), visitors.admin()
    for inbox in (writer, reader):
        inbox.expect_numbers({'all': 60, 'pending': 60})
    writer.search.press_sequentially('of ann')
    reader.pane.evaluate('pane => pane.scrollTo(0, 500)')
    looked_at = reader.row('Pull 10 of ann/app')
    expect(looked_at).to_be_in_viewport()
    place = looked_at.bounding_box()
    both = [writer, reader]
    interval = writer.foot.get_by_text('checks every').inner_text()

    number = emulator.open_pull('ann/web', 'New of ann', by='ben')
    emulator.merge('ann/api', 20)
    emulator.close('ann/app', 20)
    took = seconds_until_shown(
        both, {'New of ann': 'Pending', 'Pull 19 of ann/api': 'Merged', 'Pull 19 of ann/app': 'Closed'}
    )
    emulator.review('ann/web', number, by='ann')
    sync = server.command('sync')
    took_after_sync = seconds_until_shown(both, {'New of ann': 'Approved'})

    assert (sync.returncode, sync.stderr) == (0, '')
    assert sync.stdout.endswith('2 pages told\n')
    for inbox in both:
        inbox.expect_numbers({'all': 61, 'pending': 58, 'approved': 1, 'closed': 1, 'merged': 1})
        assert inbox.has_stayed
    writer.page.keyboard.type('/web')
    expect(writer.search).to_have_value('of ann/web')
    assert looked_at.bounding_box() == place
    with capsys.disabled():
        print(f'\n{interval}; shown in both browsers after {took} s; {took_after_sync} s after a sync')  # noqa: T201


def seconds_until_shown(inboxes: list[Inbox], words: dict[str, str]) -> float:
    """Look at every frame until each row, title → status, is shown everywhere."""
    began = time.monotonic()
    for inbox in inboxes:
        for title, word in words.items():
            inbox.page.wait_for_function(SHOWN, arg=[title, word], timeout=WITHIN_MS)
    return round(time.monotonic() - began, 1)

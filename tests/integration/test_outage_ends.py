"""Whatever was wrong with GitHub, however long: a minute after it is over, everything is read again."""

import pytest

from reviewflow.models import SyncState
from reviewflow.store.database import Database
from tests.builders import Clock
from tests.github import FakeGitHub, fault
from tests.integration.rig import INTERVAL_S, Rig, filled

PATTERNS = ('acme/api', 'acme/web', 'other/tool')


@pytest.mark.parametrize('has_token', [True, False], ids=['graphql', 'rest'])
@pytest.mark.parametrize('trouble', [fault.status(503), fault.html(), fault.half_json()])
@pytest.mark.parametrize('polls', [1, 3, 20])
async def test_all_is_read_within_a_minute_of_the_end(
    polls: int,
    trouble: fault.Fault,
    has_token: bool,
    github: FakeGitHub,
    clock: Clock,
    database: Database,
) -> None:
    github.now = clock
    github.anonymous_limit = 5000
    async with Rig.running(filled(github), clock, database, *PATTERNS, has_token=has_token) as rig:
        await rig.tick()
        assert rig.state() is SyncState.LIVE
        github.fail(*[trouble] * 10_000)
        for _ in range(polls):
            await rig.tick(after_s=INTERVAL_S)
        assert rig.state() is SyncState.FAILING
        assert len(rig.board.cards) == len(PATTERNS), 'old data stays'
        github.fail()
        rig.asked()
        over_s = rig.monotonic()

        while rig.state() is not SyncState.LIVE:
            await rig.tick(after_s=INTERVAL_S)

        assert rig.monotonic() - over_s <= 60

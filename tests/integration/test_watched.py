"""What whoever watches over the server can see of the reading: lines in the log, counts, how old all is."""

import pytest

from reviewflow.errors import BadCredentials, ForgeUnavailable, Reason, RepositoryUnavailable
from reviewflow.forge import RequestOutcome
from reviewflow.models import SyncState
from sync.health import BACK_OFF_MAX_S
from tests.github import fault
from tests.integration.rig import INTERVAL_S, Rig

BROKEN = ForgeUnavailable('HTTP 502')


def logged(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [
        (record.levelname, record.getMessage()) for record in caplog.records if record.name.startswith('sync')
    ]


async def test_an_outage_of_many_repositories_is_one_line_and_so_is_its_end(
    wide: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level('INFO', 'sync')
    await wide.tick()
    caplog.clear()
    wide.forge.fail('changed_pulls', *[BROKEN] * 6)

    for _ in range(7):
        await wide.tick(after_s=BACK_OFF_MAX_S)

    begin, end = logged(caplog)
    assert begin[0] == 'WARNING'
    assert begin[1].endswith(': GitHub cannot be read: HTTP 502')
    assert end[0] == 'INFO'
    assert end[1].startswith('GitHub is read again, after 0:')


async def test_a_repository_that_is_gone_is_named_and_no_outage(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level('INFO', 'sync')
    await rig.tick()
    rig.forge.fail('changed_pulls', *[RepositoryUnavailable('acme/api', Reason.FORBIDDEN)] * 2)

    for _ in range(4):
        await rig.tick(after_s=BACK_OFF_MAX_S)

    assert logged(caplog) == [
        ('WARNING', 'acme/api: acme/api may not be read with this token'),
        ('INFO', 'acme/api can be read again'),
    ]


async def test_an_outage_is_over_though_one_repository_stays_out_of_reach(
    rig: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level('INFO', 'sync')
    await rig.tick()
    rig.forge.fail('changed_pulls', BadCredentials(), RepositoryUnavailable('acme/api', Reason.FORBIDDEN))

    for _ in range(2):
        await rig.tick(after_s=BACK_OFF_MAX_S)

    assert [message for _, message in logged(caplog)][-1] == 'GitHub is read again, after 0:01:00'


async def test_quiet_polls_leave_no_line(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level('INFO')
    await rig.tick()
    await rig.settle()
    caplog.clear()

    for _ in range(5):
        await rig.tick(after_s=INTERVAL_S)

    assert logged(caplog) == []


async def test_polls_are_counted_and_the_lag_grows_while_something_fails(rig: Rig) -> None:
    await rig.tick()
    assert (rig.poller.polls.count, rig.poller.polls.lag_s) == (1, 0)

    rig.forge.fail('changed_pulls', BROKEN)
    await rig.tick(after_s=100)
    assert (rig.poller.polls.count, rig.poller.polls.lag_s) == (2, 100)

    await rig.tick(after_s=BACK_OFF_MAX_S)
    assert (rig.poller.polls.count, rig.poller.polls.lag_s) == (3, 0)


async def test_lists_that_are_read_are_no_older_for_reviews_that_are_not(rig: Rig) -> None:
    rig.open_pulls(3)
    await rig.tick()
    rig.forge.fail('pull', *[BROKEN] * 3)
    await rig.poller.read_details()

    await rig.tick(after_s=INTERVAL_S)

    assert rig.state() is SyncState.FAILING
    assert rig.poller.polls.lag_s == 0


async def test_each_request_is_counted_by_what_came_of_it(rig: Rig) -> None:
    await rig.tick()
    first = dict(rig.forge.outcomes)
    assert set(first) == {RequestOutcome.OK}

    await rig.tick(after_s=INTERVAL_S)
    assert rig.forge.outcomes[RequestOutcome.NOT_MODIFIED] >= 1

    rig.github.refuse('acme/api')
    await rig.tick(after_s=INTERVAL_S)
    assert rig.forge.outcomes[RequestOutcome.FAILED] >= 1
    assert rig.forge.outcomes[RequestOutcome.OK] == first[RequestOutcome.OK]

    rig.github.refuse('acme/api', None)
    rig.github.fail(fault.secondary_limit())
    await rig.tick(after_s=BACK_OFF_MAX_S)
    assert rig.forge.outcomes[RequestOutcome.LIMITED] == 1

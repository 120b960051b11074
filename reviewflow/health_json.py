"""How everything is read, in JSON: what the page Sync health shows, and scripts may ask for."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from reviewflow.as_json import Json, moment
from reviewflow.board import Board
from reviewflow.delivery import Outcome
from reviewflow.flow import ReviewFlow
from reviewflow.forge import Budget
from reviewflow.freshness import Delay, Minute
from reviewflow.hooks import Heard, Hooks
from reviewflow.syncs import HostHealth, Reconciliation, RepositoryHealth, Trouble

EVER = datetime.min.replace(year=2, tzinfo=UTC)  # a clock ahead of ours is taken off
BEHIND_INTERVALS = 3
"""A repository that was not read for so many intervals is not up to date, whatever the reason."""
BEHIND_AT_LEAST = timedelta(minutes=1)
QUIET = timedelta(minutes=2)
"""A webhook that said nothing so long before a change was found by polling has fallen silent."""


def health_json(flow: ReviewFlow, now: datetime, hooks: Hooks | None = None) -> Json:
    """Say how the code host and each repository are read; ``hooks`` is None where no webhooks are taken."""
    if flow.poller is None:
        raise RuntimeError('nothing that reads was wired')
    host, repositories = flow.poller.health()
    well_since = now - max(timedelta(seconds=host.interval_s) * BEHIND_INTERVALS, BEHIND_AT_LEAST)
    delays, (opened, newest) = flow.freshness.delays(), looked_over(flow.board)
    heard = hooks.heard if hooks else {}
    return {
        'host': host_json(host, now)
        | {'is_pretend': flow.host.is_pretend, 'skew_s': round(flow.host.skew.total_seconds(), 1)},
        'repositories': [
            repository_json(each, well_since)
            | webhook_json(
                heard.get(each.forge_id), newest.get(each.id, EVER) - flow.host.skew, flow.freshness.since
            )
            | {'open_pulls': opened[each.id], 'delay': delay_json(delays.get(each.id))}
            for each in repositories
        ],
        'delay': delay_json(flow.freshness.delay()),
        'minutes': [minute_json(each) for each in flow.freshness.minutes()],
        'webhooks': hooks and webhooks_json(hooks),
        'reconciliation': reconciliation_json(host.reconciliation, is_running=host.is_reconciling),
    }


def looked_over(board: Board) -> tuple[Counter[int], dict[int, datetime]]:
    """Count the open pulls of each repository, and find when something last changed there."""
    opened, newest = Counter[int](), dict[int, datetime]()
    for card in board.cards.values():  # of ten thousand, while all else waits
        repository_id, pull = card.repository_id, card.pull
        if pull.is_open:
            opened[repository_id] += 1
        if pull.updated_at > newest.get(repository_id, EVER):
            newest[repository_id] = pull.updated_at
    return opened, newest


def host_json(host: HostHealth, now: datetime) -> Json:
    """Say how the code host is read as a whole."""
    return {
        'title': host.title,
        'means': host.means,
        'interval_s': round(host.interval_s, 1),
        'wanted_interval_s': host.wanted_interval_s,
        'well_at': moment(host.well_at),
        'errors': [trouble_json(each) for each in host.errors],
        'budgets': [budget_json(name, budget, now) for name, budget in sorted(host.budgets.items())],
    }


def repository_json(repository: RepositoryHealth, well_since: datetime) -> Json:
    """Say how a repository is read."""
    return {
        'name': repository.name,
        'state': state_of(repository, well_since),
        'error': repository.error and trouble_json(repository.error),
        'well_at': moment(repository.well_at),
    }


def webhook_json(heard: Heard | None, changed_at: datetime, since: datetime) -> Json:
    """Say how what happens in a repository gets here."""
    at = heard.last_at if heard else None
    return {
        'how': 'polling only' if at is None else 'webhook and polling',
        'webhook_at': moment(at),
        'is_quiet': at is not None and changed_at > max(at, since) + QUIET,
    }


def webhooks_json(hooks: Hooks) -> Json:
    """Say what the code host said by itself today."""
    today = hooks.today
    sorts = {
        'accepted': today[Outcome.ACCEPTED],
        'refused': today[Outcome.REFUSED],
        'ignored': today[Outcome.IGNORED] + today[Outcome.KNOWN],
    }
    last_at = max((each.last_at for each in hooks.heard.values() if each.last_at), default=None)
    failed = today.total() - sum(sorts.values())
    return {'last_at': moment(last_at), **sorts, 'failed': failed, 'missed': hooks.missed}


def state_of(repository: RepositoryHealth, well_since: datetime) -> str:
    """Sum up how a repository is read."""
    if repository.error is not None:
        return 'trouble'
    if repository.is_first_read:
        return 'first read'
    is_well = repository.well_at is not None and repository.well_at >= well_since
    return 'current' if is_well else 'waiting'


def trouble_json(trouble: Trouble) -> Json:
    """Say what is wrong."""
    return {'says': trouble.says, 'advice': trouble.advice}


def budget_json(name: str, budget: Budget, now: datetime) -> Json:
    """Say what is left of an interface, and what of that is ours."""
    resets_at = now + budget.resets_in + timedelta(seconds=0.5)  # rounded, or it would flicker
    return {
        'name': name,
        'limit': budget.limit,
        'remaining': budget.remaining,
        'share': budget.share,
        'ours': budget.ours,
        'resets_at': moment(resets_at),
    }


def delay_json(delay: Delay | None) -> Json | None:
    """Say how long it took from events to the board."""
    if delay is None:
        return None
    return {'p50_s': round(delay.p50_s, 2), 'p95_s': round(delay.p95_s, 2), 'events': delay.events}


def minute_json(minute: Minute) -> Json:
    """Say the same of one minute."""
    return {'at': moment(minute.begins_at), 'p50_s': round(minute.p50_s, 2), 'events': minute.events}


def reconciliation_json(last: Reconciliation | None, *, is_running: bool) -> Json:
    """Say what came of the last comparison; all but ``is_running`` is null before the first."""
    return {
        'is_running': is_running,
        'at': moment(last.at) if last else None,
        'compared': last.compared if last else None,
        'drifted': list(last.drifted) if last else None,
        'left': last.left if last else None,
    }

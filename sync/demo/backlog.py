"""What Harborline works on: hand-written tasks, and chores for when those are used up."""

from collections.abc import Mapping
from dataclasses import dataclass

from reviewflow.models import Label
from sync.demo.description import texts
from sync.demo.team import LABELS, OWNER
from sync.demo.titles import WRITTEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something worth a pull request."""

    title: str
    text: str
    """The description, in which the number of an issue is still open."""
    labels: tuple[Label, ...] = ()


def written(repository: str) -> list[Task]:
    """Give the hand-written tasks of a repository."""
    name = repository.removeprefix(f'{OWNER}/')
    return [_task(line, texts(name)) for line in WRITTEN[name].strip().splitlines()]


def chores(repository: str) -> list[Task]:
    """Give the chores: each one for each part of the repository."""
    parts = _PARTS[repository.removeprefix(f'{OWNER}/')].split(', ')
    return [_task(line, texts('chores'), part) for line in _CHORES for part in parts]


def _task(line: str, texts: Mapping[str, str], part: str = '') -> Task:
    title, _, labels = line.partition(' | ')
    return Task(
        title=title.format(part),
        text=texts[title].replace('PART', part),
        labels=tuple(LABELS[name] for name in labels.split()),
    )


_CHORES = (
    'Cover {} with property tests | tests',
    'Drop the workaround for {}, fixed upstream',
    'Fix a flaky test of {} | tests bug',
    'Move {} to the shared error texts | enhancement',
    'Name the limits of {} in the readme | documentation',
    'Remove dead code around {}',
    'Remove the feature flag for {}',
    'Simplify the fixtures for {} | tests',
    'Speed up the tests of {} | tests performance',
    'Split the module for {} in two',
    'Tighten the types of {} | tooling',
    'Write down the decisions behind {} | documentation',
)

_PARTS = {
    'payments-api': 'captures, disputes, idempotency keys, payouts, receipts, refunds, the rates client',
    'web': 'gift cards, order history, search, the address form, the cart, the checkout, vouchers',
    'ledger': 'balances, closed periods, currency pairs, postings, snapshots, statements, the audit log',
    'infra': 'alerts, backups, dashboards, node pools, read replicas, secrets, the build runners',
    'design-system': 'buttons, dialogs, form fields, menus, tabs, the date picker, the table',
    'mobile': 'biometric unlock, deep links, onboarding, push messages, the offline queue, widgets',
    'docs': 'code samples, diagrams, page templates, redirects, the link checker, the search index',
}

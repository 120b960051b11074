"""What scripts are told in JSON, as the contract promises it: pulls, numbers, the sync, accounts."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from reviewflow import policy
from reviewflow.card import Card
from reviewflow.models import Check, Label, Progress, PullRequest, Review, Status, SyncStatus
from reviewflow.our_hook import HookReport, HooksReport

if TYPE_CHECKING:  # accounts take long to import, and commands are to start fast
    from reviewflow.accounts import User

Json = dict[str, Any]

_PULL_URL = re.compile(r'(https?://.+)/[^/]+/[^/]+/pull/\d+')


def pull_json(card: Card) -> Json:
    """Say what lists say of a pull; None is unknown."""
    pull, detail = card.pull, card.pull.detail
    return {
        'id': card.key,
        'repository': pull.repository,
        'number': pull.number,
        'title': pull.title,
        'url': pull.url,
        'author': pull.author.login,
        'author_avatar': pull.author.avatar_url,
        'status': card.status,
        'marks': list(card.marks),
        'is_draft': pull.is_draft,
        'base': pull.base,
        'head': pull.head,
        'head_sha': pull.head_sha,
        'additions': detail and detail.additions,
        'deletions': detail and detail.deletions,
        'changed_files': detail and detail.changed_files,
        'checks': card.checks,
        'mergeable': policy.current_mergeable(pull),
        'review_decision': detail and detail.review_decision,
        'labels': [label_json(label) for label in pull.labels],
        'assignees': [person.login for person in pull.assignees],
        'requested_reviewers': [person.login for person in pull.requested_reviewers],
        'requested_teams': list(pull.requested_teams),
        'milestone': pull.milestone or None,
        'comments': detail and detail.comments,
        'threads': detail and detail.threads,
        'open_threads': detail and detail.open_threads,
        'code_owners': detail and detail.code_owners and list(detail.code_owners),
        'created_at': moment(pull.created_at),
        'updated_at': moment(pull.updated_at),
        'closed_at': moment(pull.closed_at),
        'merged_at': moment(pull.merged_at),
    }


def detailed_pull_json(card: Card) -> Json:
    """Add reviews and the single checks; None where they were not read yet."""
    detail, checks = card.pull.detail, policy.current_checks(card.pull)
    return pull_json(card) | {
        'reviews': None if detail is None else [review_json(review) for review in detail.reviews],
        'check_runs': None if checks is None else [check_json(check) for check in checks],
    }


def created_json(pull: PullRequest, *, page: str | None, pages: int) -> Json:
    """Say what was created, on which page it is here, if it is, and how many pages were told."""
    return {
        'repository': pull.repository,
        'number': pull.number,
        'title': pull.title,
        'url': pull.url,
        'is_on_board': page is not None,
        'page': page,
        'pages': pages,
    }


def hooks_json(report: HooksReport) -> Json:
    """Say what was done about webhooks; ``ping`` is how it was answered, None where nobody knows."""
    hooks = [_hook_json(hook) for hook in report.hooks]
    return {'url': report.url, 'hooks': hooks, 'errors': list(report.errors)}


def _hook_json(hook: HookReport) -> Json:
    return {
        'repository': hook.repository,
        'is_new': hook.is_new,
        'repaired': list(hook.repaired),
        'removed': hook.removed,
        'organisation': hook.organisation,
        'ping': hook.ping,
        'has_arrived': hook.has_arrived,
    }


def stats_json(counts: Mapping[str, int]) -> dict[str, int]:
    """Give the total and the five statuses, which sum to it; ``counts`` may lack those that no pull has."""
    statuses = {status.value: counts.get(status, 0) for status in Status}
    return {'total': sum(statuses.values()), **statuses}


def sync_json(sync: SyncStatus) -> Json:
    """Say how the reading of the code host goes; ``fresh_at`` only while something is wrong."""
    return {
        'state': sync.state,
        'forge': sync.forge,
        'interval_s': sync.interval_s,
        'error': sync.error,
        'fresh_at': moment(sync.fresh_at),
        'event_at': moment(sync.changed_at),
        'progress': sync.progress and progress_json(sync.progress),
    }


def progress_json(progress: Progress) -> Json:
    """Say how far a first read got."""
    return {'repositories': progress.repositories, 'pulls': progress.pulls, 'share': progress.share}


def user_json(user: 'User') -> Json:
    """Say what administrators may know of an account."""
    return {
        'name': user.name,
        'role': user.role.value,
        'is_disabled': user.disabled_at is not None,
        'created_at': moment(user.created_at),
        'disabled_at': moment(user.disabled_at),
    }


def label_json(label: Label) -> dict[str, str]:
    """Say what a label is."""
    return {'name': label.name, 'color': label.color}


def review_json(review: Review) -> Json:
    """Say who reviewed what, and how."""
    return {
        'id': review.id,
        'reviewer': review.reviewer.login,
        'state': review.state,
        'submitted_at': moment(review.submitted_at),
        'author_association': review.association,
        'commit_id': review.commit_sha,
    }


def check_json(check: Check) -> Json:
    """Say how a check stands."""
    return {
        'app': check.app,
        'name': check.name,
        'state': check.state,
        'url': check.url,
        'started_at': moment(check.started_at),
        'ended_at': moment(check.ended_at),
    }


def code_host(pull: PullRequest) -> str:
    """Say where ``owner/name`` is to be found on the web; empty where its address does not tell."""
    match = _PULL_URL.fullmatch(pull.url)
    return match[1] if match else ''


def moment(value: datetime | None) -> str | None:
    """Write a time in ISO 8601, UTC."""
    return None if value is None else value.strftime('%Y-%m-%dT%H:%M:%SZ')

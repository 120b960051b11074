"""Pulls, and the lists that each has."""

from collections.abc import Callable, Iterable
from typing import Any

from tests.github import node_id
from tests.github.graphql.asking import Info, Thing
from tests.github.graphql.connection import Page, page
from tests.github.graphql.resolve_check import rollup
from tests.github.graphql.resolve_repository import LABEL_ORDERS, in_queue, state
from tests.github.graphql.values import Resolver, Resolvers, commit, in_order, listed, path, single, someone
from tests.github.holding import Pull
from tests.github.reviewing import decision, opinions
from tests.github.shape import Json

MERGEABLE = {True: 'MERGEABLE', False: 'CONFLICTING', None: 'UNKNOWN'}


def _things(kind: str, of: Callable[[Pull], Iterable[Json]]) -> Resolver:
    def resolve(pull: Pull, info: Info, **cut: Any) -> Page:
        return page(info, [Thing(kind, item, pull.repo, pull) for item in of(pull)], **cut)

    return resolve


def _assignees(pull: Pull, info: Info, **cut: Any) -> Page:
    """People alone: unlike over REST, no bots."""
    people = [person for person in pull.listed['assignees'] if person.get('type', 'User') == 'User']
    return page(info, list(map(someone, people)), **cut)


def _labels(pull: Pull, info: Info, *, orderBy: Json | None = None, **cut: Any) -> Page:  # noqa: N803
    found = in_order(pull.listed['labels'], orderBy, LABEL_ORDERS)
    return page(info, [Thing('Label', label, pull.repo) for label in found], **cut)


def _comments(pull: Pull, info: Info, *, orderBy: Json | None = None, **cut: Any) -> Page:  # noqa: N803
    found = in_order(pull.comments, orderBy, {'UPDATED_AT': 'updated_at'})
    return page(info, [Thing('IssueComment', comment, pull.repo, pull) for comment in found], **cut)


def _reviews(
    pull: Pull,
    info: Info,
    *,
    states: list[str] | None = None,
    author: str | None = None,
    **cut: Any,
) -> Page:
    found = [
        review
        for review in pull.reviews
        if (states is None or review['state'] in states)
        and (author is None or (review['user'] or {}).get('login') == author)
    ]
    return page(info, [Thing('PullRequestReview', review, pull.repo, pull) for review in found], **cut)


def _latest(pull: Pull) -> list[Json]:
    """Everybody's latest review, but of those who are asked again."""
    asked = {person['login'] for person in pull.listed['requested_reviewers']}
    latest = {
        (review['user'] or {}).get('login'): review for review in pull.reviews if review['state'] != 'PENDING'
    }
    return [review for login, review in latest.items() if login not in asked]


def _opinionated(
    pull: Pull,
    info: Info,
    *,
    writersOnly: bool = False,  # noqa: N803
    **cut: Any,
) -> Page:
    found = opinions(pull, of_writers=writersOnly)
    return page(info, [Thing('PullRequestReview', review, pull.repo, pull) for review in found], **cut)


def _asked(pull: Pull) -> Iterable[Json]:
    yield from pull.listed['requested_reviewers']
    yield from pull.listed['requested_teams']


def _commits(pull: Pull, info: Info, **cut: Any) -> Page:
    """Of all but the last we know only that they are."""
    head = pull.listed['head']['sha']
    shas = [f'{number:040x}' for number in range(1, pull.single['commits'])] + [head]
    return page(info, [Thing('PullRequestCommit', {'sha': sha}, pull.repo, pull) for sha in shas], **cut)


def _head(pull: Pull, _: Info) -> Thing | None:
    head = pull.listed['head']
    return Thing('Ref', {'name': head['ref'], 'sha': head['sha']}, pull.repo) if head['repo'] else None


def _entry(pull: Pull, _: Info) -> Thing | None:
    return Thing('MergeQueueEntry', {}, pull.repo, pull) if pull.queued_at is not None else None


def _milestone(pull: Pull, _: Info) -> Thing | None:
    found = pull.listed['milestone']
    return Thing('Milestone', found, pull.repo) if found else None


def _merger(pull: Pull, _: Info) -> Thing | None:
    return someone(pull.single['merged_by'])


def _mergeable(pull: Pull, _: Info) -> str:
    said = MERGEABLE[pull.single['mergeable']]
    pull.remember()
    return said


def _is_viewers(pull: Pull, info: Info) -> bool:
    return bool((pull.listed['user'] or {}).get('login') == info.context.github.login)


def _lock(pull: Pull, _: Info) -> str | None:
    reason = pull.listed['active_lock_reason']
    if not reason:
        return None
    return str(reason).upper().replace('-', '_').replace(' ', '_')


PULL: Resolvers = {
    'PullRequest': {
        'activeLockReason': _lock,
        'additions': single('additions'),
        'assignees': _assignees,
        'author': lambda pull, _: someone(pull.listed['user']),
        'authorAssociation': listed('author_association'),
        'baseRefName': lambda pull, _: pull.listed['base']['ref'],
        'baseRefOid': lambda pull, _: pull.listed['base']['sha'],
        'baseRepository': lambda pull, _: pull.repo,
        'body': lambda pull, _: pull.listed['body'] or '',
        'bodyText': lambda pull, _: pull.listed['body'] or '',
        'changedFiles': single('changed_files'),
        'closed': lambda pull, _: pull.listed['state'] == 'closed',
        'closedAt': listed('closed_at'),
        'comments': _comments,
        'commits': _commits,
        'createdAt': listed('created_at'),
        'databaseId': listed('id'),
        'deletions': single('deletions'),
        'fullDatabaseId': lambda pull, _: str(pull.listed['id']),
        'headRef': _head,
        'headRefName': lambda pull, _: pull.listed['head']['ref'],
        'headRefOid': lambda pull, _: pull.listed['head']['sha'],
        'headRepository': lambda pull, _: pull.repo if pull.listed['head']['repo'] else None,
        'id': listed('node_id'),
        'isCrossRepository': lambda *_: False,
        'isDraft': listed('draft'),
        'isInMergeQueue': lambda pull, _: pull.queued_at is not None,
        'isMergeQueueEnabled': lambda pull, _: pull.repo.has_merge_queue,
        'labels': _labels,
        'latestOpinionatedReviews': _opinionated,
        'latestReviews': _things('PullRequestReview', _latest),
        'locked': listed('locked'),
        'maintainerCanModify': single('maintainer_can_modify'),
        'mergeQueueEntry': _entry,
        'mergeStateStatus': lambda pull, _: pull.single['mergeable_state'].upper(),
        'mergeable': _mergeable,
        'merged': lambda pull, _: pull.listed['merged_at'] is not None,
        'mergedAt': listed('merged_at'),
        'mergedBy': _merger,
        'milestone': _milestone,
        'number': listed('number'),
        'permalink': listed('html_url'),
        'publishedAt': listed('created_at'),
        'repository': lambda pull, _: pull.repo,
        'resourcePath': lambda pull, _: path(pull.listed['html_url']),
        'reviewDecision': lambda pull, _: decision(pull),
        'reviewRequests': _things('ReviewRequest', _asked),
        'reviewThreads': _things('PullRequestReviewThread', lambda pull: pull.threads),
        'reviews': _reviews,
        'state': lambda pull, _: state(pull),
        'statusCheckRollup': rollup,
        'title': listed('title'),
        'totalCommentsCount': lambda pull, _: pull.single['comments'] + pull.single['review_comments'],
        'updatedAt': listed('updated_at'),
        'url': listed('html_url'),
        'viewerDidAuthor': _is_viewers,
    },
    'PullRequestCommit': {
        'commit': lambda found, _: commit(found.repo, found.data['sha'], found.pull),
        'id': lambda found, _: node_id.make('PURC', found.repo.data['id'], found.data['sha']),
        'pullRequest': lambda found, _: found.pull,
        'url': lambda found, _: f'{found.pull.listed["html_url"]}/commits/{found.data["sha"]}',
    },
    'MergeQueueEntry': {
        'enqueuedAt': lambda entry, _: entry.pull.queued_at,
        'id': lambda entry, _: node_id.make('MQE', entry.repo.data['id'], entry.pull.listed['number']),
        'mergeQueue': lambda entry, _: Thing('MergeQueue', {}, entry.repo),
        'position': lambda entry, _: in_queue(entry.repo).index(entry.pull) + 1,
        'pullRequest': lambda entry, _: entry.pull,
        'state': lambda *_: 'QUEUED',
    },
}

"""What our own GitHub says over REST, written as GraphQL would say it."""

from typing import Any

from tests.integration.fake_graphql import Asker


async def single(ask: Asker, name: str, number: int) -> dict[str, Any]:
    """Read one pull."""
    at = f'/repos/{name}'
    data, reviews, comments, threads = [
        await ask.rest(f'{at}/{path}?per_page=100')
        for path in (
            f'pulls/{number}',
            f'pulls/{number}/reviews',
            f'issues/{number}/comments',
            f'pulls/{number}/comments',
        )
    ]
    head = data['head']['sha']
    runs = (await ask.rest(f'{at}/commits/{head}/check-runs?per_page=100'))['check_runs']
    statuses = (await ask.rest(f'{at}/commits/{head}/status?per_page=100'))['statuses']
    by_thread: dict[int, list[Any]] = {}
    for comment in threads:
        key = comment.get('in_reply_to_id', comment['id'])
        said = {'id': comment['node_id'], 'databaseId': comment['id'], 'path': comment['path']}
        by_thread.setdefault(key, []).append(said)
    asked = [who(person) for person in data['requested_reviewers']]
    teams = [
        {'id': team['node_id'], 'slug': team['slug'], 'name': team['name']}
        for team in data['requested_teams']
    ]
    milestone = data['milestone']
    contexts = [
        *map(run_as_graphql, {run['name']: run for run in runs}.values()),
        *map(status_as_graphql, {status['context']: status for status in statuses}.values()),
    ]
    return {
        'id': data['node_id'],
        'databaseId': data['id'],
        'fullDatabaseId': str(data['id']),
        'number': number,
        'title': data['title'],
        'body': data['body'],
        'url': data['html_url'],
        'state': 'MERGED' if data['merged_at'] else data['state'].upper(),
        'isDraft': data['draft'],
        'merged': data['merged_at'] is not None,
        'mergedAt': data['merged_at'],
        'closedAt': data['closed_at'],
        'createdAt': data['created_at'],
        'updatedAt': data['updated_at'],
        'baseRefName': data['base']['ref'],
        'headRefName': data['head']['ref'],
        'headRefOid': head,
        'additions': data['additions'],
        'deletions': data['deletions'],
        'changedFiles': data['changed_files'],
        'totalCommentsCount': len(comments) + len(threads),
        'mergeable': {True: 'MERGEABLE', False: 'CONFLICTING', None: 'UNKNOWN'}[data['mergeable']],
        'locked': data['locked'],
        'authorAssociation': data['author_association'],
        'author': who(data['user']),
        'labels': nodes(
            [
                {key: label[key] for key in ('name', 'color')} | {'id': label['node_id']}
                for label in data['labels']
            ]
        ),
        'assignees': nodes([who(each) for each in data['assignees'] if each['type'] == 'User']),
        'milestone': milestone
        and {'title': milestone['title'], 'number': milestone['number'], 'state': milestone['state'].upper()},
        'reviewRequests': nodes([{'requestedReviewer': each} for each in asked + teams]),
        'reviews': nodes([review_as_graphql(review) for review in reviews]),
        'comments': nodes(
            [
                {
                    'id': each['node_id'],
                    'databaseId': each['id'],
                    'body': each['body'],
                    'author': who(each['user']),
                }
                for each in comments
            ]
        ),
        'reviewThreads': nodes([{'comments': nodes(each)} for each in by_thread.values()]),
        'statusCheckRollup': {'contexts': nodes(contexts)} if contexts else None,
    }


def nodes(items: list[Any]) -> dict[str, list[Any]]:
    return {'nodes': items}


def who(person: dict[str, Any]) -> dict[str, Any]:
    return {
        'login': person['login'].removesuffix('[bot]'),
        'avatarUrl': person['avatar_url'],
        'id': person['node_id'],
        'databaseId': person['id'],
    }


def review_as_graphql(review: dict[str, Any]) -> dict[str, Any]:
    return {
        'id': review['node_id'],
        'fullDatabaseId': str(review['id']),
        'state': review['state'],
        'submittedAt': review['submitted_at'],
        'authorAssociation': review['author_association'],
        'commit': {'oid': review['commit_id']},
        'author': who(review['user']),
    }


def run_as_graphql(run: dict[str, Any]) -> dict[str, Any]:
    return {
        'databaseId': run['id'],
        'name': run['name'],
        'status': run['status'].upper(),
        'conclusion': run['conclusion'] and run['conclusion'].upper(),
        'startedAt': run['started_at'],
        'completedAt': run['completed_at'],
        'detailsUrl': run['details_url'],
        'checkSuite': {'databaseId': run['check_suite']['id'], 'app': {'slug': run['app']['slug']}},
    }


def status_as_graphql(status: dict[str, Any]) -> dict[str, Any]:
    return {
        'id': status['node_id'],
        'context': status['context'],
        'description': status['description'],
        'targetUrl': status['target_url'],
        'createdAt': status['created_at'],
        'worst': status['state'].upper(),
    }


def label_as_graphql(label: dict[str, Any]) -> dict[str, Any]:
    return {'id': label['node_id'], 'name': label['name'], 'color': label['color']}


def comment_as_graphql(comment: dict[str, Any]) -> dict[str, Any]:
    return {
        'id': comment['node_id'],
        'databaseId': comment['id'],
        'body': comment['body'],
        'author': who(comment['user']),
    }

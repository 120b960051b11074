"""What people do when they review."""

from tests.github import node_id, shape, shape_of_parts
from tests.github.holding import Pull
from tests.github.pulls import Pulls
from tests.github.shape import Json

OPINIONS = {'APPROVED', 'CHANGES_REQUESTED', 'DISMISSED'}
WRITERS = {'OWNER', 'MEMBER', 'COLLABORATOR'}


class Reviewing(Pulls):
    """People and teams are asked, and review."""

    def request_review(self, name: str, number: int, *logins: str, as_code_owner: bool = False) -> None:
        """Ask these people, and nobody else, for a review; bots too."""
        pull = self.pull(name, number)
        pull.code_owners -= {person['login'] for person in pull.listed['requested_reviewers']}
        pull.code_owners |= set(logins) if as_code_owner else set()
        self.edit(name, number, requested_reviewers=[shape.user(login) for login in logins])

    def request_team(self, name: str, number: int, *slugs: str, as_code_owner: bool = False) -> None:
        """Ask these teams, and no other, for a review."""
        pull = self.pull(name, number)
        pull.code_owners -= {team['slug'] for team in pull.listed['requested_teams']}
        pull.code_owners |= set(slugs) if as_code_owner else set()
        owner = name.partition('/')[0]
        self.edit(name, number, requested_teams=[shape_of_parts.team(owner, slug) for slug in slugs])

    def review(
        self,
        name: str,
        number: int,
        *,
        by: str = 'ben',
        state: str = 'APPROVED',
        association: str = 'MEMBER',
        touches: bool = True,
    ) -> int:
        """Submit a review, which ends its request; gives its id."""
        pull, id_ = self.pull(name, number), next(self._ids)
        commit = pull.listed['head']['sha']
        made = shape.review(
            id_, by=by, state=state, association=association, at=self._time(), commit=commit
        ) | {
            'node_id': node_id.make('PRR', pull.repo.data['id'], number, id_),
            'html_url': f'{pull.listed["html_url"]}#pullrequestreview-{id_}',
        }
        pull.reviews.append(made)
        asked = pull.listed['requested_reviewers']
        pull.listed['requested_reviewers'] = [person for person in asked if person['login'] != by]
        pull.code_owners.discard(by)
        if touches:
            self._touch(pull)
        self._tell_of(pull, 'pull_request_review', 'submitted', by=by, review=made)
        return id_

    def dismiss(self, name: str, number: int, review_id: int) -> None:
        """Dismiss a review."""
        pull = self.pull(name, number)
        review = next(review for review in pull.reviews if review['id'] == review_id)
        review['state'] = 'DISMISSED'
        self._touch(pull)
        self._tell_of(pull, 'pull_request_review', 'dismissed', review=review)

    def open_thread(
        self, name: str, number: int, *, by: str = 'ben', path: str = 'main.py', line: int = 1
    ) -> str:
        """Comment on a line, which is a review too; gives the thread's id."""
        pull = self.pull(name, number)
        review = self.review(name, number, by=by, state='COMMENTED')
        id_ = node_id.make('PRRT', pull.repo.data['id'], number, next(self._ids))
        pull.threads.append(
            {
                'id': id_,
                'path': path,
                'line': line,
                'is_resolved': False,
                'is_outdated': False,
                'resolved_by': None,
                'comments': [],
            }
        )
        self._comment_on(pull, pull.threads[-1], review, by)
        return id_

    def reply(self, name: str, number: int, thread_id: str, *, by: str = 'ann') -> None:
        """Say something more in a thread."""
        review = self.review(name, number, by=by, state='COMMENTED')
        pull = self.pull(name, number)
        self._comment_on(pull, self._thread(pull, thread_id), review, by)

    def resolve_thread(self, name: str, number: int, thread_id: str, *, by: str = 'ann') -> None:
        """Say that a thread is done; ``updated_at`` stays."""
        pull = self.pull(name, number)
        thread = self._thread(pull, thread_id)
        thread |= {'is_resolved': True, 'resolved_by': shape.user(by)}
        self._tell_of_thread(pull, 'resolved', thread, by)

    def unresolve_thread(self, name: str, number: int, thread_id: str, *, by: str = 'ann') -> None:
        """Say that a thread is not done after all; ``updated_at`` stays."""
        pull = self.pull(name, number)
        thread = self._thread(pull, thread_id)
        thread |= {'is_resolved': False, 'resolved_by': None}
        self._tell_of_thread(pull, 'unresolved', thread, by)

    def _comment_on(self, pull: Pull, thread: Json, review: int, by: str) -> None:
        id_, number = next(self._ids), pull.listed['number']
        made = shape_of_parts.review_comment(
            pull.listed, id_, by=by, path=thread['path'], line=thread['line'], at=self._time()
        )
        made |= {
            'node_id': node_id.make('PRRC', pull.repo.data['id'], number, id_),
            'pull_request_review_id': review,
        }
        if thread['comments']:
            made['in_reply_to_id'] = thread['comments'][0]['id']
        thread['comments'].append(made)
        pull.single['review_comments'] += 1
        self._tell_of(pull, 'pull_request_review_comment', 'created', by=by, comment=made)

    def _tell_of_thread(self, pull: Pull, action: str, thread: Json, by: str) -> None:
        said = {'node_id': thread['id'], 'comments': thread['comments']}
        self._tell_of(pull, 'pull_request_review_thread', action, by=by, thread=said)

    @staticmethod
    def _thread(pull: Pull, id_: str) -> Json:
        return next(thread for thread in pull.threads if thread['id'] == id_)


def opinions(pull: Pull, *, of_writers: bool = False) -> list[Json]:
    """Everybody's latest review that approves, requests changes or was dismissed, in order."""
    latest: dict[str, Json] = {}
    for review in pull.reviews:
        by = (review['user'] or {}).get('login', '')
        if review['state'] in OPINIONS and (not of_writers or review['author_association'] in WRITERS):
            latest.pop(by, None)
            latest[by] = review
    return list(latest.values())


def decision(pull: Pull) -> str | None:
    """Say what the reviews come to where reviews are required; None elsewhere."""
    if not pull.repo.requires_reviews:
        return None
    states = {review['state'] for review in opinions(pull, of_writers=True)}
    decided = [state for state in ('CHANGES_REQUESTED', 'APPROVED') if state in states]
    return decided[0] if decided else 'REVIEW_REQUIRED'

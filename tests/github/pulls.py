"""What people do with pulls."""

from collections.abc import Callable
from typing import Any

from tests.github import node_id, shape, shape_of_parts
from tests.github.difference import events
from tests.github.holding import Pull
from tests.github.repositories import Repositories
from tests.github.shape import Json

UNKNOWN = {'mergeable': None, 'mergeable_state': 'unknown', 'rebaseable': None}
"""What a single pull says until GitHub has worked out whether it can be merged."""


class Pulls(Repositories):
    """Pulls are opened, changed, merged and closed."""

    def open_pull(self, name: str, title: str = 'A pull', /, *, author: str = 'ann', **fields: Any) -> int:
        """Open a pull; ``fields`` overwrite what a list says of it. Gives its number."""
        repo = self.repo(name)
        number = repo.highest = max(repo.highest, len(repo.pulls)) + 1
        listed = shape.listed_pull(
            repo.data, next(self._ids), number, title=title, author=author, at=self._time()
        )
        listed |= self._in_full(name, fields)
        repo.pulls[number] = Pull(repo=repo, listed=listed, touched=next(self._touches))
        self._tell_of(repo.pulls[number], 'pull_request', 'opened', by=author)
        return number

    def open_pulls_in_bulk(self, name: str, many: int, fields: Callable[[int], Json] = lambda _: {}) -> range:
        """Open many pulls, of which nobody is told; ``fields`` may also say when each was updated.

        Gives their numbers.
        """
        repo, at = self.repo(name), self._time()
        first = max(repo.highest, len(repo.pulls)) + 1
        made: list[Pull] = []
        for number in range(first, first + many):
            said = self._in_full(name, fields(number))
            title, author = said.get('title', f'Pull {number}'), said.pop('author', 'ann')
            listed = shape.listed_pull(repo.data, next(self._ids), number, title=title, author=author, at=at)
            made.append(Pull(repo=repo, listed=listed | said, touched=0))
        for pull in sorted(made, key=lambda pull: str(pull.listed['updated_at'])):
            pull.touched = next(self._touches)
        repo.pulls |= {pull.listed['number']: pull for pull in made}
        repo.highest = first + many - 1
        return range(first, first + many)

    def edit(self, name: str, number: int, /, **fields: Any) -> None:
        """Overwrite fields of a pull, also with rubbish; what only the single pull has stays there."""
        self._set(name, number, fields)

    def _set(self, name: str, number: int, fields: Json, *, by: str | None = None) -> None:
        pull = self.pull(name, number)
        before = pull.listed.copy()
        self._touch(pull)
        for key, value in self._in_full(name, fields).items():
            (pull.single if key in pull.single else pull.listed)[key] = value
        if self._listeners:
            for action, said in events(before, pull.listed, fields):
                self._tell_of(pull, 'pull_request', action, by=by, **said)

    def _in_full(self, name: str, fields: Json) -> Json:
        """Complete labels of which only the name is said; rubbish stays as it is."""
        labels = fields.get('labels')
        if not isinstance(labels, list):
            return fields
        return fields | {'labels': [self._label(name, label) for label in labels]}

    def _label(self, name: str, label: Any) -> Any:
        if not isinstance(label, dict) or not isinstance(label.get('name'), str):
            return label
        known = self.repo(name).labels.get(label['name'])
        if known is None:
            known = self.add_label(name, label['name'])
            known |= label
        return known if known | label == known else known | label

    def push(self, name: str, number: int, *, forced: bool = False) -> str:
        """Push a commit; gives its sha."""
        pull = self.pull(name, number)
        before, repo = pull.listed['head']['sha'], self.repo(name)
        commit = shape.sha(name, number, next(self._ids))
        if not forced:
            pull.single['commits'] += 1
        for thread in pull.threads if forced else ():
            thread['is_outdated'] = True
        head, by = pull.listed['head'] | {'sha': commit}, pull.listed['user']['login']
        ref = f'refs/heads/{head["ref"]}'
        self._tell('push', None, repo, by=by, ref=ref, before=before, after=commit, forced=forced)
        self._set(name, number, {'head': head}, by=by)
        return commit

    def force_push(self, name: str, number: int) -> str:
        """Replace the head by another commit; gives its sha."""
        return self.push(name, number, forced=True)

    def retarget(self, name: str, number: int, base: str) -> None:
        """Set another base."""
        owner = self.pull(name, number).listed['base']['user']['login']
        new = {'ref': base, 'label': f'{owner}:{base}', 'sha': shape.sha(name, base)}
        self.edit(name, number, base=self.pull(name, number).listed['base'] | new)

    def convert_to_draft(self, name: str, number: int) -> None:
        """Say that it is not ready."""
        self.edit(name, number, draft=True)

    def mark_ready(self, name: str, number: int) -> None:
        """Say that it is ready for review."""
        self.edit(name, number, draft=False)

    def set_mergeable(self, name: str, number: int, mergeable: bool | None, state: str = '') -> None:
        """Let GitHub come to know, or forget, whether it can be merged; ``updated_at`` stays, as there."""
        usual = {True: 'clean', False: 'dirty', None: 'unknown'}
        pull = self.pull(name, number)
        pull.forgotten = {}
        pull.single |= {
            'mergeable': mergeable,
            'mergeable_state': state or usual[mergeable],
        }

    def push_to_base(self, name: str, base: str = 'main') -> None:
        """Push to a branch: GitHub forgets of the open pulls into it whether they can be merged.

        It works that out once somebody asks, who still gets "unknown"; ``updated_at`` stays.
        """
        repo, commit = self.repo(name), shape.sha(name, base, next(self._ids))
        before, repo.branches[base] = repo.branches[base], commit
        self._tell('push', None, repo, ref=f'refs/heads/{base}', before=before, after=commit, forced=False)
        for pull in repo.pulls.values():
            if pull.listed['state'] == 'open' and pull.listed['base']['ref'] == base and not pull.forgotten:
                pull.forgotten = {key: pull.single[key] for key in UNKNOWN}
                pull.single |= UNKNOWN

    def merge(self, name: str, number: int) -> None:
        """Merge a pull."""
        now = self._time()
        self.pull(name, number).forgotten = {}
        self.edit(name, number, state='closed', closed_at=now, merged_at=now, merged=True, mergeable=None)

    def close(self, name: str, number: int) -> None:
        """Close a pull."""
        self.edit(name, number, state='closed', closed_at=self._time())

    def reopen(self, name: str, number: int) -> None:
        """Open a closed pull again."""
        self.edit(name, number, state='open', closed_at=None)

    def delete_pull(self, name: str, number: int) -> None:
        """Take a pull away for good, as GitHub does with spam; it tells nobody."""
        del self.repo(name).pulls[number]

    def enqueue(self, name: str, number: int, *, by: str = 'ann') -> None:
        """Put a pull into the merge queue."""
        pull = self.pull(name, number)
        pull.repo.has_merge_queue, pull.queued_at, pull.turn = True, self._time(), next(self._ids)
        self._tell_of(pull, 'pull_request', 'enqueued', by=by)

    def dequeue(self, name: str, number: int, *, by: str = 'ann', reason: str = 'MANUAL') -> None:
        """Take a pull out of the merge queue."""
        pull = self.pull(name, number)
        pull.queued_at = None
        self._tell_of(pull, 'pull_request', 'dequeued', by=by, reason=reason)

    def comment(self, name: str, number: int, *, by: str = 'ben', body: str = 'Well done.') -> int:
        """Comment on a pull as a whole; gives the comment's id."""
        pull, id_ = self.pull(name, number), next(self._ids)
        made = shape_of_parts.comment(pull.listed, id_, by=by, body=body, at=self._time())
        made['node_id'] = node_id.make('IC', pull.repo.data['id'], number, id_)
        pull.comments.append(made)
        pull.single['comments'] += 1
        self._touch(pull)
        issue = {key: pull.listed[key] for key in ('number', 'title', 'user', 'state', 'updated_at')}
        issue['pull_request'] = {'html_url': pull.listed['html_url']}
        self._tell('issue_comment', 'created', pull.repo, by=by, issue=issue, comment=made)
        return id_

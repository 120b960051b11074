"""What programs say of commits: check runs, and statuses as they were before."""

import zlib

from tests.github import node_id, shape
from tests.github.holding import Pull, Repo
from tests.github.reviewing import Reviewing
from tests.github.shape import Json


class Checking(Reviewing):
    """Checks run; no pull's ``updated_at`` moves by them, as on GitHub."""

    def check(
        self,
        name: str,
        number: int,
        check: str = 'test',
        conclusion: str | None = 'success',
        *,
        app: str = 'ci',
        status: str = '',
        started_at: str | None = None,
        completed_at: str | None = None,
        details_url: str | None = None,
    ) -> int:
        """Run a check on the head, unfinished without a conclusion; gives the run's id.

        Run it again for its next state: the latest run of a name and app is the one that counts.
        """
        pull, id_ = self.pull(name, number), next(self._ids)
        repo, commit, at = pull.repo, pull.listed['head']['sha'], self._time()
        run = shape.check_run(
            id_, name=check, conclusion=conclusion, app=app, at=started_at or at, commit=commit, status=status
        )
        suite = zlib.crc32(f'{repo.data["id"]}/{commit}/{app}'.encode()) + 1
        run |= {
            'node_id': node_id.make('CR', repo.data['id'], commit, id_),
            'check_suite': {'id': suite, 'node_id': node_id.make('CS', repo.data['id'], commit, app)},
            'details_url': details_url or run['details_url'],
        }
        if run['status'] == 'queued':
            run['started_at'] = None
        if run['status'] == 'completed':
            run['completed_at'] = completed_at or at
        repo.check_runs.setdefault(commit, []).append(run)
        self._tell_of_check(pull, run, app)
        return id_

    def status(
        self,
        name: str,
        number: int,
        context: str = 'build',
        state: str = 'success',
        *,
        description: str | None = None,
        target_url: str | None = None,
    ) -> int:
        """Set a commit status of the head; gives its id."""
        pull, id_ = self.pull(name, number), next(self._ids)
        commit = pull.listed['head']['sha']
        made = shape.status(id_, context=context, state=state, at=self._time())
        made['node_id'] = node_id.make('SC', pull.repo.data['id'], commit, id_)
        made['description'] = description
        made['target_url'] = target_url or made['target_url']
        pull.repo.statuses.setdefault(commit, []).append(made)
        branches = [{'name': pull.listed['head']['ref'], 'commit': {'sha': commit}}]
        said = {**made, 'sha': commit, 'name': name, 'commit': {'sha': commit}, 'branches': branches}
        self._tell('status', None, pull.repo, **said)
        return id_

    def _tell_of_check(self, pull: Pull, run: Json, app: str) -> None:
        if not self._listeners:
            return
        commit, head = run['head_sha'], pull.listed['head']['ref']
        of_pulls = [{'id': pull.listed['id'], 'number': pull.listed['number'], 'head': {'sha': commit}}]
        is_done = run['status'] == 'completed'
        suite = run['check_suite'] | {'head_sha': commit, 'head_branch': head, 'pull_requests': of_pulls}
        said = {**run, 'check_suite': suite, 'pull_requests': of_pulls}
        self._tell('check_run', 'completed' if is_done else 'created', pull.repo, check_run=said)
        of_app = [known for known in latest_of(pull.repo, commit)[0] if known['app']['slug'] == app]
        if all(known['status'] == 'completed' for known in of_app):
            conclusion = 'success' if all(each['conclusion'] == 'success' for each in of_app) else 'failure'
            suite |= {'status': 'completed', 'conclusion': conclusion, 'app': run['app']}
            self._tell('check_suite', 'completed', pull.repo, check_suite=suite)


def latest_of(repo: Repo, sha: str) -> tuple[list[Json], list[Json]]:
    """Give the latest run of each name and app, and the latest status of each context, of a commit."""
    runs, statuses = list(repo.check_runs.get(sha, ())), list(repo.statuses.get(sha, ()))
    return (
        list({(run['app']['slug'], run['name']): run for run in runs}.values()),
        list({status['context']: status for status in statuses}.values()),
    )

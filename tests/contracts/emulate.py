"""``emulate``, a GitHub that we did not write: run it, act on it; see :mod:`tests.npm` for where it is."""

import json
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests import npm
from tests.ports import free_port


@contextmanager
def running(folder: Path, *, people: Sequence[str], repositories: Sequence[str]) -> Iterator['Emulator']:
    """Start an emulator with these people and ``owner/name`` repositories; its seed goes into ``folder``."""
    seed = folder / 'seed.yaml'
    seed.write_text(json.dumps(_seed(people, repositories)))  # JSON is YAML
    url = f'http://127.0.0.1:{free_port()}'
    what = ['start', '--service', 'github', '--seed', str(seed), '--base-url', url]
    with subprocess.Popen(
        [npm.node(), npm.MODULES / 'emulate/dist/index.js', *what, '--port', url.rpartition(':')[2]],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        too_late = threading.Timer(30, process.kill)
        too_late.start()
        try:
            _await_ready(process)
            too_late.cancel()
            with httpx.Client(base_url=url, trust_env=False, timeout=60) as http:
                yield Emulator(url, http)
        finally:
            too_late.cancel()
            process.terminate()


class Emulator:
    """A running emulator, and what people do there."""

    def __init__(self, url: str, http: httpx.Client) -> None:
        self.url = url
        self._http = http

    @staticmethod
    def token(login: str) -> str:
        """Give somebody's token."""
        return f'token-of-{login}'

    def open_pull(self, repository: str, title: str, *, by: str, draft: bool = False) -> int:
        """Open a pull from a new branch; gives its number."""
        main = self._act(by, 'GET', f'/repos/{repository}/branches/main')['commit']['sha']
        branch = f'branch-{len(self._act(by, "GET", f"/repos/{repository}/branches?per_page=100"))}'
        self._act(by, 'POST', f'/repos/{repository}/git/refs', ref=f'refs/heads/{branch}', sha=main)
        body = {'title': title, 'head': branch, 'base': 'main', 'draft': draft}
        return int(self._act(by, 'POST', f'/repos/{repository}/pulls', **body)['number'])

    def invite(self, repository: str, login: str) -> None:
        """Make somebody a collaborator, so that their reviews count."""
        self._act(repository.partition('/')[0], 'PUT', f'/repos/{repository}/collaborators/{login}')

    def review(self, repository: str, number: int, *, by: str, event: str = 'APPROVE') -> None:
        """Submit a review: ``APPROVE``, ``REQUEST_CHANGES`` or ``COMMENT``."""
        self._act(by, 'POST', f'/repos/{repository}/pulls/{number}/reviews', event=event, body='Well.')

    def request_review(self, repository: str, number: int, login: str) -> None:
        """Ask for a review."""
        self._act_as_owner('POST', repository, f'pulls/{number}/requested_reviewers', reviewers=[login])

    def end_request(self, repository: str, number: int, login: str) -> None:
        """End a request for a review, which on GitHub the review itself would do."""
        self._act_as_owner('DELETE', repository, f'pulls/{number}/requested_reviewers', reviewers=[login])

    def check(self, repository: str, number: int, name: str, conclusion: str) -> None:
        """Complete a check of the head."""
        sha = self._act_as_owner('GET', repository, f'pulls/{number}')['head']['sha']
        run = {'name': name, 'head_sha': sha, 'status': 'completed', 'conclusion': conclusion}
        self._act_as_owner('POST', repository, 'check-runs', **run)

    def merge(self, repository: str, number: int) -> None:
        """Merge a pull."""
        self._act_as_owner('PUT', repository, f'pulls/{number}/merge')

    def close(self, repository: str, number: int) -> None:
        """Close a pull."""
        self._act_as_owner('PATCH', repository, f'pulls/{number}', state='closed')

    def reopen(self, repository: str, number: int) -> None:
        """Open a closed pull again."""
        self._act_as_owner('PATCH', repository, f'pulls/{number}', state='open')

    def has_file(self, repository: str, file: str, *, branch: str) -> bool:
        """Tell whether a file is there."""
        response = self._http.get(f'/repos/{repository}/contents/{file}', params={'ref': branch})
        return response.status_code == 200

    def _act_as_owner(self, method: str, repository: str, path: str, **body: Any) -> Any:
        return self._act(repository.partition('/')[0], method, f'/repos/{repository}/{path}', **body)

    def _act(self, login: str, method: str, path: str, **body: Any) -> Any:
        headers = {'Authorization': f'Bearer {self.token(login)}'}
        json_body = None if method == 'GET' else body
        response = self._http.request(method, path, json=json_body, headers=headers)
        response.raise_for_status()
        return response.json() if response.content else None


def _seed(people: Sequence[str], repositories: Sequence[str]) -> dict[str, Any]:
    named = [name.partition('/') for name in repositories]
    return {
        'tokens': {Emulator.token(login): {'login': login, 'scopes': ['repo', 'user']} for login in people},
        'github': {
            'users': [{'login': login, 'name': login.title()} for login in people],
            'repos': [{'owner': owner, 'name': name, 'auto_init': True} for owner, _, name in named],
        },
    }


def _await_ready(process: 'subprocess.Popen[str]') -> None:
    said = []
    for line in process.stdout or ():
        said.append(line)
        if 'Ready' in line:
            return
    raise RuntimeError('emulate does not start: ' + ''.join(said))

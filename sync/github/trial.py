"""Create a small real pull, to see that everything works: a branch, a file on it, the pull.

Each step is sent once. When one fails, the branch is removed again; it takes the pull with it.

Sources:
    https://docs.github.com/en/rest/git/refs
    https://docs.github.com/en/rest/repos/contents#create-or-update-file-contents
    https://docs.github.com/en/rest/pulls/pulls#create-a-pull-request
"""

import asyncio
import base64
import secrets
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

from reviewflow.errors import ForgeError, ForgeUnavailable, LeftBehind, NotAsked, WriteRefused
from reviewflow.models import PullRequest, Repository
from reviewflow.text import REF_MAX, line
from sync.github import normalise, value
from sync.github.client import GitHubClient

BODY = """Created by `python main.py create-test-pr` of ReviewFlow, to see a new pull request arrive.

It adds one file that nothing uses. Close it and delete its branch whenever you like.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What a pull is made against."""

    repository: Repository
    branch: str


class Trial:
    """One such pull."""

    def __init__(self, client: GitHubClient, api: str, base: Base) -> None:
        mark = secrets.token_hex(4)
        self.branch = f'reviewflow-test-{mark}'
        self._title = f'ReviewFlow test pull request {mark}'
        self._client = client
        self._base = base
        self._name = base.repository.name
        self._url = f'{api}/repos/{self._name}'

    async def create(self) -> PullRequest:
        """Create it.

        Raises:
            ForgeError: nothing is left of it.
            LeftBehind: something is.
        """
        address = f'{self._url}/branches/{quote(self._base.branch)}'
        head = (await self._client.get(address, _head, about=self._name)).value
        try:
            await self._write('POST', 'git/refs', ref=f'refs/heads/{self.branch}', sha=head)
        except NotAsked:
            raise
        except (ForgeUnavailable, asyncio.CancelledError) as error:
            await self._remove(error)  # it may have been made: no answer says neither
            raise
        try:
            await self._write('PUT', f'contents/{self.branch}.md', **self._file())
            return await self._open()
        except (ForgeError, asyncio.CancelledError) as error:
            await self._remove(error)
            raise

    async def _open(self) -> PullRequest:
        """Open the pull, or find it where the answer was lost."""
        try:
            data = await self._write(
                'POST', 'pulls', title=self._title, body=BODY, head=self.branch, base=self._base.branch
            )
        except ForgeUnavailable:
            if (found := await self._find()) is None:
                raise
            return found
        return normalise.pull(data, self._base.repository)[0]

    async def _find(self) -> PullRequest | None:
        owner = self._name.partition('/')[0]
        parse = partial(normalise.pulls, asked=self._base.repository)
        address = f'{self._url}/pulls?state=open&head={owner}:{self.branch}'
        _, pulls = (await self._client.get(address, parse, about=self._name)).value
        return next((pull for pull in pulls if pull.head == self.branch), None)

    async def _remove(self, reason: BaseException) -> None:
        """Remove the branch; one that was never made cannot be, which is as good (HTTP 422)."""
        try:
            await self._write('DELETE', f'git/refs/heads/{self.branch}')
        except WriteRefused as error:
            if error.status == 422:
                return
            raise self._left_behind(reason, error) from None
        except ForgeError as error:
            raise self._left_behind(reason, error) from None

    def _left_behind(self, reason: BaseException, error: ForgeError) -> LeftBehind:
        return LeftBehind(
            reason if isinstance(reason, ForgeError) else error, f'the branch {self.branch} of {self._name}'
        )

    def _file(self) -> dict[str, str]:
        text = f'# {self._title}\n\n{BODY}'
        content = base64.b64encode(text.encode()).decode()
        return {'message': f'Add {self.branch}.md', 'content': content, 'branch': self.branch}

    async def _write(self, method: str, path: str, **body: str) -> Any:
        return await self._client.write(method, f'{self._url}/{path}', body or None, about=self._name)


def base_of(data: Any) -> Base:
    """Read a repository, and which branch it has by default."""
    branch = line(value.dig(data, 'default_branch'), at_most=REF_MAX)
    if not branch:
        raise ForgeUnavailable('a repository without a default branch')
    return Base(repository=normalise.repository(data), branch=branch)


def _head(data: Any) -> str:
    sha = value.matching(normalise.SHA, value.dig(data, 'commit', 'sha'))
    if sha is None:
        raise ForgeUnavailable('a branch without a commit')
    return sha

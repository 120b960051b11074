"""What can be changed in our own GitHub over REST: branches, files, and pulls made of them.

Source: https://docs.github.com/en/rest/git/refs
"""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

from tests.github import shape
from tests.github.state import Repo, State

Changed = tuple[int, Any]
"""The HTTP status, and what is answered."""
REFS = 'refs/heads/'


class Writing(State):
    """A GitHub to which a token may write, unless told otherwise."""

    may_write = True
    """Whether the token may."""

    @property
    def writes(self) -> Mapping[tuple[str, str], Callable[[Repo, Request, Any], Changed]]:
        """Method and path below a repository → what it does."""
        return {
            ('POST', '/git/refs'): self._create_branch,
            ('DELETE', '/git/refs/heads/{branch:path}'): self._delete_branch,
            ('PUT', '/contents/{file:path}'): self._put_file,
            ('POST', '/pulls'): self._open_pull,
        }

    def _create_branch(self, repo: Repo, _: Request, data: Any) -> Changed:
        branch = str(data['ref']).removeprefix(REFS)
        if branch in repo.branches:
            raise HTTPException(422, 'Reference already exists')
        if data['sha'] not in repo.branches.values():
            raise HTTPException(422, 'Object does not exist')
        repo.branches[branch] = data['sha']
        return 201, {'ref': data['ref'], 'object': {'type': 'commit', 'sha': data['sha']}}

    def _delete_branch(self, repo: Repo, request: Request, _: Any) -> Changed:
        """Delete a branch, which closes its pulls."""
        branch = request.path_params['branch']
        if branch not in repo.branches:
            raise HTTPException(422, 'Reference does not exist')
        del repo.branches[branch]
        for number, pull in repo.pulls.items():
            if pull.listed['head']['ref'] == branch:
                self.close(repo.data['full_name'], number)
        return 204, None

    def _put_file(self, repo: Repo, request: Request, data: Any) -> Changed:
        file, branch = request.path_params['file'], data['branch']
        if branch not in repo.branches:
            raise HTTPException(404, f'Branch {branch} not found')
        repo.files[branch, file] = data['content']
        repo.branches[branch] = shape.sha(branch, file, data['content'])
        return 201, {'content': {'path': file}, 'commit': {'sha': repo.branches[branch]}}

    def _open_pull(self, repo: Repo, _: Request, data: Any) -> Changed:
        head, base = data['head'], data['base']
        if head not in repo.branches or base not in repo.branches:
            raise HTTPException(422, 'Validation Failed')
        if repo.branches[head] == repo.branches[base]:
            raise HTTPException(422, f'No commits between {base} and {head}')
        name = repo.data['full_name']
        number = self.open_pull(name, data['title'], body=data['body'])
        pull = self.pull(name, number)
        pull.listed['head'] |= {'ref': head, 'sha': repo.branches[head]}
        return 201, pull.listed | pull.single

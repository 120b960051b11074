"""A GitHub of our own: REST as far as ReviewFlow reads it, and GraphQL; in process or on a loopback port.

>>> github = FakeGitHub()
>>> github.add_repository('acme/api')
>>> number = github.open_pull('acme/api', 'Fix it', author='ann')
>>> github.review('acme/api', number, by='ben')
>>> forge = GitHubForge(GitHub(api_url=github.url, token=github.token), transport=github.transport)

With :func:`serve` it listens on a port, for a server or a browser in another process;
:func:`listen` can stop and start that. By hand: ``make demo-github``, see ``docs/fake-github.md``.
"""

from tests.github import fault
from tests.github.app import FakeGitHub
from tests.github.server import listen, serve

__all__ = ['FakeGitHub', 'fault', 'listen', 'serve']

"""The addresses of a GitHub: of its API, of its pages, and what people mistake for them. Pure."""

from urllib.parse import urlencode, urlsplit

from reviewflow.settings import GITHUB_API

ENTERPRISE_PATH = '/api/v3'


def web_address(api_url: str) -> str:
    """Give the address of the pages that belong to an API.

    Sources:
        https://docs.github.com/en/enterprise-server/rest/quickstart
        https://docs.github.com/en/enterprise-cloud@latest/admin/data-residency
    """
    parts = urlsplit(api_url)
    has_own_name = parts.path == '' and (parts.hostname or '').startswith('api.')
    return f'{parts.scheme}://{parts.netloc.removeprefix("api.") if has_own_name else parts.netloc}'


def better_address(api_url: str) -> str | None:
    """Give the API that belongs to an address of GitHub's pages; None when it looks like an API."""
    parts = urlsplit(api_url)
    host = (parts.hostname or '').removeprefix('www.')
    if host == 'github.com':
        return GITHUB_API
    if host.endswith('.ghe.com') and not host.startswith('api.'):
        return f'https://api.{host}'
    if parts.path or host.startswith('api.'):
        return None
    return f'{parts.scheme}://{parts.netloc}{ENTERPRISE_PATH}'


def is_mistaken(api_url: str) -> bool:
    """Whether this is surely the address of pages: not even a request is worth it, nor a token."""
    host = (urlsplit(api_url).hostname or '').removeprefix('www.')
    return host == 'github.com' or (host.endswith('.ghe.com') and not host.startswith('api.'))


def new_token_address(api_url: str, *, classic: bool = False) -> str:
    """Give the page on which somebody makes a token; what it is for is filled in where that is possible."""
    page = f'{web_address(api_url)}/settings'
    if classic:
        return f'{page}/tokens/new?{urlencode({"scopes": "repo,read:org", "description": "ReviewFlow"})}'
    return f'{page}/personal-access-tokens/new'


def repository_at(entered: str, api_url: str) -> str:
    """Take ``owner/name`` out of the address of a page of this GitHub; all else stays as it was entered."""
    start = f'{web_address(api_url)}/'
    if not entered.lower().startswith(start.lower()):
        return entered
    path = entered[len(start) :].partition('?')[0].partition('#')[0]
    return '/'.join(path.split('/')[:2]).removesuffix('.git')

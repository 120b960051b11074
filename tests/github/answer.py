"""Questions and answers as GitHub takes and gives them."""

import json
from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response

from tests.github.shape import Json
from tests.github.state import Pull, Repo


def as_json(data: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(json.dumps(data), status, headers, media_type='application/json')


def paged(request: Request, items: list[Json], wrap: Callable[[list[Json]], object] = list) -> Response:
    """Cut out the page that was asked for, and link to the next."""
    page, size = int(request.query_params.get('page', 1)), int(request.query_params.get('per_page', 30))
    url = request.url.include_query_params(page=page + 1)
    link = {'link': f'<{url}>; rel="next"'} if page * size < len(items) else None
    return as_json(wrap(items[(page - 1) * size : page * size]), headers=link)


def is_of(pull: Pull, query: Mapping[str, str]) -> bool:
    branch = query.get('head', '').partition(':')[2]
    return not branch or bool(pull.listed['head']['ref'] == branch)


def is_meant(repo: Repo, request: Request) -> bool:
    params = request.path_params
    if 'id' in params:
        return bool(repo.data['id'] == params['id'])
    return bool(repo.data['full_name'] == f'{params["owner"]}/{params["name"]}')

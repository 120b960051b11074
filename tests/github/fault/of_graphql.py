"""What GraphQL answers when it cannot: mostly with 200.

Sources:
    https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from tests.github.answer import as_json
from tests.github.fault.plain import Fault, primary_limit, secondary_limit
from tests.github.fault.true_answer import true_answer
from tests.github.shape import Json

WENT_WRONG = (
    'Something went wrong while executing your query. This may be the result of a timeout, '
    'or it could be a GitHub bug. Please include `FA4E:000000` when reporting this issue.'
)


def refused_document(
    *errors: Json, code: int = 200, headers: Mapping[str, str] | None = None, has_data: bool = False
) -> Fault:
    """Answer with nothing but errors; ``has_data``: and with data that is null."""
    return _respond({'data': None, 'errors': errors} if has_data else {'errors': errors}, code, headers)


def went_wrong() -> Fault:
    """Answer 200, data null, since something went wrong."""
    return refused_document({'message': WENT_WRONG}, has_data=True)


def graphql_timeout(code: int = 502) -> Fault:
    """Give up after ten seconds, as GitHub does: 502 or 504 with a GraphQL error."""
    return refused_document({'message': WENT_WRONG}, code=code, has_data=True)


def resources_exceeded(path: Sequence[str | int] = ('nodes',)) -> Fault:
    """Find the document too heavy."""
    message = 'Resource limits for this query exceeded.'
    return refused_document(
        {'type': 'RESOURCE_LIMITS_EXCEEDED', 'path': list(path), 'message': message}, has_data=True
    )


def too_many_nodes() -> Fault:
    """Refuse a document that asks for too much, before it is run."""
    message = 'This query requests up to 1,000,000 possible nodes which exceeds the maximum limit of 500,000.'
    return refused_document({'type': 'MAX_NODE_LIMIT_EXCEEDED', 'message': message})


def lost_nodes(*places: int, kind: str | None = None) -> Fault:
    """Answer with null and an error in these places of ``nodes``, or in all, though they exist."""

    async def fault(request: Request) -> Response:
        response = true_answer(request)
        answer = json.loads(bytes(response.body))
        nodes = answer['data']['nodes']
        for place in places or range(len(nodes)):
            nodes[place] = None
            error: Json = {'type': kind} if kind else {}
            error |= {'path': ['nodes', place], 'message': WENT_WRONG}
            answer.setdefault('errors', []).append(error)
        headers = {key: value for key, value in response.headers.items() if key != 'content-length'}
        return as_json(answer, response.status_code, headers)

    return fault


def graphql_limit(resets_at: datetime, kind: str = 'RATE_LIMITED') -> Fault:
    """Refuse since the hour's points are spent: 200; of late the kind is also ``RATE_LIMIT``."""

    async def fault(request: Request) -> Response:
        headers = (await primary_limit(resets_at)(request)).headers
        said = {key: value for key, value in headers.items() if key.startswith('x-')}
        message = 'API rate limit exceeded for user ID 1.'
        return as_json({'errors': [{'type': kind, 'message': message}]}, 200, said)

    return fault


def graphql_secondary_limit(retry_after: timedelta | datetime | None = None, code: int = 200) -> Fault:
    """Refuse since too much came at once: by a 403 as REST does, or by a 200 with an error."""
    if code != 200:
        return secondary_limit(retry_after, code)

    async def fault(request: Request) -> Response:
        headers = (await secondary_limit(retry_after)(request)).headers
        said = {'retry-after': headers['retry-after']} if 'retry-after' in headers else {}
        message = 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.'
        return as_json({'data': None, 'errors': [{'message': message}]}, 200, said)

    return fault


def _respond(data: Json, code: int, headers: Mapping[str, str] | None) -> Fault:
    async def fault(_: Request) -> Response:
        return as_json(data, code, headers)

    return fault

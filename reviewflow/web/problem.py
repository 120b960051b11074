"""Errors for programs, in the way of RFC 9457."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse

DESCRIPTION: dict[str, Any] = {
    'description': 'A problem of RFC 9457',
    'content': {
        'application/problem+json': {
            'schema': {
                'type': 'object',
                'properties': {
                    'type': {'type': 'string'},
                    'title': {'type': 'string'},
                    'status': {'type': 'integer'},
                    'detail': {'type': 'string'},
                },
            }
        }
    },
}
"""What the OpenAPI document says of every error."""


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Say what is wrong in a sentence."""
    body = {'type': 'about:blank', 'title': HTTPStatus(status).phrase, 'status': status, 'detail': detail}
    return JSONResponse(body, status, headers, 'application/problem+json')

"""Errors for programs, in the way of RFC 9457."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import JSONResponse


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Say what is wrong in a sentence."""
    body = {'type': 'about:blank', 'title': HTTPStatus(status).phrase, 'status': status, 'detail': detail}
    return JSONResponse(body, status, headers, 'application/problem+json')

"""What REST answers to an error: a problem of RFC 9457."""

from functools import partial
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from reviewflow.errors import (
    AccountError,
    AlreadyRunning,
    ForgeError,
    NobodyCalled,
    NotAccepted,
    NotAllowed,
    Stopped,
    StoreError,
    TooOften,
)
from reviewflow.web.problem import problem
from reviewflow.words import sentence


def add(api: FastAPI) -> None:
    """Teach an application to answer them."""
    for kind, handler in PROBLEMS.items():
        api.add_exception_handler(kind, handler)


async def _refuse(status: int, _: Request, error: Any) -> Response:
    return problem(status, str(error))


async def _http_problem(_: Request, error: Any) -> Response:
    return problem(error.status_code, str(error.detail), error.headers)  # with what it allows


async def _validation_problem(_: Request, error: Any) -> Response:
    first = error.errors()[0]
    names = [part for part in first['loc'] if isinstance(part, str)]
    return problem(422, f'{".".join(names[1:] or names)}: {first["msg"]}')  # "body", if nothing in it


async def _too_often(_: Request, error: Any) -> Response:
    return problem(429, str(error), {'Retry-After': str(error.wait_s)})


async def _forge_problem(_: Request, error: Any) -> Response:
    return problem(502, sentence(error, 'GitHub'))


async def _unexpected(_: Request, __: Any) -> Response:
    return problem(500, 'Something went wrong; the reason is in the log of the server.')


PROBLEMS: dict[type[Exception], Any] = {
    HTTPException: _http_problem,
    RequestValidationError: _validation_problem,
    NotAllowed: partial(_refuse, 403),
    NobodyCalled: partial(_refuse, 404),
    AccountError: partial(_refuse, 409),
    AlreadyRunning: partial(_refuse, 409),
    NotAccepted: partial(_refuse, 422),
    TooOften: _too_often,
    ForgeError: _forge_problem,
    Stopped: partial(_refuse, 503),
    StoreError: partial(_refuse, 503),
    Exception: _unexpected,
}

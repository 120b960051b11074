"""What REST answers when a use case refuses."""

from functools import partial
from typing import Any

from fastapi import FastAPI, Request
from starlette.responses import Response

from reviewflow.errors import AccountError, ForgeError, NobodyCalled, NotAccepted, TooOften
from reviewflow.web.problem import problem
from reviewflow.words import sentence


def add(api: FastAPI, forge_title: str = 'GitHub') -> None:
    """Teach an application to answer them as problems."""
    for kind, status in {NotAccepted: 422, NobodyCalled: 404, AccountError: 409}.items():
        api.add_exception_handler(kind, partial(_refuse, status))
    api.add_exception_handler(TooOften, _too_often)
    api.add_exception_handler(ForgeError, partial(_forge_problem, forge_title))


async def _refuse(status: int, _: Request, error: Any) -> Response:
    return problem(status, str(error))


async def _too_often(_: Request, error: Any) -> Response:
    return problem(429, str(error), {'Retry-After': str(error.wait_s)})


async def _forge_problem(forge_title: str, _: Request, error: Any) -> Response:
    return problem(502, sentence(error, forge_title))

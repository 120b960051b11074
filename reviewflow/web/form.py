"""Plain HTML forms: what they send, and the pages they stand on."""

import asyncio
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qs

from fastapi import Depends, HTTPException, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import ClientDisconnect

from reviewflow.web import assets, paths
from reviewflow.web.body import BODY_MAX, BODY_WITHIN_S
from reviewflow.web.prefix import outside

FIELDS_MAX = 16
TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / 'templates'), autoescape=True, undefined=StrictUndefined
)
THEMES = {'light', 'dark'}


async def read_form(request: Request) -> dict[str, str]:
    """Read the fields of a form, of which the last of a name counts."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_WITHIN_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > BODY_MAX:
                    raise HTTPException(413)
    except (TimeoutError, ClientDisconnect):
        raise HTTPException(408) from None
    try:
        fields = parse_qs(body.decode('utf-8', 'replace'), keep_blank_values=True, max_num_fields=FIELDS_MAX)
    except ValueError:
        raise HTTPException(400) from None
    return {name: values[-1] for name, values in fields.items()}


Form = Annotated[dict[str, str], Depends(read_form)]


def page(request: Request, template: str, status: int, **context: Any) -> HTMLResponse:
    """Draw a page in the theme that was chosen, or else the system's."""
    theme = request.cookies.get('rf_theme')
    html = TEMPLATES.get_template(template).render(
        theme=theme if theme in THEMES else None,
        at=lambda path: outside(request, path),
        asset=lambda name: outside(request, assets.address(name)),
        paths=paths,
        host=request.headers.get('host', ''),
        **context,
    )
    return HTMLResponse(html, status)

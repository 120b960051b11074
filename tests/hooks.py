"""What GitHub posts, signed as GitHub signs it."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reviewflow.delivery import Delivery, Hints
from tests.builders import NOW, after

SECRET = "It's a Secret to Everybody"
PATH = '/webhooks/github'
NUMBER, ID, NAME = 7, 186_853_002, 'acme/api'


def signature(body: bytes, secret: str = SECRET) -> str:
    """Give what the header says."""
    return 'sha256=' + hmac.digest(secret.encode(), body, 'sha256').hex()


def headers(body: bytes, event: str = 'pull_request', id: str = '1', **changes: str) -> dict[str, str]:  # noqa: A002
    """Give the headers of a delivery; ``x_github_event='status'`` says one otherwise."""
    said = {
        'content-type': 'application/json',
        'x-github-event': event,
        'x-github-delivery': id,
        'x-hub-signature-256': signature(body),
    }
    return said | {name.replace('_', '-'): value for name, value in changes.items()}


def body(payload: Mapping[str, Any]) -> bytes:
    """Write a payload."""
    return json.dumps(payload).encode()


def repository(forge_id: int = ID, name: str = NAME) -> dict[str, Any]:
    """Say which repository it is about."""
    return {'id': forge_id, 'full_name': name, 'private': True}


def pull_event(
    number: int = NUMBER, *, updated_at: str = '2026-03-02T09:00:00Z', **changes: Any
) -> dict[str, Any]:
    """Say that something happened to a pull."""
    pull = {'number': number, 'updated_at': updated_at}
    return {'action': 'edited', 'number': number, 'pull_request': pull, 'repository': repository(), **changes}


EVERYTHING = Hints(
    numbers=(7, 8),
    shas=('a' * 40,),
    labels=('bug', 'Fehler \N{BUG}'),
    milestones=('1.0',),
    names=True,
    newer_than=after(minutes=-1),
)


def delivery(id: str = '1', hints: Hints | None = EVERYTHING, **changes: Any) -> Delivery:  # noqa: A002
    """Make what is kept of a delivery."""
    made = Delivery(
        id=id,
        event='pull_request',
        action='edited',
        forge_id=7,
        repository='acme/api',
        hints=hints,
        received_at=NOW,
    )
    return replace(made, **changes)

"""Talk to the running server, which is found by the address that it left in the data directory."""

import json
from typing import Any

from reviewflow.data_dir import Address, DataDir
from reviewflow.errors import CommandError
from reviewflow.settings import Settings

PATIENCE_S = 10
LONG_S = 600
"""How long a running server may take over a sync: a first one of many pulls is long."""
IN_ITS_WORDS = {403, 404, 409, 422, 429, 502}
"""What a server answers to what cannot be: its own sentence says it all."""


def server(settings: Settings) -> Address:
    """Find the running server.

    Raises:
        CommandError: there is none.
    """
    data_dir = DataDir(settings.data_dir)
    address = data_dir.address()
    if address is None:
        raise CommandError(f'no server is running in {data_dir.path.absolute()}')
    return address


def ask(
    address: Address, method: str, path: str, body: object = None, *, patience_s: float = PATIENCE_S
) -> dict[str, Any]:
    """Have the running server do something; gives what it answers.

    Raises:
        CommandError: it does not answer, or refuses.
    """
    import httpx  # noqa: PLC0415  # not for those who work without a server

    try:
        with httpx.Client(trust_env=False, timeout=patience_s) as client:
            answer = client.request(
                method,
                f'{address.url}/dashboard/api/{path}',
                headers={'Authorization': f'Bearer {address.key}', 'Content-Type': 'application/json'},
                content=None if body is None else json.dumps(body),  # in ASCII, whatever was typed
            )
            said = dict(answer.json())
    except (httpx.HTTPError, ValueError, TypeError) as error:
        raise CommandError(
            f'the running server at {address.url} does not answer ({type(error).__name__})'
        ) from None
    if answer.is_error:
        reason = said.get('detail', answer.status_code)
        is_clear = answer.status_code in IN_ITS_WORDS and 'detail' in said
        raise CommandError(str(reason) if is_clear else f'the running server refused: {reason}')
    return said

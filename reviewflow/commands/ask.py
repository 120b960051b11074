"""Talk to the running server, which is found by the address that it left in the data directory."""

from typing import Any

import httpx

from reviewflow.data_dir import Address
from reviewflow.errors import StartError

PATIENCE_S = 600
"""How long a running server may take over a sync: a first one of many pulls is long."""


async def ask(address: Address, method: str, path: str) -> dict[str, Any]:
    """Have the running server do something; gives what it answers.

    Raises:
        StartError: it does not answer, or refuses.
    """
    try:
        async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as client:
            answer = await client.request(
                method,
                f'{address.url}/dashboard/api/{path}',
                headers={'Authorization': f'Bearer {address.key}'},
            )
            body = dict(answer.json())
    except (httpx.HTTPError, ValueError, TypeError) as error:
        raise StartError(
            f'the running server at {address.url} does not answer ({type(error).__name__})'
        ) from None
    if answer.is_error:
        raise StartError(f'the running server refused: {body.get("detail", answer.status_code)}')
    return body

"""The status with which a server refuses a socket."""

import pytest
from websockets.exceptions import InvalidStatus

from tests.integration.live_server import Socket


async def status_of(url: str, cookie: str | None = None, **headers: str) -> int:
    """Try to open a socket; gives the status with which it is refused before it is accepted."""
    with pytest.raises(InvalidStatus) as refused:
        await Socket.open(url, cookie, **headers)
    return refused.value.response.status_code

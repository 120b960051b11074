"""Who sits at the server's own machine."""

import pytest

from reviewflow.web.origin import is_loopback_peer
from tests.unit.scopes import scope


@pytest.mark.parametrize(
    ('client', 'headers', 'loopback'),
    [
        (('127.0.0.1', 5000), {}, True),
        (('::1', 5000), {}, True),
        (('::ffff:127.0.0.1', 5000), {}, True),
        (('192.0.2.1', 5000), {}, False),
        (None, {}, False),
        (('127.0.0.1', 5000), {'x_forwarded_for': '127.0.0.1'}, False),
        (('127.0.0.1', 5000), {'forwarded': 'for=127.0.0.1'}, False),
        (('127.0.0.1', 5000), {'x_forwarded_proto': 'https'}, False),
    ],
)
def test_a_peer_is_loopback_only_when_it_asks_for_itself(
    client: tuple[str, int] | None, headers: dict[str, str], *, loopback: bool
) -> None:
    assert is_loopback_peer({**scope(**headers), 'client': client}) is loopback


@pytest.mark.parametrize(('peer', 'own'), [('192.0.2.5', True), ('192.0.2.6', False)])
def test_a_server_on_an_address_of_the_network_knows_its_own_machine(peer: str, *, own: bool) -> None:
    there = {**scope(), 'server': ('192.0.2.5', 8000), 'client': (peer, 5000)}
    assert is_loopback_peer(there) is own
    assert not is_loopback_peer({**there, **scope(via='1.1 proxy'), 'client': (peer, 5000)})

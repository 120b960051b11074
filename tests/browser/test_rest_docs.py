"""The REST interface explains itself, and can be tried there."""

from playwright.sync_api import expect

from tests.browser.server import Server
from tests.browser.visitors import Visitors


def test_a_route_can_be_tried_and_nobody_else_is_asked(server: Server, visitors: Visitors) -> None:
    page = visitors.admin().page
    addresses: list[str] = []
    page.on('request', lambda request: addresses.append(request.url))

    page.goto('/dashboard/api/docs')
    page.get_by_role('button', name='GET /stats Stats').click()
    page.get_by_role('button', name='Try it out').click()
    page.get_by_role('button', name='Execute').click()

    expect(page.locator('.live-responses-table .response-col_status').last).to_contain_text('200')
    assert any(address.endswith('/dashboard/api/stats') for address in addresses)
    assert [address for address in addresses if not address.startswith((server.url, 'data:'))] == []

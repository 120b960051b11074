"""One pull beside the list: all that is known of it, live, by its own address."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.visitors import PHONE, Visitors
from tests.github import FakeGitHub, shape

BODY = """It was **dark**.

- [x] lamp
- [ ] switch

<script>window.ran = true</script><img src=x onerror="window.ran = true">
"""


@pytest.fixture(scope='module')
def github(github: FakeGitHub) -> FakeGitHub:
    number = github.open_pull(
        'acme/api',
        'Fix the lamp',
        body=BODY,
        labels=[{'name': 'bug', 'color': 'ff0000'}],
        requested_teams=[{'slug': 'backend'}],
        assignees=[shape.user('eve')],
    )
    github.review('acme/api', number, by='cho', state='APPROVED', association='MEMBER')
    github.review('acme/api', number, by='outsider', state='APPROVED', association='NONE')
    github.request_review('acme/api', number, 'dan')
    github.check('acme/api', number, 'unit', 'success')
    github.check('acme/api', number, 'lint', 'failure')
    github.open_pull('acme/api', 'Buy a lamp', body=None)
    return github


def test_it_shows_all_that_is_known_and_the_description_as_harmless_text(visitors: Visitors) -> None:
    inbox = visitors.admin('/dashboard/pulls/acme/api/1')
    drawer = inbox.drawer

    expect(drawer.get_by_role('heading', level=2)).to_have_text('Fix the lamp')
    expect(drawer).to_contain_text('acme/api #1')
    expect(drawer.get_by_role('list', name='Readiness')).to_contain_text('Checks 1 of 2')
    for who, how in [
        ('cho', 'approved'),
        ('outsider', 'approval does not count'),
        ('dan', 'review requested'),
        ('backend', 'team asked'),
    ]:
        expect(drawer.get_by_role('listitem').filter(has_text=who).first).to_contain_text(how)
    expect(drawer.get_by_role('listitem').filter(has_text='eve')).to_be_visible()
    expect(drawer.get_by_role('listitem').filter(has_text='lint').get_by_label('failing')).to_be_visible()
    expect(drawer.get_by_role('link', name='GitHub')).to_have_attribute(
        'href', re.compile('/acme/api/pull/1$')
    )
    prose = drawer.locator('.rf-prose')
    expect(prose.locator('strong')).to_have_text('dark')
    expect(prose.locator('img, script')).to_have_count(0)
    assert inbox.page.evaluate('window.ran') is None


@pytest.mark.usefixtures('npm')
def test_it_shows_what_only_graphql_tells(github: FakeGitHub, visitors: Visitors) -> None:
    api, number = 'acme/api', github.open_pull('acme/api', 'Paint the wall')
    github.require_reviews(api)
    github.edit(api, number, milestone=github.add_milestone(api, 'Spring \u202esale'))
    first, *_ = [github.open_thread(api, number, by='ben') for _ in range(3)]
    github.resolve_thread(api, number, first)
    github.review(api, number, by='cho', state='APPROVED', association='NONE')
    github.request_review(api, number, 'dan', as_code_owner=True)
    github.edit(api, number, requested_reviewers=[shape.user('dan'), shape.user('eve')])
    github.request_team(api, number, 'core', as_code_owner=True)
    long = {'started_at': '2026-03-02T09:00:00Z', 'completed_at': '2026-03-02T09:02:04Z'}
    github.check(api, number, 'unit', 'success', details_url='https://ci.example/7', **long)
    github.check(api, number, 'deploy', None)
    github.enqueue(api, number)
    inbox = visitors.admin(f'/dashboard/pulls/acme/api/{number}')
    items = inbox.drawer.get_by_role('listitem')

    ready = inbox.drawer.get_by_role('list', name='Readiness')
    expect(ready).to_contain_text('Conversations 2 of 3 open')
    expect(ready).to_contain_text('Merge queue waiting')
    expect(inbox.drawer).to_contain_text('Spring \\u202esale')
    expect(inbox.drawer).to_contain_text('GitHub says: review required')
    for who, marked in [('dan', True), ('eve', False), ('core', True)]:
        expect(items.filter(has_text=who).get_by_text('owner')).to_have_count(int(marked))
    unit = items.filter(has_text='unit')
    expect(unit).to_contain_text('2 min 04 s')
    expect(unit.get_by_role('link')).to_have_attribute('href', 'https://ci.example/7')
    expect(unit.get_by_role('link')).to_have_attribute('rel', 'noopener noreferrer')
    expect(items.filter(has_text='deploy')).to_contain_text('so far')
    expect(inbox.row('Paint the wall')).to_contain_text('in the merge queue')
    expect(inbox.row('Paint the wall')).to_contain_text('2 of 3 conversations open')


def test_it_is_live_while_it_is_open(github: FakeGitHub, visitors: Visitors) -> None:
    inbox = visitors.admin('/dashboard/pulls/acme/api/2?channel=merged')
    expect(inbox.drawer.locator('.rf-pill')).to_have_text('Pending')
    expect(inbox.drawer).to_contain_text('No description')

    github.edit('acme/api', 2, title='Buy two lamps', body='Because one *broke*.')
    expect(inbox.drawer.get_by_role('heading', level=2)).to_have_text('Buy two lamps')
    expect(inbox.drawer.locator('.rf-prose em')).to_have_text('broke')
    github.merge('acme/api', 2)

    expect(inbox.drawer.locator('.rf-pill')).to_have_text('Merged')
    assert inbox.has_stayed


def test_a_row_opens_it_and_back_closes_it(visitors: Visitors) -> None:
    inbox = visitors.admin('/dashboard/?q=lamp')
    inbox.rows.filter(has_text='Fix the lamp').click()
    expect(inbox.drawer).to_be_visible()
    expect(inbox.page).to_have_url(re.compile(r'/dashboard/pulls/acme/api/1\?q=lamp$'))

    inbox.page.go_back()
    expect(inbox.drawer).to_be_hidden()
    inbox.page.go_forward()
    expect(inbox.drawer.get_by_role('heading', level=2)).to_have_text('Fix the lamp')
    inbox.drawer.get_by_role('button', name='Close').click()

    expect(inbox.drawer).to_be_hidden()
    expect(inbox.page).to_have_url(re.compile(r'/dashboard/\?q=lamp$'))
    assert inbox.has_stayed


def test_it_stays_open_while_the_list_beside_it_changes(visitors: Visitors) -> None:
    inbox = visitors.admin('/dashboard/pulls/acme/api/1')
    expect(inbox.drawer).to_be_visible()

    inbox.search.fill('nothing like it')
    expect(inbox.rows).to_have_count(0)

    expect(inbox.drawer.get_by_role('heading', level=2)).to_have_text('Fix the lamp')
    expect(inbox.page).to_have_url(re.compile(r'/dashboard/pulls/acme/api/1\?q=nothing'))


def test_the_keys_go_on_from_a_pull_that_was_opened_by_its_address(visitors: Visitors) -> None:
    inbox = visitors.admin('/dashboard/pulls/acme/api/2?q=lamp')
    expect(inbox.drawer).to_contain_text('1 of 2')

    inbox.page.keyboard.press('j')

    expect(inbox.drawer.get_by_role('heading', level=2)).to_have_text('Fix the lamp')


def test_a_description_that_cannot_be_had_can_be_asked_for_again(visitors: Visitors) -> None:
    visitors.excuse('status of 503')
    inbox = visitors.admin()
    inbox.page.route('**/description', lambda route: route.fulfill(status=503))
    inbox.row('Fix the lamp').click()
    again = inbox.drawer.get_by_role('button', name='Try again')
    expect(again).to_be_visible()

    inbox.page.unroute('**/description')
    again.click()

    expect(inbox.drawer.locator('.rf-prose strong')).to_have_text('dark')


def test_marking_text_of_a_row_does_not_open_it(visitors: Visitors) -> None:
    inbox = visitors.admin()
    box = inbox.row('Fix the lamp').locator('.branch').bounding_box()
    assert box is not None

    inbox.page.mouse.move(box['x'] + 2, box['y'] + 8)
    inbox.page.mouse.down()
    inbox.page.mouse.move(box['x'] + 40, box['y'] + 8, steps=5)
    inbox.page.mouse.up()

    assert inbox.page.evaluate('String(getSelection())') != ''
    expect(inbox.drawer).to_be_hidden()


def test_an_address_of_nothing_says_so(visitors: Visitors) -> None:
    inbox = visitors.admin('/dashboard/pulls/acme/api/99')

    expect(inbox.drawer.get_by_role('heading', name='acme/api #99 is not here')).to_be_visible()
    inbox.drawer.get_by_role('button', name='Close').click()
    expect(inbox.drawer).to_be_hidden()


def test_on_the_phone_it_covers_the_page_and_takes_the_focus(visitors: Visitors) -> None:
    inbox = visitors.admin(viewport=PHONE, has_touch=True, is_mobile=True)
    inbox.row('Fix the lamp').tap()
    expect(inbox.drawer).to_be_focused()
    box = inbox.drawer.bounding_box()
    assert box is not None
    assert (box['x'], box['width']) == (0, PHONE['width'])

    inbox.page.go_back()
    expect(inbox.drawer).to_be_hidden()

"""Coming in and going out."""

import re

from playwright.sync_api import expect

from tests.browser.inbox import Inbox
from tests.browser.visitors import ENDING, Visitors, sign_in


def test_whoever_has_no_session_signs_in_and_comes_to_what_they_asked_for(visitors: Visitors) -> None:
    page = visitors.stranger('/dashboard/?channel=merged&q=euro')
    expect(page).to_have_url(re.compile('/dashboard/login'))

    sign_in(page)

    expect(page).to_have_url(re.compile(r'/dashboard/\?channel=merged&q=euro$'))
    expect(page.get_by_role('heading', name='Merged', exact=True)).to_be_visible()
    expect(page.get_by_label('Search', exact=True)).to_have_value('euro')


def test_a_wrong_password_is_said_on_the_form_and_does_not_say_what_was_wrong(visitors: Visitors) -> None:
    visitors.excuse('status of 401')
    page = visitors.stranger('/dashboard/login')

    sign_in(page, password='something else altogether')

    expect(page.get_by_role('alert')).to_contain_text('That name and password do not match')
    expect(page.get_by_label('User name')).to_have_value('ana')
    expect(page.get_by_label('Password')).to_be_focused()
    expect(page.get_by_label('Password')).to_have_value('')


def test_signing_out_closes_the_other_open_page_of_that_session_and_no_one_elses(visitors: Visitors) -> None:
    visitors.excuse(ENDING)
    first = visitors.stranger('/dashboard/')
    sign_in(first)
    Inbox(first)
    second = visitors.stranger('/dashboard/', storage_state=first.context.storage_state())
    expect(Inbox(second).badge).to_contain_text('Live')
    other_session = visitors.admin()

    first.get_by_label('Account of ana').click()
    first.get_by_role('button', name='Sign out').click()

    for page in (first, second):
        expect(page).to_have_url(re.compile('/dashboard/login'))
    other_session.tile('merged').click()
    expect(other_session.page.get_by_role('heading', name='Merged', exact=True)).to_be_visible()
    assert other_session.has_stayed


def test_whoever_only_this_machine_reaches_is_told_what_a_phone_would_need(visitors: Visitors) -> None:
    page = visitors.admin().page
    page.get_by_label('Account of ana').click()
    page.get_by_role('button', name='Open on your phone').click()

    dialog = page.get_by_role('dialog', name='Open on your phone')
    expect(dialog).to_contain_text('REVIEWFLOW_PUBLIC_URL')
    expect(dialog.get_by_role('img')).to_have_count(0)
    dialog.get_by_role('button', name='Close').click()
    expect(page.get_by_label('Account of ana')).to_be_focused()

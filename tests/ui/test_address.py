"""The state of the inbox in its address: nothing of it is lost, and nothing that stands there hurts."""

from hypothesis import given
from hypothesis import strategies as st

from components.pull_list import PAGE_MAX
from pages.inbox import SEARCH_MAX, read_state, searched, write_state
from reviewflow.board import Query
from reviewflow.policy import CHANNELS

CHANNEL_KEYS = st.sampled_from([channel.key for channel in CHANNELS])
ADDRESSES = st.text() | st.lists(
    st.tuples(st.sampled_from(['channel', 'q', 'page', 'sort', '']), st.text() | st.integers().map(str))
).map(lambda fields: '&'.join(f'{name}={value}' for name, value in fields))


@given(CHANNEL_KEYS, st.text(), st.integers(1, PAGE_MAX))
def test_whatever_is_shown_comes_back_from_its_address(channel: str, words: str, page: int) -> None:
    query = Query(channel=channel, text=searched(words))

    assert read_state(write_state(query, page).lstrip('?')) == (query, page)


@given(ADDRESSES)
def test_any_address_leads_somewhere_and_the_same_way_again(address: str) -> None:
    query, page = read_state(address)

    assert read_state(write_state(query, page).lstrip('?')) == (query, page)
    assert len(query.text) <= SEARCH_MAX
    assert 1 <= page <= PAGE_MAX


def test_what_is_usual_is_left_out() -> None:
    assert write_state(Query(), 1) == ''
    assert write_state(Query(channel='merged'), 1) == '?channel=merged'
    assert write_state(Query(text='a & b'), 2) == '?q=a+%26+b&page=2'


def test_a_page_beyond_all_numbers_is_the_last_there_can_be() -> None:
    assert read_state('page=' + '9' * 5_000) == (Query(), PAGE_MAX)
    assert read_state('page=²') == (Query(), 1)

"""The state of the inbox in its address: nothing of it is lost, and nothing that stands there hurts."""

from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from components.pull_list import PAGE_MAX
from components.search_bar.search_bar import GROUP_TITLES, SORT_TITLES, searched
from pages.address import Place, read, search_of
from reviewflow.board import GROUPS, Query
from reviewflow.policy import CHANNELS, DEFAULT_SORT, SORTS
from reviewflow.search import LENGTH_MAX

QUERIES = st.builds(
    Query,
    channel=st.sampled_from([channel.key for channel in CHANNELS]),
    text=st.text().map(searched),
    group=st.sampled_from(['', *GROUPS]),
)
PULLS = st.tuples(
    st.from_regex(r'[A-Za-z0-9-]{1,9}/[A-Za-z0-9._-]{1,9}', fullmatch=True), st.integers(1, 10**9 - 1)
)
PLACES = st.builds(Place, query=QUERIES, page=st.integers(1, PAGE_MAX), pull=st.none() | PULLS)
ADDRESSES = st.text() | st.lists(
    st.tuples(st.sampled_from(['channel', 'q', 'page', 'group', '']), st.text() | st.integers().map(str))
).map(lambda fields: '/dashboard/?' + '&'.join(f'{name}={value}' for name, value in fields))


def write(place: Place) -> str:
    """Put a whole address together; in a browser the path is the drawer's."""
    path = '/dashboard/' if place.pull is None else f'/dashboard/pulls/{quote(place.pull[0])}/{place.pull[1]}'
    return path + search_of(place)


@given(PLACES)
def test_whatever_is_shown_comes_back_from_its_address(place: Place) -> None:
    assert read(write(place)) == place


@given(ADDRESSES)
def test_any_address_leads_somewhere_and_the_same_way_again(address: str) -> None:
    place = read(address)

    assert read(write(place)) == place
    assert len(place.query.text) <= LENGTH_MAX
    assert 1 <= place.page <= PAGE_MAX


def test_what_is_usual_is_left_out() -> None:
    assert write(Place()) == '/dashboard/'
    assert write(Place(query=Query(channel='merged'))) == '/dashboard/?channel=merged'
    assert write(Place(query=Query(text='a & b'), page=2)) == '/dashboard/?q=a+%26+b&page=2'
    assert (
        write(Place(query=Query(group='status'), pull=('acme/api', 7)))
        == '/dashboard/pulls/acme/api/7?group=status'
    )


def test_a_page_beyond_all_numbers_is_the_last_there_can_be() -> None:
    assert read('/dashboard/?page=' + '9' * 5_000) == Place(page=PAGE_MAX)
    assert read('/dashboard/?page=²') == Place()


def test_the_menus_offer_every_order_and_every_group() -> None:
    assert [key for key, _ in SORT_TITLES] == list(SORTS)
    assert SORT_TITLES[0][0] == DEFAULT_SORT
    assert [key for key, _ in GROUP_TITLES] == ['', *GROUPS]

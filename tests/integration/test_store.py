"""What is stored comes back as it was."""

from dataclasses import fields, replace
from datetime import timedelta, timezone

import pytest

from reviewflow.card import Card, first_seen
from reviewflow.errors import StoreError
from reviewflow.models import (
    GHOST,
    Check,
    CheckState,
    Description,
    Detail,
    Label,
    Person,
    PullRequest,
    Repository,
    Review,
    ReviewState,
    TrackedRepository,
)
from reviewflow.store.database import Database
from reviewflow.store.store import CHUNK, Store
from tests.builders import NOW, after, card, check, detail, merged, person, pull, review

API = Repository(id=2**62, name='acme/api')


@pytest.fixture
def store(database: Database) -> Store:
    return Store(database)


@pytest.fixture
async def api(store: Store) -> TrackedRepository:
    """A repository that is stored."""
    await store.track('demo', 'acme/*', API)
    return (await store.repositories('demo'))[0]


def new(of: PullRequest, repository: TrackedRepository, read: int = 1) -> Card:
    return first_seen(of, repository_id=repository.id, read=read)


# Pulls


BEN = Person(id=2**63 - 1, login='ben', avatar_url='https://github.example/ben.png', is_bot=True)
REVIEW = Review(
    id=2**63 - 1,
    reviewer=BEN,
    state=ReviewState.CHANGES_REQUESTED,
    submitted_at=after(hours=1),
    association='NONE',
    commit_sha='e' * 40,
)
CHECK = Check(
    app='ci',
    name='test',
    state=CheckState.FAILING,
    url='https://ci.example/1',
    started_at=after(minutes=1),
    ended_at=after(minutes=2),
)
DETAIL = Detail(
    head_sha='d' * 40,
    additions=2**31 - 1,
    deletions=2,
    changed_files=3,
    comments=4,
    mergeable=True,
    reviews=(review(GHOST, 'PENDING', at=None), REVIEW, review('cy', 'APPROVED', id=3, at=after(hours=2))),
    checks=(CHECK, check('lint', 'passing', app='')),
    review_decision='REVIEW_REQUIRED',
    is_queued=True,
    threads=6,
    open_threads=5,
    code_owners=('cy', 'core'),
    pulse='a pulse',
    is_early=True,
)
WHOLE = PullRequest(
    repository=API.name,
    number=2**31 - 1,
    title='\u202e<b>"\'\U0001f600\ufffd',
    url='https://github.example/acme/api/pull/1',
    author=BEN,
    is_open=True,
    is_draft=True,
    base='main',
    head='topic',
    head_sha='c' * 40,
    labels=(Label(name='z', color='ff0000'), Label(name='a', color='00ff00')),
    assignees=(BEN, GHOST),
    requested_reviewers=(person('cy'), BEN),
    requested_teams=('core', 'api'),
    created_at=after(microseconds=1),
    updated_at=after(minutes=1),
    closed_at=after(minutes=2),
    merged_at=after(minutes=3),
    milestone='1.0',
    node_id='PR_17',
    description=Description.of('Why\n'),
    detail=DETAIL,
)
UNKNOWN = detail(
    head_sha='',
    additions=None,
    deletions=None,
    changed_files=None,
    comments=None,
    mergeable=None,
    checks=None,
)


def test_the_whole_pull_uses_every_field() -> None:
    """So that a field that is added, but not stored, is noticed below."""
    for value in (WHOLE, DETAIL, REVIEW, CHECK, BEN):
        assert all(getattr(value, field.name) for field in fields(value))


@pytest.mark.parametrize(
    'given',
    [WHOLE, pull(), pull(author=GHOST, head_sha='', detail=UNKNOWN), pull(detail=detail(checks=()))],
    ids=['whole', 'listed', 'unknown', 'empty'],
)
async def test_every_field_of_a_pull_comes_back(
    store: Store, api: TrackedRepository, given: PullRequest
) -> None:
    (saved,) = await store.save([new(given, api, read=2**53)])

    assert await store.cards([api]) == [saved]
    assert saved.pull == given
    assert saved.key


async def test_keys_are_given_in_order_and_kept(store: Store, api: TrackedRepository) -> None:
    first = await store.save([new(pull(number=number), api) for number in (5, 3, 9)])
    again = await store.save([replace(each, read=2) for each in first])

    assert [each.pull.number for each in first] == [5, 3, 9]
    assert [each.key for each in again] == [each.key for each in first]
    assert len(set(again)) == 3


async def test_a_changed_pull_replaces_all_that_was_stored_of_it(
    store: Store, api: TrackedRepository
) -> None:
    labels = (Label(name='bug', color='ff0000'), Label(name='big', color='00ff00'))
    before = pull(labels=labels, detail=detail(review('ben', 'APPROVED'), checks=(check('test', 'passing'),)))
    (saved,) = await store.save([new(before, api)])
    after_ = merged(labels=labels[1:], detail=detail(review('cy', 'COMMENTED', id=2), checks=None))

    await store.save([saved.after(after_, 2)])

    (stored,) = await store.cards([api])
    assert stored.pull == after_
    assert (stored.read, stored.detail_read) == (2, 2)


async def test_one_pull_does_not_take_the_labels_of_another(store: Store, api: TrackedRepository) -> None:
    bug = (Label(name='bug', color='ff0000'),)
    first, second = await store.save([new(pull(number=number, labels=bug), api) for number in (1, 2)])

    await store.save([first.after(pull(number=1), 2)])

    stored = {each.key: each.pull.labels for each in await store.cards([api])}
    assert stored == {first.key: (), second.key: bug}


async def test_more_pulls_than_fit_into_one_statement(store: Store, api: TrackedRepository) -> None:
    bug = (Label(name='bug', color='ff0000'),)
    many = [new(pull(number=number, labels=bug), api) for number in range(1, CHUNK + 3)]

    saved = await store.save(many)
    await store.save([each.after(pull(number=each.pull.number), 2) for each in saved])

    stored = await store.cards([api])
    assert len(stored) == len(many)
    assert not any(each.pull.labels for each in stored)


async def test_a_pull_that_was_stored_before_gets_its_old_key(store: Store, api: TrackedRepository) -> None:
    """The board may have forgotten it, and then it turns up again."""
    (known,) = await store.save([new(pull(title='Old'), api)])

    saved = await store.save([new(pull(number=2), api, read=2), new(pull(title='New'), api, read=2)])

    assert await store.cards([api]) == sorted(saved, key=lambda each: each.key)
    assert [each.pull.title for each in saved if each.key == known.key] == ['New']


async def test_nothing_to_save_is_fine(store: Store, api: TrackedRepository) -> None:
    assert await store.save([]) == []
    assert await store.cards([api]) == []
    assert await store.cards([]) == []


async def test_a_save_is_kept_whole_or_not_at_all(store: Store, api: TrackedRepository) -> None:
    twice = detail(review('ben', 'APPROVED'), review('cy', 'APPROVED'))  # two reviews of one id

    with pytest.raises(StoreError):
        await store.save([new(pull(), api), new(pull(number=2, detail=twice), api)])

    assert await store.cards([api]) == []


async def test_the_highest_number_of_a_read_is_found(store: Store, api: TrackedRepository) -> None:
    assert await store.highest_read() == 0

    await store.save([replace(new(pull(), api, read=5), detail_read=9), new(pull(number=2), api, read=7)])

    assert await store.highest_read() == 9


async def test_times_come_back_in_utc(store: Store, api: TrackedRepository) -> None:
    east = NOW.astimezone(timezone(timedelta(hours=5)))

    (saved,) = await store.save([new(pull(updated_at=east), api)])

    (stored,) = await store.cards([api])
    assert stored.pull.updated_at == saved.pull.updated_at
    assert stored.pull.updated_at.utcoffset() == timedelta()


async def test_cards_come_with_what_is_worked_out(store: Store, api: TrackedRepository) -> None:
    await store.save([new(pull(author=person('zoe'), detail=detail(review('ben', 'APPROVED'))), api)])

    (stored,) = await store.cards([api])

    assert stored.status == 'approved'
    assert 'zoe' in stored.haystack
    assert not stored.wants_detail
    assert card(stored.pull, key=stored.key).status == stored.status

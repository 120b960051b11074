"""Authors, assignees and reviewers, as GitHub names them."""

from typing import Any

import pytest

from reviewflow.models import GHOST, PullRequest
from sync.github import normalise
from tests.github import shape
from tests.unit.raw_values import API, AT, REPO

PICTURE = 'https://avatars.githubusercontent.com/u/7?v=4'


def listed(**fields: Any) -> PullRequest:
    item = shape.listed_pull(REPO, 70, 1, title='Fix it', author='ann', at=AT) | fields
    _, (pull,) = normalise.pulls([item], API)
    return pull


def test_a_person_without_proper_id_is_a_ghost() -> None:
    assert listed(user={'id': 2**63, 'login': 'ann'}).author is GHOST
    assert listed(user={'id': 1, 'login': '\n'}).author is GHOST
    assert listed(assignees=[{'login': 'ann'}, None]).assignees == ()


@pytest.mark.parametrize(('url', 'expected'), [
    ('https://private-avatars.githubusercontent.com/u/7?jwt=ey.J0.x&v=4', PICTURE),
    ('https://private-avatars.githubusercontent.com/u/7', PICTURE),
    (PICTURE, PICTURE),
    ('https://private-avatars.githubusercontent.com.evil.example/u/7?jwt=x',) * 2,
])  # fmt: skip
def test_a_picture_is_where_it_is_without_the_key_of_a_moment(url: str, expected: str) -> None:
    author = listed(user={'id': 7, 'login': 'ann', 'avatar_url': url}).author

    assert author.avatar_url == expected


def test_a_bot_that_is_asked_for_a_review_is_left_out_as_rest_does() -> None:
    bot, mannequin = shape.user('copilot-pull-request-reviewer[bot]'), shape.user('old-ben', 'Mannequin')

    pull = listed(requested_reviewers=[shape.user('eve'), bot, mannequin])

    assert [person.login for person in pull.requested_reviewers] == ['eve', 'old-ben']

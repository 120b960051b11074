"""Errors as sentences."""

import pytest

from reviewflow.errors import (
    BadCredentials,
    ForgeUnavailable,
    RateLimited,
    RepositoryUnavailable,
    ReviewFlowError,
    StoreError,
)
from reviewflow.words import sentence
from tests.builders import NOW


@pytest.mark.parametrize(
    ('error', 'expected'),
    [
        (BadCredentials('HTTP 401'), 'GitHub refused the token'),
        (RateLimited(NOW), 'The allowance of GitHub is used up until 09:00 UTC'),
        (
            RepositoryUnavailable('acme/api', 'missing'),
            'acme/api cannot be found: it may be deleted, or the token may not see it',
        ),
        (RepositoryUnavailable('acme/api', 'forbidden'), 'acme/api may not be read with this token'),
        (RepositoryUnavailable('acme/api', 'is asleep'), 'acme/api is asleep'),
        (ForgeUnavailable('HTTP 503'), 'GitHub cannot be read: HTTP 503'),
        (StoreError('the database refused'), 'What was read could not be stored: the database refused'),
    ],
)
def test_every_error_has_its_sentence(error: ReviewFlowError, expected: str) -> None:
    assert sentence(error, 'GitHub') == expected

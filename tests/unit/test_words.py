"""Errors as sentences."""

import pytest

from reviewflow.errors import (
    ApprovalNeeded,
    BadCredentials,
    ForgeUnavailable,
    NotAccepted,
    NotAllowed,
    NotGitHub,
    RateLimited,
    Reason,
    RepositoryUnavailable,
    ReviewFlowError,
    Settled,
    StoreError,
    ToldToWait,
)
from reviewflow.words import advice, counted, refusal, sentence
from tests.builders import NOW


@pytest.mark.parametrize(
    ('error', 'expected'),
    [
        (BadCredentials('HTTP 401'), 'GitHub refused the token'),
        (RateLimited(NOW), 'The allowance of GitHub is used up until 09:00 UTC'),
        (ToldToWait(NOW), 'GitHub is in trouble, and wants to be left alone until 09:00 UTC'),
        (
            RepositoryUnavailable('acme/api', Reason.MISSING),
            'acme/api cannot be found: it may be deleted, or the token may not see it',
        ),
        (RepositoryUnavailable('acme/api', Reason.FORBIDDEN), 'acme/api may not be read with this token'),
        (
            RepositoryUnavailable('acme/api', Reason.FORBIDDEN, 'No access from this address'),
            'acme/api may not be read with this token; GitHub says: No access from this address',
        ),
        (
            RepositoryUnavailable('acme/api', Reason.REPLACED),
            'acme/api was replaced by another repository of its name',
        ),
        (
            ApprovalNeeded('acme/api', 'acme', None),
            'acme wants the token to be approved for single sign-on (SSO)',
        ),
        (ForgeUnavailable('HTTP 503'), 'GitHub cannot be read: HTTP 503'),
        (StoreError('the database refused'), 'What was read could not be stored: the database refused'),
    ],
)
def test_every_error_has_its_sentence(error: ReviewFlowError, expected: str) -> None:
    assert sentence(error, 'GitHub') == expected


@pytest.mark.parametrize(
    ('error', 'expected'),
    [
        (NotAccepted('api_url', 'must begin with https://'), 'Must begin with https://'),
        (
            Settled('REVIEWFLOW_DEMO'),
            'REVIEWFLOW_DEMO is set where the server runs, and decides this',
        ),
        (NotAllowed('change tokens'), 'Only administrators may do this'),
        (StoreError('the database refused'), 'It could not be stored: the database refused'),
        (
            NotGitHub('https://github.com', 'https://api.github.com'),
            'No GitHub API answers at https://github.com; try https://api.github.com',
        ),
        (NotGitHub('https://a.example/b', None), 'No GitHub API answers at https://a.example/b'),
        (BadCredentials(''), 'GitHub refused the token: it may be mistyped, expired or revoked'),
        (ForgeUnavailable('no connection'), 'GitHub cannot be read: no connection'),
        (RateLimited(NOW), 'The allowance of GitHub is used up until 09:00 UTC'),
    ],
)
def test_what_was_entered_is_refused_with_a_reason(error: ReviewFlowError, expected: str) -> None:
    assert refusal(error) == expected


@pytest.mark.parametrize(
    ('error', 'expected'),
    [
        (BadCredentials(''), 'Give it a new token on Connect GitHub'),
        (ForgeUnavailable('no connection'), 'It is tried again by itself, about twice a minute'),
    ],
)
def test_what_to_do_is_said(error: ReviewFlowError, expected: str) -> None:
    assert advice(error) == expected


@pytest.mark.parametrize(
    ('number', 'noun', 'expected'),
    [
        (0, 'pull', '0 pulls'),
        (1, 'pull', '1 pull'),
        (1, 'repository', '1 repository'),
        (2, 'repository', '2 repositories'),
        (2, 'day', '2 days'),
        (2900, 'pull', '2,900 pulls'),
    ],
)
def test_a_number_goes_with_its_noun(number: int, noun: str, expected: str) -> None:
    assert counted(number, noun) == expected

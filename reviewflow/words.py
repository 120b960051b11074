"""What went wrong while reading the code host, as sentences for people; used where they are shown."""

from reviewflow.errors import (
    BadCredentials,
    RateLimited,
    Reason,
    RepositoryUnavailable,
    ReviewFlowError,
    StoreError,
)

REASONS = {
    Reason.MISSING: 'cannot be found: it may be deleted, or the token may not see it',
    Reason.REPLACED: 'was replaced by another repository of its name',
    Reason.FORBIDDEN: 'may not be read with this token',
}


def sentence(error: ReviewFlowError, forge: str) -> str:
    """Say what is wrong, in one sentence without a full stop."""
    match error:
        case BadCredentials():
            return f'{forge} refused the token'
        case RateLimited(resets_at=moment):
            return f'The allowance of {forge} is used up until {moment:%H:%M} UTC'
        case RepositoryUnavailable(repository=name, reason=reason):
            return f'{name} {REASONS[reason]}'
        case StoreError():
            return f'What was read could not be stored: {error}'
        case _:
            return f'{forge} cannot be read: {error}'


def counted(number: int, noun: str) -> str:
    """Give a number with its noun: "1 pull", "2 repositories"."""
    plural = f'{noun[:-1]}ies' if noun.endswith('y') else f'{noun}s'
    return f'{number} {noun if number == 1 else plural}'

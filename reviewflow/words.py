"""What went wrong, as sentences for people; used where they are shown."""

from reviewflow.errors import (
    ApprovalNeeded,
    BadCredentials,
    LeftBehind,
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
    TooOften,
    WriteRefused,
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
            said = f'{forge} refused the token'
        case RateLimited():
            said = f'{_pause(error, forge)} until {error.resets_at:%H:%M} UTC'
        case ApprovalNeeded(organisation=name):
            said = f'{name} wants the token to be approved for single sign-on (SSO)'
        case RepositoryUnavailable(repository=name, reason=reason, said=why):
            said = f'{name} {REASONS[reason]}' + (f'; {forge} says: {why}' if why else '')
        case WriteRefused(repository=name, said=why):
            said = f'{forge} takes no changes to {name}: {why}'
        case LeftBehind(reason=why, what=what):
            said = f'{sentence(why, forge)}; {what} is left behind'
        case StoreError():
            said = f'What was read could not be stored: {error}'
        case _:
            said = f'{forge} cannot be read: {error}'
    return said


def advice(error: ReviewFlowError) -> str:
    """Say what to do about what is wrong, in one sentence without a full stop."""
    match error:
        case BadCredentials():
            said = 'Give it a new token on Connect GitHub'
        case RateLimited():
            said = 'Nothing is asked before that, and then it goes on by itself'
        case ApprovalNeeded():
            said = 'The owner of the token approves it for that organisation on GitHub, under SSO'
        case RepositoryUnavailable(reason=Reason.FORBIDDEN):
            said = 'Give the token the right to read it, or take the repository out'
        case RepositoryUnavailable():
            said = 'Correct its name, let the token see it, or take the repository out'
        case StoreError():
            said = 'Make room on the disk of the server, or end what else holds the database'
        case _:
            said = 'It is tried again by itself, about twice a minute'
    return said


def refusal(error: ReviewFlowError) -> str:
    """Say why what was entered does not do, in one sentence without a full stop."""
    match error:
        case NotAccepted(problem=problem):
            said = problem[:1].upper() + problem[1:]
        case Settled(variable=variable):
            said = f'{variable} is set where the server runs, and decides this'
        case NotAllowed():
            said = 'Only administrators may do this'
        case TooOften(wait_s=wait_s):
            said = f'That was often enough for now: wait {wait_s} s'
        case StoreError():
            said = f'It could not be stored: {error}'
        case NotGitHub(address=address, better=better):
            said = f'No GitHub API answers at {address}' + (f'; try {better}' if better else '')
        case BadCredentials():
            said = 'GitHub refused the token: it may be mistyped, expired or revoked'
        case _:
            said = sentence(error, 'GitHub')
    return said


def counted(number: int, noun: str) -> str:
    """Give a number with its noun: "1 pull", "2 repositories"."""
    changes = noun.endswith('y') and noun[-2] not in 'aeiou'
    plural = f'{noun[:-1]}ies' if changes else f'{noun}s'
    return f'{number:,} {noun if number == 1 else plural}'


def _pause(error: RateLimited, forge: str) -> str:
    if isinstance(error, ToldToWait):
        return f'{forge} is in trouble, and wants to be left alone'
    return f'The allowance of {forge} is used up'

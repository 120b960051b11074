"""Every error that crosses a boundary of ReviewFlow.

Adapters translate what their library raises; errors carry data, and whoever shows one writes the sentence.

* ReviewFlowError
    * StartError: the server cannot start (port, data directory, database)
        * SettingsError: a setting is wrong (exit status 2)
        * NoWindow: there is no window to show the pages in
    * StoreError: the database did not take it, or did not give it
    * NotAllowed: this person may not do that
    * NotAccepted: something that was entered cannot be used
    * Settled: the environment decides that, and not the page
    * TooOften: this person does that too often
    * AlreadyRunning: it is under way, and once at a time is enough
    * Stopped: it was broken off, since other repositories are read, or the server ends
    * AccountError: the accounts cannot be changed like that
        * NameTaken: somebody is called that already
        * NobodyCalled: nobody is called that
        * LastAdministrator: nobody would be left who may do everything
    * CommandError: a command cannot be done
    * ForgeError: the code host did not give what was asked
        * ForgeUnavailable: unreachable, too slow, broken answer; try again later
            * NotAsked: it failed so often lately that it is left alone for some seconds
            * TooMuchAsked: that was more than it can answer at once; try half of it
        * NoGraphQL: it has none, or not to be asked like that; what REST says is to be had
        * NotGitHub: something answers, but no GitHub API
        * RateLimited: asked too often; nothing may be sent before ``resets_at``
            * ToldToWait: it is in trouble, and says itself until when
        * BadCredentials: the token is unknown or revoked
        * RepositoryUnavailable: missing, renamed beyond reach, forbidden or disabled
            * ApprovalNeeded: its organisation did not approve the token for single sign-on
        * PageLost: a list cannot be followed any more from where it was left
        * WriteRefused: it can be read, but not be written to like that
        * LeftBehind: something failed half-way, and what was made before could not be removed
"""

from datetime import datetime
from enum import StrEnum


class ReviewFlowError(Exception):
    """The root of them all."""


class StartError(ReviewFlowError):
    """The server cannot start; the message is one line for the operator."""

    exit_status = 1


class SettingsError(StartError):
    """A setting is malformed, unknown or contradicts another."""

    exit_status = 2


class NoWindow(StartError):
    """No window can be shown, or it is gone without anybody having closed it."""

    def __init__(self, reason: str) -> None:
        super().__init__(f'no window: {reason}; without --native it opens in a browser')
        self.reason = reason


class StoreError(ReviewFlowError):
    """The database did not take it, or did not give it."""


class NotAllowed(ReviewFlowError):
    """This person may not do that."""

    def __init__(self, action: str) -> None:
        super().__init__(f'not allowed: {action}')
        self.action = action


class NotAccepted(ReviewFlowError):
    """Something that was entered cannot be used; the ``problem`` never repeats it: it may be a secret."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f'{field}: {problem}')
        self.field = field
        self.problem = problem


class Settled(ReviewFlowError):
    """The environment decides that, by this ``variable``."""

    def __init__(self, variable: str) -> None:
        super().__init__(f'{variable} is set')
        self.variable = variable


class TooOften(ReviewFlowError):
    """This person does that too often; the next time is due in ``wait_s`` seconds."""

    def __init__(self, wait_s: float) -> None:
        self.wait_s = max(1, round(wait_s))
        super().__init__(f'too often: wait {self.wait_s} s')


class AlreadyRunning(ReviewFlowError):
    """It is under way, and once at a time is enough; the message says what."""


class Stopped(ReviewFlowError):
    """It was broken off, or not even begun: other repositories are read from now on, or the server ends."""

    def __init__(self) -> None:
        super().__init__('It was broken off: ask again in a moment')


class AccountError(ReviewFlowError):
    """The accounts cannot be changed like that; the message is one line for an administrator."""


class NameTaken(AccountError):
    """Somebody is called that already."""

    def __init__(self, name: str) -> None:
        super().__init__(f'there is already somebody called {name}')


class NobodyCalled(AccountError):
    """Nobody is called that."""

    def __init__(self, name: str) -> None:
        super().__init__(f'nobody is called {name}')


class LastAdministrator(AccountError):
    """Nobody would be left who may do everything."""

    def __init__(self, name: str) -> None:
        super().__init__(f'{name} is the only administrator: make somebody else one first')


class CommandError(ReviewFlowError):
    """A command cannot be done; the message is one line for whoever typed it."""


class ForgeError(ReviewFlowError):
    """The code host did not give what was asked."""


class ForgeUnavailable(ForgeError):
    """The code host is unreachable, too slow, or answered with something broken."""


class NotAsked(ForgeUnavailable):
    """Nothing was sent: the code host failed like this so often that it is left alone for some seconds."""


class TooMuchAsked(ForgeUnavailable):
    """It took the code host too long, or was refused for its size: half of it may be answered."""


class NoGraphQL(ForgeError):
    """The code host has no GraphQL, none for us, or one that does not know what we ask for."""


class NotGitHub(ForgeError):
    """No GitHub API answers at this address; ``better`` is one where it may, if that can be guessed."""

    def __init__(self, address: str, better: str | None) -> None:
        super().__init__(f'no GitHub API at {address}')
        self.address = address
        self.better = better


class RateLimited(ForgeError):
    """We asked too often: nothing may be sent before ``resets_at``."""

    def __init__(self, resets_at: datetime) -> None:
        super().__init__(f'rate limited until {resets_at:%H:%M:%S} UTC')
        self.resets_at = resets_at


class ToldToWait(RateLimited):
    """The code host is in trouble, and asks for nothing to be sent before ``resets_at``."""


class BadCredentials(ForgeError):
    """The code host refused the token."""


class Reason(StrEnum):
    """Why a repository, or a pull of it, is not to be had."""

    MISSING = 'missing'
    FORBIDDEN = 'forbidden'
    REPLACED = 'replaced'
    """Another one has its name now."""


class RepositoryUnavailable(ForgeError):
    """The repository is missing, forbidden to this token, or disabled; ``said`` is the host's own reason."""

    def __init__(self, repository: str, reason: Reason, said: str = '') -> None:
        super().__init__(f'{repository}: {reason}' + (f': {said}' if said else ''))
        self.repository = repository
        self.reason = reason
        self.said = said


class ApprovalNeeded(RepositoryUnavailable):
    """The organisation wants the token to be approved for single sign-on, which its owner does at ``url``."""

    def __init__(self, repository: str, organisation: str, url: str | None) -> None:
        super().__init__(repository, Reason.FORBIDDEN)
        self.organisation = organisation
        self.url = url


class PageLost(ForgeError):
    """A list cannot be followed any more from where it was left: begin again at its top."""


class WriteRefused(ForgeError):
    """The repository can be read, but not be written to like that; ``said`` is the code host's own reason."""

    def __init__(self, repository: str, status: int, said: str) -> None:
        super().__init__(f'{repository}: not written (HTTP {status}): {said}')
        self.repository = repository
        self.status = status
        self.said = said


class LeftBehind(ForgeError):
    """Something failed half-way, for this ``reason``, and what was made before could not be removed."""

    def __init__(self, reason: ForgeError, what: str) -> None:
        super().__init__(f'{reason}; left behind: {what}')
        self.reason = reason
        self.what = what

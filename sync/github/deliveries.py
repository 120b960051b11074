"""What GitHub tried to deliver to a webhook, and what of it failed.

GitHub keeps the list for three days, and sends nothing again by itself.

Sources:
    https://docs.github.com/en/rest/repos/webhooks#list-deliveries-for-a-repository-webhook
    https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reviewflow.errors import RepositoryUnavailable
from reviewflow.text import line
from sync.github import value
from sync.github.client import Answer, GitHubClient

log = logging.getLogger(__name__)

PAGES_MAX = 20
WORD_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt to tell us something."""

    id: int
    guid: str
    """The same for all attempts, and what ``X-GitHub-Attempt`` said."""
    at: datetime
    event: str
    action: str | None
    status_code: int
    """How it was answered; 0 where GitHub does not tell."""
    status: str
    """The same in GitHub's words: "OK", "failed to connect to host"."""

    @property
    def is_delivered(self) -> bool:
        """Whether it was taken."""
        return 200 <= self.status_code < 300

    @property
    def answer(self) -> str:
        """How it was answered, in a few words."""
        return f'{self.status_code} {self.status}'.strip()


async def failed_since(client: GitHubClient, hook_url: str, time: datetime, *, about: str) -> list[Attempt]:
    """List what failed since a time: the latest attempt of each, oldest first; of no more than two thousand.

    Pings are left out: they say nothing. While nothing fails it costs nothing.
    ``hook_url`` is the address of the hook in GitHub's interface: ``…/repos/owner/name/hooks/1``.

    Raises:
        ForgeError: nothing is known, for example as the token may not read it.
    """
    latest: dict[str, Attempt] = {}
    url: str | None = f'{hook_url}/deliveries?per_page=100&status=failure'
    for _ in range(PAGES_MAX):
        answer = await client.get_again(url or '', attempts_of, about=about)
        for each in answer.value:  # newest first; an older GitHub Enterprise Server lists all
            if each.at >= time and each.event != 'ping' and not each.is_delivered:
                latest.setdefault(each.guid, each)
        url = None if any(each.at < time for each in answer.value) else answer.next
        if url is None:
            break
    else:
        log.warning('%s: so much could not be delivered that the oldest is left to the polls', about)
    return sorted(latest.values(), key=lambda attempt: (attempt.at, attempt.id))


async def page(client: GitHubClient, url: str, *, about: str) -> Answer[tuple[Attempt, ...]]:
    """Read one page of the list."""
    return await client.get(url, attempts_of, about=about)


async def payload(client: GitHubClient, url: str, *, about: str) -> dict[str, Any] | None:
    """Fetch what a delivery said; None when it does not say it, or no longer.

    Raises:
        ForgeError: it may be had later.
    """
    try:
        return (await client.get(url, payload_of, about=about)).value
    except RepositoryUnavailable:  # the delivery is not there: its repository was, a moment ago
        return None


def attempts_of(data: Any) -> tuple[Attempt, ...]:
    """Read a list of deliveries; what is none is left out."""
    return tuple(found for item in value.items(data) if (found := _attempt(item)) is not None)


def payload_of(data: Any) -> dict[str, Any] | None:
    """Read what a delivery said, if it does."""
    found = value.dig(data, 'request', 'payload')
    return found if isinstance(found, dict) else None


def _attempt(data: Any) -> Attempt | None:
    id_, at = value.identifier(data), value.time(value.dig(data, 'delivered_at'))
    guid = line(value.dig(data, 'guid'), at_most=WORD_MAX)
    if id_ is None or at is None or not guid:
        return None
    return Attempt(
        id=id_,
        guid=guid,
        at=at,
        event=line(value.dig(data, 'event'), at_most=WORD_MAX),
        action=line(value.dig(data, 'action'), at_most=WORD_MAX) or None,
        status_code=value.count(value.dig(data, 'status_code')) or 0,
        status=line(value.dig(data, 'status'), at_most=WORD_MAX),
    )

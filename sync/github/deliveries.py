"""What GitHub tried to deliver to a webhook, and what of it never came here.

GitHub keeps the list for three days, and sends nothing again by itself.

Sources:
    https://docs.github.com/en/rest/repos/webhooks#list-deliveries-for-a-repository-webhook
    https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reviewflow.errors import ForgeUnavailable
from reviewflow.our_hook import Told
from reviewflow.text import line
from sync.github import value
from sync.github.client import Answer, GitHubClient

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


async def since(client: GitHubClient, hook_url: str, time: datetime, *, about: str) -> list[Attempt]:
    """List what was tried since a time, newest first; no more than two thousand.

    ``hook_url`` is the address of the hook in GitHub's interface: ``…/repos/owner/name/hooks/1``.

    Raises:
        ForgeError: nothing is known, for example as the token may not read it.
    """
    found: list[Attempt] = []
    url = f'{hook_url}/deliveries?per_page=100'
    for _ in range(PAGES_MAX):
        answer = await page(client, url, about=about)
        found += [attempt for attempt in answer.value if attempt.at >= time]
        is_over = any(attempt.at < time for attempt in answer.value)
        if is_over or answer.next is None:
            break
        url = answer.next
    return found


async def page(client: GitHubClient, url: str, *, about: str) -> Answer[tuple[Attempt, ...]]:
    """Read one page of the list."""
    return await client.get(url, attempts_of, about=about)


async def told(client: GitHubClient, hook_url: str, attempt: Attempt, *, about: str) -> Told:
    """Fetch what a delivery said.

    Raises:
        ForgeError: it is not to be had, or no longer.
    """
    return (await client.get(f'{hook_url}/deliveries/{attempt.id}', told_of, about=about)).value


def missed(attempts: Iterable[Attempt], is_known: Callable[[str], bool]) -> list[Attempt]:
    """Find what never came here, whatever GitHub believes: one attempt of each, oldest first.

    ``is_known`` tells of a guid whether it came. Pings are left out: they say nothing.
    """
    latest: dict[str, Attempt] = {}
    for attempt in attempts:
        if attempt.event != 'ping' and not is_known(attempt.guid):
            other = latest.setdefault(attempt.guid, attempt)
            if attempt.at > other.at:
                latest[attempt.guid] = attempt
    return sorted(latest.values(), key=lambda attempt: (attempt.at, attempt.id))


def attempts_of(data: Any) -> tuple[Attempt, ...]:
    """Read a list of deliveries; what is none is left out."""
    return tuple(found for item in value.items(data) if (found := _attempt(item)) is not None)


def told_of(data: Any) -> Told:
    """Read what a delivery said.

    Raises:
        ForgeUnavailable: it does not say it.
    """
    found, payload = _attempt(data), value.dig(data, 'request', 'payload')
    if found is None or not isinstance(payload, dict):
        raise ForgeUnavailable('a delivery without its content')
    return Told(guid=found.guid, event=found.event, payload=payload)


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

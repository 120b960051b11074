"""What our own GitHub delivers to webhooks: signed, in order or not, once, twice, late or never."""

import asyncio
import hashlib
import hmac
import json
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random
from urllib.parse import urlencode

import httpx

from tests.github import payload, shape
from tests.github.complete import API
from tests.github.holding import Holding
from tests.github.shape import Json

LOOPBACK = {'127.0.0.1', '::1', 'localhost'}
MASK = '********'
PATIENCE_S = 10
UNUSED = {'code': None, 'status': 'unused', 'message': None}
NO_CONNECTION = 502, 'failed to connect to host'


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What becomes of a delivery."""

    copies: int = 1
    """How often it arrives."""
    after: float = 0
    """In which flush from now: 0 is the next one."""
    is_believed: bool = False
    """Whether it counts as delivered though it never arrived."""


SEND = Fate()
DROP = Fate(copies=0)
"""The way is blocked, which its list of deliveries says."""
LOSE = Fate(copies=0, is_believed=True)
"""Somebody took it and forgot it."""
DOUBLE = Fate(copies=2)
HOLD = Fate(after=float('inf'))
"""Until :meth:`Sender.release`."""


def late(flushes: int) -> Fate:
    """Let so many flushes go by."""
    return Fate(after=flushes)


@dataclass(slots=True, kw_only=True, eq=False)
class Hook:
    """A webhook."""

    id: int
    place: str | int
    """The id of its repository, or the name of its organisation."""
    config: Json
    events: list[str]
    active: bool
    at: str
    last: Json = field(default_factory=lambda: dict(UNUSED))

    @property
    def address(self) -> tuple[str, str, str]:
        """What GitHub compares to find doubles."""
        return self.config['url'], self.config['content_type'], str(self.config['insecure_ssl'])

    def wants(self, event: str) -> bool:
        return self.active and ('*' in self.events or event in self.events)

    def shown(self, path: str) -> Json:
        """As GitHub shows it: without its secret; ``path`` is that of its repository or organisation."""
        url = f'{API}/{path}/hooks/{self.id}'
        return {
            'type': 'Organization' if isinstance(self.place, str) else 'Repository',
            'id': self.id,
            'name': 'web',
            'active': self.active,
            'events': list(self.events),
            'config': self.config | ({'secret': MASK} if self.config.get('secret') else {}),
            'created_at': self.at,
            'updated_at': self.at,
            'url': url,
            'test_url': f'{url}/test',
            'ping_url': f'{url}/pings',
            'deliveries_url': f'{url}/deliveries',
            'last_response': self.last,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """Something that is to be delivered."""

    hook: Hook
    guid: str
    event: str
    payload: Json
    fate: Fate
    is_redelivery: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Something that was, or was not."""

    id: int
    parcel: Parcel
    headers: Json
    at: str
    answer: tuple[int, str]

    @property
    def item(self) -> Json:
        """As a list shows it."""
        parcel = self.parcel
        return {
            'id': self.id,
            'guid': parcel.guid,
            'delivered_at': self.at,
            'redelivery': parcel.is_redelivery,
            'duration': 0.02,
            'status': self.answer[1],
            'status_code': self.answer[0],
            'event': parcel.event,
            'action': parcel.payload.get('action'),
            'installation_id': None,
            'repository_id': parcel.payload.get('repository', {}).get('id'),
            'throttled_at': None,
        }

    @property
    def whole(self) -> Json:
        """As GitHub shows it by itself."""
        request = {'headers': self.headers, 'payload': self.parcel.payload}
        response = {'headers': {}, 'payload': ''}
        url = self.parcel.hook.config['url']
        return self.item | {'url': url, 'request': request, 'response': response}


class Sender:
    """Delivers what happens to whoever asked for it.

    What happened waits until somebody says :meth:`flush`; a ping, and what is sent again, does not.
    """

    def __init__(self, github: Holding, place_of: Callable[[Hook], str]) -> None:
        self.hooks: list[Hook] = []
        self.deliveries: list[Delivery] = []
        """All attempts, oldest first."""
        self.transport: httpx.AsyncBaseTransport | None = None
        """For use in process; None: over the network."""
        self.usual = SEND
        """What becomes of what nobody made a :meth:`plan` for."""
        self.new_id: Callable[[], str] = lambda: str(uuid.uuid4())
        self._github = github
        self._place_of = place_of
        self._waiting: list[Parcel] = []
        self._fates = deque[Fate]()
        self._wake: Callable[[], object] = lambda: None

    def add(self, hook: Hook) -> None:
        """Tell this hook, too; without any nobody listens, which is fast."""
        if not self.hooks and self.hear not in self._github._listeners:
            self._github.on_event(self.hear)
        self.hooks.append(hook)

    def plan(self, *fates: Fate) -> None:
        """Say what becomes of what happens next, one fate for each delivery; then it is as usual."""
        self._fates.extend(fates)

    @property
    def waiting(self) -> int:
        """How many deliveries were not sent yet."""
        return len(self._waiting)

    @property
    def parcels(self) -> tuple[Parcel, ...]:
        """Those."""
        return tuple(self._waiting)

    def hear(self, event: str, action: str | None, said: Json) -> None:
        """Take note of what happened, as the listener that it is."""
        places = {said['repository']['id'], said['repository']['owner']['login']}
        hooks = [hook for hook in list(self.hooks) if hook.place in places and hook.wants(event)]
        if not hooks:
            return
        content, guid = payload.payload(event, action, said, self._find), self.new_id()
        for hook in hooks:
            fate = self._fates.popleft() if self._fates else self.usual
            self._waiting.append(Parcel(hook=hook, guid=guid, event=event, payload=content, fate=fate))
        self._wake()

    async def run(self) -> None:
        """Send what happens as soon as it does, until it is cancelled."""
        wake, loop = asyncio.Event(), asyncio.get_running_loop()
        self._wake = lambda: loop.call_soon_threadsafe(wake.set)
        try:
            while True:
                await self.flush()
                await wake.wait()
                wake.clear()
        finally:
            self._wake = lambda: None

    def release(self) -> None:
        """Let go of what is held or late: the next flush sends it."""
        with self._github.at_once:
            self._waiting = [_due(parcel, at=0) for parcel in self._waiting]

    async def flush(self, shuffled_by: Random | None = None) -> int:
        """Send what is due, in order or shuffled; gives how many requests arrived."""
        with self._github.at_once:
            due = [parcel for parcel in self._waiting if parcel.fate.after <= 0]
            late = [parcel for parcel in self._waiting if parcel.fate.after > 0]
            self._waiting = [_due(parcel, at=parcel.fate.after - 1) for parcel in late]
        due = [parcel for parcel in due for _ in range(max(parcel.fate.copies, 1))]
        if shuffled_by is not None:
            shuffled_by.shuffle(due)
        arrived = 0
        for parcel in due:
            arrived += (await self._deliver(parcel)) and parcel.fate.copies > 0
        return arrived

    async def ping(self, hook: Hook) -> None:
        """Say hello, at once, also to a hook that is switched off."""
        said: Json = {'sender': shape.user('ann')}
        repo = next((repo for repo in self._github.repos if repo.data['id'] == hook.place), None)
        if repo is not None:
            said['repository'] = repo.data
        content = payload.ping(hook.shown(self._place_of(hook)), said)
        fate = self._fates.popleft() if self._fates else SEND
        await self._deliver(
            Parcel(hook=hook, guid=str(uuid.uuid4()), event='ping', payload=content, fate=fate)
        )

    async def send_again(self, delivery: Delivery) -> None:
        """Send what was sent before, under the same id."""
        await self._deliver(replace(delivery.parcel, fate=SEND, is_redelivery=True))

    async def _deliver(self, parcel: Parcel) -> bool:
        """Try it once, and take note of it; tell whether it was taken."""
        body, headers = _wrapped(parcel)
        if parcel.fate.copies:
            answer = await self._post(parcel.hook.config['url'], body, headers)
        else:
            answer = (200, 'OK') if parcel.fate.is_believed else NO_CONNECTION
        id_, at = next(self._github._ids), self._github._time()
        self.deliveries.append(Delivery(id=id_, parcel=parcel, headers=headers, at=at, answer=answer))
        parcel.hook.last = {'code': answer[0], 'status': 'active', 'message': answer[1]}
        return 200 <= answer[0] < 300

    async def _post(self, url: str, body: bytes, headers: Json) -> tuple[int, str]:
        if self.transport is None and httpx.URL(url).host not in LOOPBACK:
            return NO_CONNECTION  # a test leaves this machine alone
        try:
            async with httpx.AsyncClient(
                transport=self.transport, trust_env=False, timeout=PATIENCE_S
            ) as client:
                response = await client.post(url, content=body, headers=headers)
        except httpx.TimeoutException:
            return 504, 'timed out'
        except httpx.TransportError:
            return NO_CONNECTION
        return response.status_code, response.reason_phrase

    def _find(self, name: str, number: int) -> Json:
        return self._github.pull(name, number).listed


def _due(parcel: Parcel, *, at: float) -> Parcel:
    return replace(parcel, fate=replace(parcel.fate, after=at))


def _wrapped(parcel: Parcel) -> tuple[bytes, Json]:
    """Give the body and its headers; what is signed are the bytes as they travel."""
    hook, content = parcel.hook, json.dumps(parcel.payload, separators=(',', ':'))
    is_form = hook.config['content_type'] == 'form'
    body = urlencode({'payload': content}).encode() if is_form else content.encode()
    is_of_organisation = isinstance(hook.place, str)
    headers = {
        'Accept': '*/*',
        'Content-Type': 'application/x-www-form-urlencoded' if is_form else 'application/json',
        'User-Agent': 'GitHub-Hookshot/0a1b2c3',
        'X-GitHub-Delivery': parcel.guid,
        'X-GitHub-Event': parcel.event,
        'X-GitHub-Hook-ID': str(hook.id),
        'X-GitHub-Hook-Installation-Target-ID': '0' if is_of_organisation else str(hook.place),
        'X-GitHub-Hook-Installation-Target-Type': 'organization' if is_of_organisation else 'repository',
    }
    if secret := hook.config.get('secret'):
        for name, kind in (('X-Hub-Signature', hashlib.sha1), ('X-Hub-Signature-256', hashlib.sha256)):
            signature = hmac.new(secret.encode(), body, kind).hexdigest()
            headers[name] = f'{kind().name}={signature}'
    return body, headers

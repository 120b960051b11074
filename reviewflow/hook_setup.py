"""Have repositories tell us what happens there: the use case behind ``setup-webhook``."""

import logging
from collections.abc import AsyncIterator, Iterable
from urllib.parse import urlsplit

from reviewflow.accounts import Action, Actor, authorize
from reviewflow.errors import BadCredentials, ForgeError, NotAccepted, RateLimited
from reviewflow.forge import Forge
from reviewflow.loopback import is_loopback
from reviewflow.models import REPOSITORY
from reviewflow.our_hook import PATH, HookReport, HooksReport, HookTarget
from reviewflow.public import checked_address
from reviewflow.settings import Settings
from reviewflow.words import counted, sentence

log = logging.getLogger(__name__)

REPOSITORIES, SECRET, URL = 'repositories', 'secret', 'url'
UNSIGNED = (
    'REVIEWFLOW_GITHUB__WEBHOOK_SECRET is not set where the server runs;'
    ' "openssl rand -hex 32" prints a good one, and a restart of the server reads it'
)
UNREACHABLE = 'GitHub must know how to reach the server: set REVIEWFLOW_PUBLIC_URL, or say --url https://…'


async def set_up_hooks(
    actor: Actor, host: Forge, settings: Settings, *, names: Iterable[str] = (), url: str = ''
) -> HooksReport:
    """See that each of these has one webhook of ours, as it should be.

    ``owner/*`` is all of an owner, and without names it is all that is shown; ``url`` is where we can be
    reached, if not at the public address.

    Raises:
        NotAllowed, NotAccepted: nothing was changed.
    """
    authorize(actor, Action.CHANGE_SETTINGS)
    names = tuple(names) or settings.github.repositories
    if host.is_pretend:
        raise NotAccepted(REPOSITORIES, 'the pretend team has no webhooks: connect GitHub')
    if not names:
        raise NotAccepted(REPOSITORIES, 'none is shown here: name one')
    if not all(map(REPOSITORY.fullmatch, names)):
        raise NotAccepted(REPOSITORIES, 'must be like owner/name or owner/*')
    target = target_of(settings, url)
    hooks: list[HookReport] = []
    errors: list[str] = []
    try:
        async for name in _resolved(host, names, errors):
            try:
                hooks.append(await host.set_up_hook(name, target))
            except ForgeError as error:
                _note(error, errors, host)
    except (BadCredentials, RateLimited) as error:  # the others would go the same way
        errors.append(sentence(error, host.title))
    done = counted(len(hooks), 'webhook')
    log.info('%s had %s set up', actor.name, done, extra={'person': actor.name, 'hooks': len(hooks)})
    return HooksReport(url=target.url, hooks=tuple(hooks), errors=tuple(errors))


def target_of(settings: Settings, url: str = '') -> HookTarget:
    """Find out where deliveries are to go: to this ``url`` of ours, else to the public address.

    Raises:
        NotAccepted: with what is missing, or wrong with it.
    """
    github = settings.github
    if github.webhook_secret is None:
        raise NotAccepted(SECRET, UNSIGNED)
    try:
        address = checked_address(url.rstrip('/').removesuffix(PATH)) if url else settings.public_url
    except ValueError as error:
        raise NotAccepted(URL, str(error)) from None
    if address is None:
        raise NotAccepted(URL, UNREACHABLE)
    if _is_here(address) and not _is_here(github.api_url):
        raise NotAccepted(URL, f'GitHub cannot reach {address}: only this machine can')
    return HookTarget(url=address + PATH, secret=github.webhook_secret.get_secret_value())


def _is_here(url: str) -> bool:
    return is_loopback(urlsplit(url).hostname or '')


async def _resolved(host: Forge, names: Iterable[str], errors: list[str]) -> AsyncIterator[str]:
    """Name each repository once."""
    seen: set[str] = set()
    for pattern in names:
        found = [pattern]
        if pattern.endswith('/*'):
            try:
                found = [repository.name for repository in await host.repositories(pattern)]
            except ForgeError as error:
                _note(error, errors, host)
                continue
            if not found:
                errors.append(f'{pattern} has no repositories, or none that the token may see')
        for name in found:
            if name.lower() not in seen:
                seen.add(name.lower())
                yield name


def _note(error: ForgeError, errors: list[str], host: Forge) -> None:
    """Keep what is wrong with one; what is wrong with all of them is raised again."""
    if isinstance(error, BadCredentials | RateLimited):
        raise error
    errors.append(sentence(error, host.title))

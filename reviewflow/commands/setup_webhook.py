"""``setup-webhook``: have repositories on GitHub tell the server what happens, at once."""

import asyncio
import json
import re
import sys

from reviewflow.as_json import Json, hooks_json
from reviewflow.commands.alone import alone
from reviewflow.commands.ask import LONG_S, ask
from reviewflow.commands.command import JSON, Argument, Call, Command
from reviewflow.commands.progress import Progress
from reviewflow.data_dir import Address, DataDir
from reviewflow.errors import CommandError, NotAccepted, SettingsError
from reviewflow.hook_setup import URL
from reviewflow.models import REPOSITORY
from reviewflow.text import shown
from reviewflow.words import counted

FIELD = re.compile(r'\A(repositories|secret|url): ')
"""How a server names what it was asked with; here it speaks for itself."""


def setup_webhook(call: Call) -> int:
    """Have it done by the running server, whose secret counts, else by ourselves."""
    names = _names(call)
    url = call.arguments['url'] or ''
    address = DataDir(call.settings.data_dir).address()
    done = _set_up_alone(call, names, url) if address is None else _ask(address, names, url)
    if call.arguments['json']:
        print(json.dumps(done))
    elif done['hooks']:
        for hook in done['hooks']:
            ping = _ping(hook, is_running=address is not None)
            print(f'{shown(hook["repository"])}: {_what(hook)}; {ping}')
        print(done['url'])
    for error in done['errors']:
        print(f'reviewflow: {shown(error)}', file=sys.stderr)
    return 1 if done['errors'] else 0


def _names(call: Call) -> list[str]:
    """Take the repositories that were named; none for all that are shown.

    Raises:
        SettingsError: it is not clear which.
    """
    names: list[str] = call.arguments['repo'] or []
    if bool(names) == call.arguments['all']:
        raise SettingsError('say either --repo owner/name or --all')
    if not all(map(REPOSITORY.fullmatch, names)):
        raise SettingsError('--repo must be like owner/name or owner/*')
    return names


def _ask(address: Address, names: list[str], url: str) -> Json:
    wanted = {'repositories': names, 'url': url}
    try:
        with Progress('The running server sets up webhooks'):
            return ask(address, 'POST', 'webhooks', wanted, patience_s=LONG_S)
    except KeyboardInterrupt:
        print('reviewflow: the running server goes on with it', file=sys.stderr)
        raise
    except CommandError as error:
        field = FIELD.match(str(error))
        raise CommandError(_said(field[1] if field else '', FIELD.sub('', str(error)), url)) from None


def _set_up_alone(call: Call, names: list[str], url: str) -> Json:
    try:
        with alone(call.settings), Progress('Setting up webhooks'):
            return hooks_json(asyncio.run(call.outside.set_up_webhooks(call.settings, names, url)))
    except NotAccepted as error:
        raise CommandError(_said(error.field, error.problem, url)) from None


def _said(field: str, problem: str, url: str) -> str:
    """Say what is wrong; of a flag that was given, which."""
    return f'--url: {problem}' if field == URL and url else problem


def _what(hook: Json) -> str:
    """Say what was done."""
    if hook['organisation'] is not None:
        return f'the webhook of {shown(hook["organisation"])} does it'
    done = 'created' if hook['is_new'] else 'as it should be'
    if hook['repaired'] and not hook['is_new']:
        done = f'repaired: {", ".join(hook["repaired"])}'
    return f'{done}; {counted(hook["removed"], "double")} removed' if hook['removed'] else done


def _ping(hook: Json, *, is_running: bool) -> str:
    """Say what came of its ping."""
    if hook['has_arrived']:
        return 'its ping arrived'
    if hook['ping'] is None:
        return 'whether its ping arrived, GitHub does not say'
    why = '' if is_running else ', as no server is running here'
    return f'its ping did not arrive ({shown(hook["ping"])}){why}'


SETUP_WEBHOOK = Command(
    name='setup-webhook',
    help='have repositories on GitHub tell the server what happens, at once',
    about='Creates or repairs its webhook, and removes doubles; no other webhook is touched.'
    ' It needs REVIEWFLOW_GITHUB__WEBHOOK_SECRET, an address that GitHub can reach,'
    ' and a token that may manage webhooks: admin:repo_hook, or "Webhooks: read and write".',
    run=setup_webhook,
    arguments=(
        Argument(
            name='--repo',
            help='where; can be said several times',
            options={'metavar': 'OWNER/NAME', 'action': 'append'},
        ),
        Argument(name='--all', help='in all repositories that are shown', options={'action': 'store_true'}),
        Argument(
            name='--url',
            help='where GitHub reaches the server, if not at the public address',
            options={'metavar': 'ADDRESS'},
        ),
        JSON,
    ),
)

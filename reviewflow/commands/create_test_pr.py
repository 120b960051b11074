"""``create-test-pr``: see a new pull arrive, of the pretend team or a small real one."""

import asyncio
import json
import re
import sys

from reviewflow.as_json import Json, created_json
from reviewflow.commands.alone import alone
from reviewflow.commands.ask import LONG_S, ask
from reviewflow.commands.command import JSON, Argument, Call, Command
from reviewflow.commands.progress import Progress
from reviewflow.data_dir import Address, DataDir
from reviewflow.errors import CommandError, ForgeError, SettingsError
from reviewflow.models import is_repository
from reviewflow.text import shown
from reviewflow.words import sentence


def create_test_pr(call: Call) -> int:
    """Create it; in the running server, so that open pages show it at once."""
    repository = call.arguments['repo'] or ''
    if repository and not _may_go_on(repository, is_sure=call.arguments['yes']):
        print('nothing was created', file=sys.stderr)
        return 1
    address = DataDir(call.settings.data_dir).address()
    created = _create_alone(call, repository) if address is None else _ask(address, repository)
    if call.arguments['json']:
        print(json.dumps(created))
    else:
        _show(created)
    return 0


def _ask(address: Address, repository: str) -> Json:
    try:
        with Progress('The running server creates a pull'):
            return ask(address, 'POST', 'test-pull', {'repository': repository}, patience_s=LONG_S)
    except KeyboardInterrupt:
        print('reviewflow: the running server goes on with it', file=sys.stderr)
        raise
    except CommandError as error:  # it speaks of its field, which is a flag here
        raise CommandError(re.sub(r'\Arepository:', '--repo owner/name:', str(error))) from None


def _may_go_on(repository: str, *, is_sure: bool) -> bool:
    """Find out whether it is meant: what is created is there for everybody to see.

    Raises:
        SettingsError: nobody is there to be asked, or it is no repository.
    """
    if not is_repository(repository):
        raise SettingsError('--repo must be like owner/name')
    if is_sure:
        return True
    if not sys.stdin.isatty():
        raise SettingsError(f'add --yes to create a pull request in {repository}')
    print(f'Create a pull request in {repository}, for everybody there to see? [y/N] ', end='', flush=True)
    return sys.stdin.readline().strip().lower() in {'y', 'yes'}


def _create_alone(call: Call, repository: str) -> Json:
    if not repository:
        raise CommandError('no server is running that would show a pull; --repo creates one on GitHub')

    try:
        with alone(call.settings), Progress(f'Creating a pull in {repository}'):
            pull = asyncio.run(call.outside.create_test_pull(call.settings, repository))
    except ForgeError as error:
        raise CommandError(sentence(error, 'GitHub')) from None
    return created_json(pull, page=None, pages=0)


def _show(created: Json) -> None:
    print(f'{created["repository"]}#{created["number"]} {shown(created["title"])}')
    print(created['url'])
    print(created['page'] or 'its repository is on no board here')


CREATE_TEST_PR = Command(
    name='create-test-pr',
    help='create a pull request, to see it arrive',
    about='The pretend team opens its next one. With --repo it is a small real one, on GitHub:'
    ' a branch, a file on it, a pull request; the token must be allowed to write.',
    run=create_test_pr,
    arguments=(
        Argument(
            name='--repo',
            help='create a real one here; asks first',
            options={'metavar': 'OWNER/NAME'},
        ),
        Argument(name='--yes', help='do not ask', options={'action': 'store_true'}),
        JSON,
    ),
)

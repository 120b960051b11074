"""``users``: who has an account; in the running server, so that it holds at once, else in the store."""

import json

from reviewflow.as_json import Json
from reviewflow.commands.ask import ask
from reviewflow.commands.command import JSON, Argument, Call, Command
from reviewflow.commands.password import new_password, read_password
from reviewflow.data_dir import DataDir
from reviewflow.errors import CommandError

ROLES = ('viewer', 'reviewer', 'maintainer', 'admin')  # of ``Role``, which takes long to import


def add(call: Call) -> int:
    """Give somebody an account."""
    name, role = call.arguments['name'], call.arguments['role']
    password = _password(call)
    user = _do(call, 'POST', {'name': name, 'role': role, 'password': password})
    print(f'{user["name"]} was added as {user["role"]}')
    _show_generated(call, password)
    return 0


def list_(call: Call) -> int:
    """List who has an account."""
    people = _do(call, 'GET')['items']
    if call.arguments['json']:
        print(json.dumps(people))
        return 0
    width = max((len(person['name']) for person in people), default=0)
    for person in people:
        out = f'  disabled since {person["disabled_at"][:10]}' if person['is_disabled'] else ''
        print(f'{person["name"]:{width}}  {person["role"]:10}  since {person["created_at"][:10]}{out}')
    return 0


def set_role(call: Call) -> int:
    """Give somebody another role."""
    user = _change(call, {'role': call.arguments['role']})
    print(f'{user["name"]} is {user["role"]}')
    return 0


def set_password(call: Call) -> int:
    """Give somebody another password."""
    password = _password(call)
    user = _change(call, {'password': password})
    print(f'{user["name"]} has another password')
    _show_generated(call, password)
    return 0


def disable(call: Call) -> int:
    """Keep somebody out."""
    print(f'{_change(call, {"is_disabled": True})["name"]} is out, and stays out')
    return 0


def enable(call: Call) -> int:
    """Let somebody in again."""
    print(f'{_change(call, {"is_disabled": False})["name"]} may come in again')
    return 0


def _change(call: Call, changes: Json) -> Json:
    return _do(call, 'PATCH', {'name': call.arguments['name'], **changes})


def _do(call: Call, method: str, body: Json | None = None) -> Json:
    """Have the running server do it, else do the same in the store."""
    if (address := DataDir(call.settings.data_dir).address()) is not None:
        return ask(address, method, 'users', body)
    folder = call.settings.data_dir
    if method != 'POST' and not folder.is_dir():
        raise CommandError(f'there is no data directory {folder.absolute()}: is this the right folder?')
    from reviewflow.commands import user_store  # noqa: PLC0415  # takes long to import

    return user_store.DO[method](call.settings, body or {})


def _password(call: Call) -> str:
    return new_password() if call.arguments['generate'] else read_password(call.arguments['name'])


def _show_generated(call: Call, password: str) -> None:
    """Print a password that was made up; this is the only time."""
    if call.arguments['generate']:
        print(f'password: {password}')


NAME = Argument(name='name', help='who', options={'metavar': 'NAME'})
GENERATE = Argument(
    name='--generate', help='make a password up, and print it once', options={'action': 'store_true'}
)
BY_FLAG = Argument(
    name='--role',
    help=f'one of {", ".join(ROLES)}; default: viewer',
    options={'choices': ROLES, 'default': 'viewer', 'metavar': 'ROLE'},
)
ROLE = Argument(name='role', help=f'one of {", ".join(ROLES)}', options={'choices': ROLES, 'metavar': 'ROLE'})
PASSWORDS = 'The password is asked for twice; without a terminal it is a line of the standard input.'

USERS = Command(
    name='users',
    help='add, list and change accounts',
    about='In a running server it takes effect at once: whoever is changed has to sign in again.',
    parts=(
        Command(
            name='add',
            help='give somebody an account',
            run=add,
            arguments=(NAME, BY_FLAG, GENERATE),
            about=PASSWORDS,
        ),
        Command(name='list', help='list who has an account', run=list_, arguments=(JSON,)),
        Command(name='role', help='give somebody another role', run=set_role, arguments=(NAME, ROLE)),
        Command(
            name='password',
            help='give somebody another password',
            run=set_password,
            arguments=(NAME, GENERATE),
            about=PASSWORDS,
        ),
        Command(name='disable', help='keep somebody out', run=disable, arguments=(NAME,)),
        Command(name='enable', help='let somebody in again', run=enable, arguments=(NAME,)),
    ),
)

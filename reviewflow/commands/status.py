"""``status``: how the server is, or what is stored while there is none."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from reviewflow import __version__
from reviewflow.as_json import Json
from reviewflow.commands.ask import ask
from reviewflow.commands.command import JSON, Call, Command
from reviewflow.data_dir import DataDir
from reviewflow.text import shown
from reviewflow.words import counted

NOT_WELL, NOT_RUNNING = 1, 3
"""Exit statuses; the second is what systemd's ``status`` says of a service that is not running."""
SPANS = ((86_400, 'day'), (3_600, 'hour'), (60, 'minute'), (1, 'second'))
DATABASES = {
    'missing': 'nothing is stored yet',
    'older': 'an older ReviewFlow stored it; the next start brings it up to date',
    'newer': 'a newer ReviewFlow stored it, which this one does not understand',
}

Lines = Iterator[tuple[str, str]]


def status(call: Call) -> int:
    """Ask the running server, else look at the database."""
    data_dir = DataDir(call.settings.data_dir)
    if (address := data_dir.address()) is not None:
        found = {'running': True} | ask(address, 'GET', 'status')
        lines = _running(found, datetime.now(UTC))
    else:
        from reviewflow.commands import status_store  # noqa: PLC0415  # takes long to import

        found = {'running': False, 'version': __version__, 'data_dir': str(Path(data_dir.path).absolute())}
        found |= {'busy': data_dir.is_claimed()} | status_store.look(call.settings)
        lines = _stopped(found)
    if call.arguments['json']:
        print(json.dumps(found))
    else:
        _show(found, lines)
    if not found['running']:
        return NOT_RUNNING
    return NOT_WELL if found['sync']['state'] == 'failing' else 0


def _show(found: Json, lines: Lines) -> None:
    print(f'ReviewFlow {found["version"]}, {"running" if found["running"] else "not running"}')
    for name, text in lines:
        print(f'{name:>14}{":" if name else " "} {text}')


def _running(found: Json, now: datetime) -> Lines:
    yield 'address', found['address']
    yield 'since', f'{_moment(found["since"])}, {_ago(found["since"], now)} (process {found["pid"]})'
    pages, readers = found['open']['pages'], found['open']['feed_readers']
    yield 'open', f'{counted(pages, "page")}, {counted(readers, "feed reader")}'
    yield from _sync(found['sync'], now)
    yield 'reads', ', '.join(found['reads']) or 'the pretend team'
    yield 'pulls', _pulls(found['pulls'])
    if (limit := found['limit']) is not None:
        left = f'{limit["remaining"]:,} of {limit["limit"]:,} requests left'
        yield 'allowance', f'{left} until {_moment(limit["resets_at"])}'
    yield 'data', found['data_dir']


def _sync(sync: Json, now: datetime) -> Lines:
    yield 'sync', f'{sync["state"]}, {sync["forge"]}, every {sync["interval_s"]:g} s'
    for error in sync['errors']:
        yield 'error', shown(error)
    yield 'last read', _ago(sync['read_at'], now) if sync['read_at'] else 'not yet'
    if sync['event_at'] is not None:
        yield 'last change', _ago(sync['event_at'], now)


def _stopped(found: Json) -> Lines:
    if found['busy']:
        yield 'at work', 'another ReviewFlow: a server that is starting or ending, or a command'
    yield 'data', found['data_dir']
    if found['database'] != 'current':
        yield 'database', DATABASES[found['database']]
        return
    accounts = found['accounts']
    yield 'repositories', ', '.join(found['repositories']) or 'none'
    yield 'read up to', _moment(found['read_to']) if found['read_to'] else 'nothing yet'
    yield 'pulls', _pulls(found['pulls'])
    disabled = f', {accounts["disabled"]} disabled' if accounts['disabled'] else ''
    administrators = counted(accounts['administrators'], 'administrator')
    yield 'accounts', f'{accounts["total"]}, of them {administrators}{disabled}'


def _pulls(pulls: Json) -> str:
    parts = [f'{number} {name.replace("_", " ")}' for name, number in pulls.items() if name != 'total']
    return f'{pulls["total"]}: {", ".join(parts)}'


def _moment(text: str) -> str:
    return f'{datetime.fromisoformat(text):%Y-%m-%d %H:%M} UTC'


def _ago(text: str, now: datetime) -> str:
    seconds = max(1, round((now - datetime.fromisoformat(text)).total_seconds()))
    span, noun = next(each for each in SPANS if seconds >= each[0])
    return f'{counted(seconds // span, noun)} ago'


STATUS = Command(
    name='status',
    help='how the server is, or what is stored while there is none',
    run=status,
    arguments=(JSON,),
    about='It changes nothing.',
    statuses='Exit status: 0 running and well, 1 something is wrong, 3 not running, 2 used wrongly.',
)

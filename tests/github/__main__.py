"""Start our own GitHub by hand, with a small organisation that lives; see ``docs/fake-github.md``."""

import argparse
import signal
import sys
import threading
import time
from collections.abc import Sequence
from random import Random

from tests import npm
from tests.github.app import FakeGitHub
from tests.github.delivering import delivering
from tests.github.fault.script import DOWN, ONLY_GRAPHQL, SCRIPT
from tests.github.organisation import OWNER, Organisation
from tests.github.server import Listening, listen

EVERY_S = (2.0, 6.0)
"""Something happens after so many seconds, from … to …"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until somebody presses Ctrl-C."""
    asked = _parser().parse_args(arguments)
    github = FakeGitHub(token=asked.token)
    if (reason := npm.missing()) is not None:
        github.has_graphql = False
        print(f'REST alone, no GraphQL: {reason}', file=sys.stderr)
    organisation = Organisation(github)
    organisation.furnish(asked.pulls)
    enough = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: enough.set())
    with listen(github, asked.port) as listening, delivering(github):
        _say_hello(github, listening)
        life = threading.Thread(target=_live, args=(organisation, enough), name='life', daemon=True)
        if not asked.quiet:
            life.start()
        if asked.fault:
            _play(github, listening, asked, enough)
        enough.wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog='python -m tests.github', description=__doc__)
    parser.add_argument('--port', type=int, default=0, help='default: a free one')
    parser.add_argument('--token', default='a-token', help='the one that is let in; default: a-token')
    parser.add_argument('--pulls', type=int, default=60, help='how many pulls there are; default: 60')
    parser.add_argument('--quiet', action='store_true', help='nothing happens by itself')
    parser.add_argument('--fault', choices=[*SCRIPT, DOWN], help='what goes wrong with every request')
    parser.add_argument('--after', type=float, default=20, metavar='SECONDS', help='when; default: 20')
    parser.add_argument('--for', type=float, default=30, metavar='SECONDS', dest='lasts', help='default: 30')
    return parser


def _say_hello(github: FakeGitHub, listening: Listening) -> None:
    print(f'Our own GitHub: {listening.url}, token {github.token}; Ctrl-C ends it')
    print('In another terminal:\n')
    print(
        f'  REVIEWFLOW_GITHUB__API_URL={listening.url} REVIEWFLOW_GITHUB__TOKEN={github.token} '
        f"REVIEWFLOW_GITHUB__REPOSITORIES='{OWNER}/*' REVIEWFLOW_SYNC__INTERVAL_S=5 "
        'REVIEWFLOW_DATA_DIR=data/demo-github make run\n'
    )
    print(
        'It takes port 8000: stop the ReviewFlow that listens there, or put REVIEWFLOW_PORT=8001 in front.\n',
        flush=True,
    )


def _live(organisation: Organisation, enough: threading.Event) -> None:
    random = Random()
    while not enough.wait(random.uniform(*EVERY_S)):
        print(time.strftime('%H:%M:%S'), organisation.step(), flush=True)


def _play(
    github: FakeGitHub, listening: Listening, asked: argparse.Namespace, enough: threading.Event
) -> None:
    if enough.wait(asked.after):
        return
    print(time.strftime('%H:%M:%S'), f'{asked.fault}, for {asked.lasts:g} s', flush=True)
    if asked.fault == DOWN:
        listening.stop()
    else:
        on = '/graphql' if asked.fault in ONLY_GRAPHQL else None
        github.always(SCRIPT[asked.fault](), on=on)
    enough.wait(asked.lasts)
    if asked.fault == DOWN:
        listening.start()
    github.calm()
    print(time.strftime('%H:%M:%S'), 'all is well again', flush=True)


if __name__ == '__main__':
    sys.exit(main())

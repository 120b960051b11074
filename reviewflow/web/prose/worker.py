"""The process that renders: a text a line on its standard input, HTML a line on its standard output.

It ends when its input does, so it does not outlive the server, however that ended.
"""

import json
import sys

from reviewflow.web.prose.markdown import html_of


def main() -> None:
    """Say that it is ready, then answer; null where a text cannot be rendered."""
    _say('ready')
    for line in sys.stdin.buffer:
        text, host, repository = json.loads(line)
        try:
            _say(html_of(text, host=host, repository=repository))
        except Exception:  # noqa: BLE001  # a text of a stranger found a mistake in somebody's library
            _say(None)


def _say(html: str | None) -> None:
    sys.stdout.buffer.write(json.dumps(html).encode() + b'\n')
    sys.stdout.buffer.flush()


if __name__ == '__main__':
    main()

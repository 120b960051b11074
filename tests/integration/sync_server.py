"""Who reads a GitHub, in processes that are killed one after the other: ``sync_server.py FOLDER URL TOKEN``.

What takes long is done once; each process is then forked, and opens the database anew. It says its id, and
ends with its standard input.
"""

import asyncio
import os
import sys
from pathlib import Path

from pydantic import SecretStr

from reviewflow.settings import GitHub, Settings, Sync
from reviewflow.store.database import prepare
from sync.bootstrap import wire


def main() -> None:
    folder, url, token, *repositories = sys.argv[1:]
    settings = Settings(
        data_dir=Path(folder),
        github=GitHub(api_url=url, token=SecretStr(token), repositories=tuple(repositories)),
        sync=Sync(interval_s=1, closed_days=36_500),
    )
    asyncio.run(prepare(settings.database))
    while sys.stdin.readline():
        if (pid := os.fork()) == 0:
            asyncio.run(read(settings))
            return
        print(pid, flush=True)  # noqa: T201
        os.waitpid(pid, 0)


async def read(settings: Settings) -> None:
    """Read until the end."""
    await wire(settings).open()
    await asyncio.Event().wait()


if __name__ == '__main__':
    main()

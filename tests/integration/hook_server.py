"""Where GitHub calls, in processes that are killed one after the other: ``hook_server.py FOLDER``.

What takes long is done once; each process is then forked, and opens the database anew. It says which port it
is, and then the id of each process; it ends with its standard input.
"""

import asyncio
import os
import socket
import sys
from pathlib import Path

import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette

from reviewflow.clock import utc_now
from reviewflow.settings import Settings
from reviewflow.store.database import prepare
from reviewflow.web.webhook import Webhook
from sync.bootstrap import wire
from tests.hooks import SECRET


def main() -> None:
    settings = Settings(data_dir=Path(sys.argv[1]))
    asyncio.run(prepare(settings.database))
    core = wire(settings)
    webhook = Webhook(core.flow, core.hook_parser, SecretStr(SECRET), clock=utc_now)
    config = uvicorn.Config(Starlette(routes=[webhook.route]), http='h11', log_config=None, lifespan='off')
    config.load()
    with socket.create_server(('127.0.0.1', 0)) as listening:
        print(listening.getsockname()[1], flush=True)  # noqa: T201
        while sys.stdin.readline():
            if (pid := os.fork()) == 0:
                asyncio.run(uvicorn.Server(config).serve([listening]))
                return
            print(pid, flush=True)  # noqa: T201
            os.waitpid(pid, 0)


if __name__ == '__main__':
    main()

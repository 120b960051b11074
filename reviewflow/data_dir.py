"""The data directory: whose it is, and where the server that owns it can be reached."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from filelock import FileLock, Timeout

from reviewflow.errors import StartError


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a running server listens, and the key that it takes from its own machine."""

    url: str
    key: str = field(repr=False)


class DataDir:
    """A directory that one process at a time may work in."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = FileLock(path / 'lock', timeout=0)

    def claim(self) -> None:
        """Create it where it is missing, and hold it until :meth:`release`.

        Raises:
            StartError: somebody else holds it, or it cannot be written.
        """
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock.acquire()
            self.withdraw()  # what a crash left behind
        except Timeout:
            raise StartError(f'another ReviewFlow works in {self.path.absolute()}') from None
        except OSError as error:
            raise self._unusable(error) from None

    def release(self) -> None:
        """Let others have it."""
        self._lock.release()

    def is_claimed(self) -> bool:
        """Tell whether some process works in it."""
        if not self.path.is_dir():
            return False
        try:
            with FileLock(self.path / 'lock', timeout=0):
                return False
        except Timeout:
            return True
        except OSError as error:
            raise self._unusable(error) from None

    def publish(self, address: Address) -> None:
        """Say where we can be reached; only this user can read it."""
        new = self.path / 'server.json.new'
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), 'w') as file:
            json.dump(asdict(address), file)
        new.replace(self._server_file)

    def withdraw(self) -> None:
        """Take the address back."""
        self._server_file.unlink(missing_ok=True)

    def address(self) -> Address | None:
        """Read where the running server can be reached; a file that a crash left behind is none."""
        if not self.is_claimed():
            return None
        try:
            return Address(**json.loads(self._server_file.read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def _unusable(self, error: OSError) -> StartError:
        return StartError(f'the data directory {self.path.absolute()} cannot be used: {error.strerror}')

    @property
    def _server_file(self) -> Path:
        return self.path / 'server.json'

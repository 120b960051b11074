"""The keys that lock up secrets in the database: a file in the data directory, one key a line.

The first key encrypts, and all of them decrypt: a new one is put on top.
"""

import logging
import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from reviewflow.errors import StoreError

log = logging.getLogger(__name__)


class Keys:
    """The file; it is made when something is first encrypted."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def encrypt(self, plain: str) -> str:
        """Lock up a secret.

        Raises:
            StoreError: the file cannot be used.
        """
        try:
            return self._usable().encrypt(plain.encode()).decode()
        except (OSError, ValueError) as error:
            raise StoreError(f'the file {self._file.name} cannot be used ({type(error).__name__})') from None

    def decrypt(self, locked: str) -> str | None:
        """Give a secret back; None when its key is gone."""
        try:
            return self._fernet().decrypt(locked.encode()).decode()
        except (OSError, ValueError, InvalidToken):
            return None

    def _usable(self) -> MultiFernet:
        """Give the keys; a file without any is set aside, since nothing can be opened with it anyway."""
        if not self._file.exists():
            self._create()
        try:
            return self._fernet()
        except ValueError:
            log.warning('%s holds no key: it is set aside, and a new one is made', self._file.name)
            self._file.replace(self._file.with_name(f'{self._file.name}.unusable'))
            self._create()
            return self._fernet()

    def _fernet(self) -> MultiFernet:
        return MultiFernet([Fernet(line) for line in self._file.read_text('ascii').split()])

    def _create(self) -> None:
        """Write it whole or not at all: half a key would lock up what nobody opens again."""
        new = self._file.with_name(f'{self._file.name}.new')
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), 'wb') as file:
            file.write(Fernet.generate_key() + b'\n')
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._file)

"""Pictures on disk, so that a restart does not fetch all of them again."""

import contextlib
import os
import re
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock

from reviewflow.picture import SIZE_MAX, Picture, picture

FILES_MAX = 4000
BYTES_MAX = 64 * 1024 * 1024
NAME = re.compile(r'[0-9a-f]{40}')


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A picture, and how old it is."""

    picture: Picture
    age_s: float


class Album:
    """A bounded folder of pictures, the oldest out first; names are 40 hex digits.

    A disk that is full or not to be written costs the memory of them, and nothing else. Its methods block.
    """

    def __init__(self, folder: Path, *, files_max: int = FILES_MAX, bytes_max: int = BYTES_MAX) -> None:
        self._folder = folder
        self._files_max = files_max
        self._bytes_max = bytes_max
        self._lock = Lock()

    def find(self, name: str) -> Kept | None:
        """Look for a picture; a file that is none, or too large, is as good as missing."""
        try:
            with (self._folder / name).open('rb') as file:
                age_s = max(time.time() - os.fstat(file.fileno()).st_mtime, 0)
                found = picture(file.read(SIZE_MAX + 1))
        except OSError:
            return None
        return None if found is None else Kept(picture=found, age_s=age_s)

    def keep(self, name: str, new: Picture) -> None:
        """Store a picture, unless it is of a kind that would not be believed when it is read."""
        if picture(new.content) != new:
            return
        with self._lock, contextlib.suppress(OSError):
            self._write(self._folder / name, new.content)
            self._sizes.pop(name, None)
            self._sizes[name] = len(new.content)
            while len(self._sizes) > self._files_max or sum(self._sizes.values()) > self._bytes_max:
                oldest = next(iter(self._sizes))
                (self._folder / oldest).unlink(missing_ok=True)
                del self._sizes[oldest]

    def _write(self, path: Path, content: bytes) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        new = path.with_suffix('.new')
        try:
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 'wb') as file:
                file.write(content)
            new.replace(path)
        except OSError:
            new.unlink(missing_ok=True)
            raise

    @cached_property
    def _sizes(self) -> dict[str, int]:
        """File → bytes, the oldest first; what a crash left half written is removed."""
        found = []
        for path in self._folder.iterdir():
            if NAME.fullmatch(path.name):
                stat = path.stat()
                found.append((stat.st_mtime, path.name, stat.st_size))
            elif path.suffix == '.new':
                path.unlink()
        return {name: size for _, name, size in sorted(found)}

"""Locks between programs, which the kernel takes away from whoever dies: for one write, and for one conversation."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from deepchat.errors import StoreError
from deepchat.store.failures import our_error

LONGEST_WAIT_S: Final = 5.0
_TICK_S: Final = 0.005
FILE_MODE: Final = 0o600
_FILE_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


def lock_of(path: Path) -> Path:
    """The file that is locked around each write of a store."""
    return path.with_name(f"{path.name}.lock")


def use_of(path: Path) -> Path:
    """The file that is locked, together with others, by whoever has a store open."""
    return path.with_name(f"{path.name}.open")


class FileLock:
    """A lock on a file of its own; the file stays when it is released, and means nothing without its holder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None

    def acquire(self, *, shared: bool = False) -> bool:
        """Hold it, unless another program does; raises OSError when there can be no such file."""
        if self._file is not None:
            return True
        file = os.open(self.path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, FILE_MODE)
        try:
            fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        except OSError:
            os.close(file)
            raise
        self._file = file
        return True

    def is_there(self) -> bool:
        """Whether what was locked is still the file of that name: another holder may have taken that away."""
        with suppress(FileNotFoundError):
            return self._file is not None and os.path.samestat(os.fstat(self._file), self.path.stat())
        return False

    @contextmanager
    def alone(self) -> Generator[bool]:
        """Whether no one shares it, and nobody can until the end; where it could not be held, no one can know."""
        if self._file is None:
            yield True
            return
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            is_alone = True
        except BlockingIOError:
            is_alone = False
        try:
            yield is_alone
        finally:
            # Even an attempt that fails has let go of the share.
            fcntl.flock(self._file, fcntl.LOCK_SH)

    def release(self) -> None:
        """Let others hold it."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


class WriterLock(FileLock):
    """Held around each write; a context manager that waits for another program's write to end."""

    def __enter__(self) -> Self:
        give_up = time.monotonic() + LONGEST_WAIT_S
        while not self.acquire():
            if time.monotonic() >= give_up:
                raise StoreError(
                    "another DeepChat has been writing for too long", "see whether it hangs: deepchat doctor"
                )
            time.sleep(_TICK_S)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


class ConversationLock(FileLock):
    """Held by the program that goes on with a conversation; it holds the program's number, for information only."""

    def __init__(self, folder: Path, conversation_id: str) -> None:
        # A store from elsewhere may call a conversation ../../.profile: a lock is written to, and deleted.
        is_name = _FILE_NAME.fullmatch(conversation_id)
        hashed = hashlib.sha256(conversation_id.encode(errors="surrogatepass")).hexdigest()
        super().__init__(folder / (conversation_id if is_name else hashed))

    def acquire(self, *, shared: bool = False) -> bool:
        """Hold it, unless another program does. Raises StoreError where no lock can be kept."""
        try:
            got_it = super().acquire(shared=shared)
            while got_it and not self.is_there():
                super().release()
                got_it = super().acquire(shared=shared)
        except OSError as error:
            raise our_error(error, self.path) from error
        if got_it and self._file is not None:
            with suppress(OSError):
                os.ftruncate(self._file, 0)
                os.pwrite(self._file, str(os.getpid()).encode(), 0)
        return got_it

    def release(self) -> None:
        """Let others hold it; its file goes."""
        if self._file is not None:
            with suppress(OSError):
                self.path.unlink()
        super().release()

    def holder(self) -> int | None:
        """The process that held it last; None when that is not known."""
        try:
            return int(self.path.read_text())
        except (OSError, ValueError):
            return None

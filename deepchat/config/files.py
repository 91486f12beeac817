"""Reads files of settings as far as they can be read, and writes files whole or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deepchat.config.paths import make_private_folder, reason
from deepchat.config.toml_text import parse_bytes, plain
from deepchat.errors import ConfigError

if TYPE_CHECKING:
    from deepchat.config.broken_toml import Fault

FILE_MODE: Final = 0o600
LARGEST_BYTES: Final = 1 << 20
LOCK_LIMIT_S: Final = 5.0
_LOCK_POLL_S: Final = 0.01


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something in a file that can't be used, and what is done instead; it never quotes a value."""

    path: Path
    line: int | None
    message: str
    about: tuple[tuple[str, ...], ...] = ()
    """The dotted names that it concerns, as `toml_lines.names_in` tells them."""

    @property
    def providers(self) -> frozenset[str]:
        """The providers whose tables it concerns; empty when it concerns more than these."""
        tables = frozenset(names[1] for names in self.about if len(names) > 1 and names[0] == "providers")
        return tables if all(names[:1] == ("providers",) for names in self.about) else frozenset()

    def __str__(self) -> str:
        return f"{self.path}{f', line {self.line}' if self.line else ''}: {self.message}"


@dataclass(frozen=True, slots=True)
class TomlFile:
    """What could be read of a file; numbers with a point are Decimal, so that money stays exact."""

    path: Path
    values: Mapping[str, object] = field(default_factory=dict[str, object], repr=False)
    complaints: tuple[Complaint, ...] = ()
    text: str = field(default="", repr=False)
    """As it stands in the file, byte order mark and line ends included."""

    def complain(self, names: tuple[str, ...], message: str) -> Complaint:
        """A complaint about that key, with the line that it or its table is in."""
        from deepchat.config.toml_lines import statements

        known = [one for one in statements(self.text) if one.path]
        nearest = (one.line for size in range(len(names), 0, -1) for one in known if one.path[:size] == names[:size])
        return Complaint(self.path, next(nearest, None), message, (names,))


def read_toml(path: Path) -> TomlFile:
    """What is in the file; a missing one is empty, and nothing in it can raise: what is wrong becomes a complaint."""
    try:
        text = _read(path).decode(errors="surrogateescape")
    except FileNotFoundError:
        return TomlFile(path)
    except OSError as error:
        return TomlFile(path, complaints=(Complaint(path, None, f"can't be read: {reason(error)}", ((),)),))
    values, faults = read_lines(text)
    return TomlFile(path, values, tuple(Complaint(path, one.line, one.message, one.about) for one in faults), text)


def read_lines(text: str) -> tuple[Mapping[str, object], tuple[Fault, ...]]:
    """The values of all lines that can be read, and the others; bytes that are no UTF-8 may be lone surrogates."""
    try:
        return parse_bytes(plain(text)), ()
    except ValueError:
        from deepchat.config.broken_toml import read_sound_lines  # few texts have faults

        return read_sound_lines(text)


def _read(path: Path) -> bytes:
    # A named pipe in the file's place would wait for ever.
    file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise OSError(0, "it is not a file")
        with os.fdopen(file, "rb", closefd=False) as stream:
            content = stream.read(LARGEST_BYTES + 1)
    finally:
        os.close(file)
    if len(content) > LARGEST_BYTES:
        raise OSError(0, "it is larger than 1 MiB")
    return content


def write_whole(path: Path, text: str) -> None:
    """Replace the file, or what it links to, in one step; ConfigError, with the old file untouched, when that fails."""
    target = Path(os.path.realpath(path))
    make_private_folder(target.parent)
    draft = target.with_name(f".{target.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        try:
            _write_draft(draft, text)
            draft.replace(target)
        finally:  # whatever ended it: a draft may hold a key
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigError(
            f"{path} can't be written: {reason(error)}", "what it held before is still there: make room, or mend that"
        ) from error
    with suppress(OSError):  # Some file systems can't sync a folder; the file is whole, old or new, without it.
        _sync_folder(target.parent)


def _write_draft(draft: Path, text: str) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(draft, flags, FILE_MODE), "wb") as stream:
        stream.write(text.encode())
        stream.flush()
        os.fsync(stream.fileno())


def _sync_folder(folder: Path) -> None:
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(file)
    finally:
        os.close(file)


@contextmanager
def locked(path: Path) -> Generator[None]:
    """Keep other DeepChats from changing this file meanwhile; ConfigError when one of them does not let go."""
    import fcntl
    import time

    make_private_folder(path.parent)
    try:
        lock = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
    except OSError as error:
        raise ConfigError(f"{path} can't be locked: {reason(error)}", "look at the folder it is in") from error
    try:
        give_up = time.monotonic() + LOCK_LIMIT_S
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > give_up:
                    raise ConfigError(f"another DeepChat is holding {path}", "end it, then try again") from None
                time.sleep(_LOCK_POLL_S)
            except OSError as error:
                raise ConfigError(f"{path} can't be locked: {reason(error)}", "keep it on another disk") from error
        yield
    finally:
        os.close(lock)


def update_state(path: Path, changes: Mapping[str, object]) -> None:
    """Set these keys, and take away those that are None, while no other process does; the rest stays as it is."""
    with locked(path):
        rewrite(path, {key: value for key, value in {**_sound(path), **changes}.items() if value is not None})


def rewrite(path: Path, values: Mapping[str, object]) -> None:
    """Replace a file that is DeepChat's own with these values; ConfigError as from `write_whole`."""
    import tomli_w

    write_whole(path, tomli_w.dumps(values))


def _sound(path: Path) -> Mapping[str, object]:
    """The values in a file of our own; a broken one is put aside, so that nothing in it is lost."""
    file = read_toml(path)
    if file.complaints:
        with suppress(OSError):
            path.replace(path.with_name(f"{path.name}.broken"))
    return file.values

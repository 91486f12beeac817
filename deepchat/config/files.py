"""Reads TOML so that one broken line costs one line, and writes files whole or not at all."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deepchat.config.paths import make_private_folder, reason
from deepchat.errors import ConfigError

if TYPE_CHECKING:
    from decimal import Decimal

FILE_MODE: Final = 0o600
LARGEST_BYTES: Final = 1 << 20
LOCK_LIMIT_S: Final = 5.0
_LOCK_POLL_S: Final = 0.01
_MOST_REPAIRS: Final = 20
_PLACE: Final = r" \(at (?:line (\d+), column \d+|end of document)\)$"
_MAYBE_A_HEADER: Final = r"""\s*(?:\[|[A-Za-z][\w"' -]*[.\]][\w"'. -]*\]?\s*(?:#|$))"""


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something in a file that can't be used, and what is done instead; it never quotes a value."""

    path: Path
    line: int | None
    message: str

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

        lines = {statement.path: statement.line for statement in statements(self.text)}
        found = (lines.get(names[:length]) for length in range(len(names), 0, -1))
        return Complaint(self.path, next((line for line in found if line), None), message)

    def tables_with_faults(self) -> set[tuple[str, ...]]:
        """The names of the tables in which a line had to be left out."""
        from deepchat.config.toml_lines import statements

        faults = [complaint.line for complaint in self.complaints if complaint.line]
        found: set[tuple[str, ...]] = set()
        table: tuple[str, ...] = ()
        for statement in statements(self.text) if faults else ():
            table = statement.path if statement.is_header else table
            if any(statement.line <= line <= statement.last_line for line in faults):
                found.add(table)
        return found


def read_toml(path: Path) -> TomlFile:
    """What is in the file; a missing one is empty, and nothing in it can raise: what is wrong becomes a complaint."""
    try:
        text = _read(path).decode()
    except FileNotFoundError:
        return TomlFile(path)
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return TomlFile(path, complaints=(Complaint(path, line, "is not UTF-8 text, so nothing of it is used"),))
    except OSError as error:
        return TomlFile(path, complaints=(Complaint(path, None, f"can't be read: {reason(error)}"),))
    values, complaints = _parse(path, text)
    return TomlFile(path, values, complaints, text)


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


def _parse(path: Path, text: str) -> tuple[Mapping[str, object], tuple[Complaint, ...]]:
    """The values of all lines that can be read, and a complaint about each that can't."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    complaints: list[Complaint] = []
    previous = -1
    for repairs_left in range(_MOST_REPAIRS, 0, -1):
        good = "\n".join(lines)
        try:
            return parse_toml(good), tuple(complaints)
        except tomllib.TOMLDecodeError as error:
            said, broken = _broken_lines(good, str(error))
        except ValueError:
            said, broken = "a value is too large or too deep", range(1, len(lines) + 1)
        if repairs_left == 1:
            # The parser stops at the first fault, so what stands before it is sound.
            said, broken = "too many lines are broken", range(broken.start, len(lines) + 1)
        if broken.start > previous + 1 or "=" in lines[broken.start - 1] or len(broken) > 1:
            complaints.append(Complaint(path, broken.start, _words(said, broken)))
        previous = broken[-1]
        for number in broken:
            lines[number - 1] = ""
    return parse_toml("\n".join(lines)), tuple(complaints)


def parse_toml(text: str) -> Mapping[str, object]:
    """The values of a TOML text, those with a point as Decimal; ValueError when it is none."""
    try:
        return tomllib.loads(text, parse_float=_decimal)
    except RecursionError:
        raise ValueError("its brackets are too deep") from None


def _decimal(text: str) -> Decimal:
    from decimal import Decimal, InvalidOperation

    try:
        return Decimal(text)
    except InvalidOperation:  # An exponent beyond all bounds: TOML, but no number that a setting can be.
        return Decimal("nan")


def _words(said: str, broken: range) -> str:
    return f"{said}; " + ("it is not used" if len(broken) == 1 else f"lines {broken[0]} to {broken[-1]} are not used")


def _broken_lines(text: str, message: str) -> tuple[str, range]:
    """What the parser said without the place, and the lines to leave out.

    A line that may be a table's header takes its table with it: else its keys would count for the table before,
    and one provider's address for another one's key.
    """
    from deepchat.config.toml_lines import statements

    count = text.count("\n") + 1
    place = re.search(_PLACE, message)
    said = message[: place.start()].lower() if place else "a fault"
    all_of_them = list(statements(text))
    at = int(place[1]) if place and place[1] else max((one.last_line for one in all_of_them), default=count)
    broken = next((one for one in all_of_them if one.line <= at <= one.last_line), None)
    if broken is None:
        return said, range(at, at + 1)
    line = text.split("\n", broken.line)[broken.line - 1]
    if broken.is_header or ("=" not in line and re.match(_MAYBE_A_HEADER, line)):
        headers = (one.line for one in all_of_them if one.is_header and one.line > broken.line)
        return said, range(broken.line, next(headers, count + 1))
    if broken.closed:
        return said, range(broken.line, broken.last_line + 1)
    if text.startswith(('"""', "'''"), broken.start):
        return said, range(broken.line, count + 1)
    return said, range(broken.line, broken.line + 1)


def write_whole(path: Path, text: str, mode: int = FILE_MODE) -> None:
    """Replace the file, or what it links to, in one step; ConfigError, with the old file untouched, when that fails."""
    target = Path(os.path.realpath(path))
    make_private_folder(target.parent)
    draft = target.with_name(f".{target.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        try:
            _write_draft(draft, text, mode)
            draft.replace(target)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ConfigError(
            f"{path} can't be written: {reason(error)}", "what it held before is still there: make room, or mend that"
        ) from error
    with suppress(OSError):  # Some file systems can't sync a folder; the file is whole, old or new, without it.
        _sync_folder(target.parent)


def _write_draft(draft: Path, text: str, mode: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(draft, flags, mode), "wb") as stream:
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

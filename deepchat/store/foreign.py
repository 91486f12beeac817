"""Files of other programs: the only place that opens their databases and exports, and only ever to read them."""

from __future__ import annotations

import json
import sqlite3
import zipfile
import zlib
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast
from urllib.parse import quote

from deepchat.errors import ImportFailed
from deepchat.store.columns import as_text

LARGEST_DOCUMENT_BYTES: Final = 1024**3
"""Of JSON, unpacked: all of it is in memory while it is read."""
MOST_TIMES_PACKED: Final = 100
"""Chats shrink to a tenth at most; what shrinks so much more is made to fill the memory."""
_ANY_RATIO_BYTES: Final = 16 * 1024**2
"""Up to here nobody minds how well it was packed."""
MOST_MEMBERS: Final = 100_000
_DATABASE: Final = b"SQLite format 3\0"
_ARCHIVE: Final = b"PK\x03\x04"
_CHECK: Final = "check that it is the file that was exported, and whole"


@dataclass(frozen=True, slots=True)
class Document:
    """JSON, from a file or from an archive."""

    value: object


@dataclass(frozen=True, slots=True)
class Database:
    """A SQLite database."""

    columns: Mapping[str, frozenset[str]]
    """Of each table, the names of its columns."""


def look_at(path: Path) -> Document | Database:
    """What the file is; raises ImportFailed when it is neither of them, or can't be read."""
    with _read_errors(path):
        if not path.is_file():
            raise ImportFailed(f"{path} is {'no file' if path.exists() else 'not there'}", "check the path")
        with path.open("rb") as file:
            start = file.read(len(_DATABASE))
        if start == _DATABASE:
            with _opened(path) as c:
                return Database(_columns(c))
        if start.startswith(_ARCHIVE):
            return Document(_unpacked(path))
        if path.stat().st_size > LARGEST_DOCUMENT_BYTES:
            raise _too_large(path)
        return Document(_parsed(path.read_bytes(), str(path)))


def rows(path: Path, tables: Iterable[str]) -> dict[str, list[dict[str, object]]]:
    """The rows of those tables that the database has, in the order in which they were written.

    Raises ImportFailed when it can't be read.
    """
    with _read_errors(path), _opened(path) as c:
        existing = _columns(c)
        return {table: list(_rows(c, table)) for table in tables if table in existing}


@contextmanager
def _opened(path: Path) -> Generator[sqlite3.Connection]:
    # What its owner has not yet folded into the file is in a log beside it, and SQLite makes files to read that.
    # Without a log all is in the file: taken as immutable, nothing is made beside it.
    is_all = _keeps_a_log(path) and not path.with_name(path.name + "-wal").exists()
    address = f"file:{quote(str(path.absolute()))}?mode=ro&immutable={is_all:d}"
    with closing(sqlite3.connect(address, uri=True, timeout=2.0)) as c:
        c.text_factory = as_text
        c.execute("PRAGMA query_only = ON")
        # A schema from elsewhere may call functions; none of them may do anything here.
        c.execute("PRAGMA trusted_schema = OFF")
        c.execute("BEGIN")
        yield c


def _keeps_a_log(path: Path) -> bool:
    """Whether the header says that changes go to a write-ahead log: https://www.sqlite.org/fileformat2.html, 1.3.3."""
    with path.open("rb") as file:
        return file.read(20)[18:] == b"\x02\x02"


def _columns(c: sqlite3.Connection) -> dict[str, frozenset[str]]:
    """Of each real table; views and virtual tables would run what their author wrote."""
    query = """
        SELECT t.name, c.name FROM sqlite_master AS t, pragma_table_info(t.name) AS c
        WHERE t.type = 'table' AND t.sql NOT LIKE 'CREATE VIRTUAL%'
    """
    columns: dict[str, set[str]] = {}
    for table, column in cast("Iterable[tuple[str, str]]", c.execute(query)):
        columns.setdefault(table, set()).add(column)
    return {table: frozenset(names) for table, names in columns.items()}


def _rows(c: sqlite3.Connection, table: str) -> Iterator[dict[str, object]]:
    name = table.replace('"', '""')
    cursor = c.execute(f'SELECT * FROM "{name}"')  # noqa: S608 (a name can't be a parameter; it is quoted)
    names = [column[0] for column in cursor.description]
    for row in cast("Iterable[tuple[object, ...]]", cursor):
        yield dict(zip(names, row, strict=True))


def _unpacked(path: Path) -> object:
    """What conversations.json says, or all its pieces as one list where the archive has it in pieces."""
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        found = sorted(filter(_has_chats, members[:MOST_MEMBERS]), key=lambda member: member.filename)
        if not found:
            raise ImportFailed(f"{path} holds no conversations.json", _CHECK)
        _check_sizes(found, path)
        values = [_parsed(_unpack(archive, member), f"{member.filename} in {path}") for member in found]
    if len(values) == 1:
        return values[0]
    return [item for value in values for item in (cast("list[object]", value) if isinstance(value, list) else [value])]


def _has_chats(member: zipfile.ZipInfo) -> bool:
    name = member.filename.rpartition("/")[2]
    return name.startswith("conversations") and name.endswith(".json")


def _check_sizes(members: Iterable[zipfile.ZipInfo], path: Path) -> None:
    """Raise ImportFailed before anything is unpacked that would fill the memory, by what the archive says of it."""
    left = LARGEST_DOCUMENT_BYTES
    for member in members:
        left -= member.file_size
        if left < 0 or member.file_size > max(_ANY_RATIO_BYTES, member.compress_size * MOST_TIMES_PACKED):
            raise _too_large(path)


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """What a file of the archive says; of one that is longer than it claims, no more than it claims is unpacked."""
    with archive.open(member) as file:
        return file.read(member.file_size + 1)


def _parsed(data: bytes, name: str) -> object:
    try:
        return cast("object", json.loads(data.removeprefix(b"\xef\xbb\xbf")))
    except (ValueError, RecursionError) as error:
        raise ImportFailed(f"{name} is no JSON, or is broken off", _CHECK) from error


def _too_large(path: Path) -> ImportFailed:
    gibibytes = LARGEST_DOCUMENT_BYTES / 1024**3
    return ImportFailed(f"{path} holds more than can be read at once, {gibibytes:g} GiB", "import it in pieces")


@contextmanager
def _read_errors(path: Path) -> Generator[None]:
    try:
        yield
    except sqlite3.Error as error:
        what = f"{path} can't be read as a database: {error}"
        raise ImportFailed(what, "close the program that it belongs to, or import a copy of it") from error
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError) as error:
        raise ImportFailed(f"{path} can't be unpacked: {error}", _CHECK) from error
    except OSError as error:
        raise ImportFailed(f"{path} can't be read: {error.strerror or error}", "check the path") from error

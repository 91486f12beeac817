"""Rows found in a SQLite file page by page, without the trees that lead to them: https://www.sqlite.org/fileformat2.html."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from mmap import mmap
from typing import Final, Literal

Kind = Literal["whole", "number", "text", "bytes"]
Value = int | float | str | bytes | None
Bytes = bytes | mmap
"""A file: all of it in memory, or as much as is looked at."""

_FIRST_HEADER: Final = 100
"""Bytes at the file's beginning that belong to no page's tree."""
_TABLE_LEAF: Final = 0x0D
_KEYED: Final = {0x0A: 8, 0x02: 12}
"""Kinds of pages with rows that have no number, leaf and interior, and how long their headers are."""
_CHILD: Final = 4
"""Bytes that point to a child page, before each row of an interior page and before each overflow page's content."""
_RESERVED: Final = (10, 11)
"""Serial types that no value has."""
_WHOLE_BYTES: Final = (0, 1, 2, 3, 4, 6, 8)


@dataclass(frozen=True, slots=True)
class Column:
    """What a row may have in one place."""

    kind: Kind
    may_be_null: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """What the rows of a table look like on disk."""

    table: str
    columns: Sequence[Column]
    """In the order in which they are kept: where rows have no numbers, the key's come first."""
    least: int
    """So many of them each row has: columns that came with a later version are not in older rows."""
    is_numbered: bool

    def fits(self, types: Sequence[int], *, is_numbered: bool) -> bool:
        """Whether a row of these serial types can be one of this table."""
        if self.is_numbered != is_numbered or not self.least <= len(types) <= len(self.columns):
            return False
        return all(_may_be(column, kind) for column, kind in zip(self.columns, types, strict=False))


@dataclass(frozen=True, slots=True)
class Found:
    """One row."""

    table: str
    number: int | None
    """Its row number; it stands for a value that is the row's number itself, which is kept as NULL."""
    values: tuple[Value, ...]


def rows(file: Bytes, shapes: Sequence[Shape]) -> Iterator[Found]:
    """Each row of these shapes whose page, and overflow pages, are whole; what fits several shapes is none of them.

    No more than a row is in memory at a time.
    """
    layout = _Layout.of(file)
    if layout is None:
        return
    for page in range(2, layout.pages + 1):  # the first has the table of tables alone
        for cell in _cells(file, layout, page):
            found = _row(file, layout, cell, shapes)
            if found is not None:
                yield found


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a file is cut into pages."""

    page: int
    usable: int
    pages: int

    @classmethod
    def of(cls, file: Bytes) -> _Layout | None:
        """What the header says; None when it can't be true."""
        if len(file) < _FIRST_HEADER:
            return None
        size = int.from_bytes(file[16:18], "big")
        size = 65_536 if size == 1 else size
        usable = size - file[20]
        if size < 512 or size & (size - 1) or usable < 480:
            return None
        return cls(size, usable, len(file) // size)

    def local(self, length: int, *, is_numbered: bool) -> int:
        """So many bytes of a row are on its own page."""
        most = self.usable - 35 if is_numbered else (self.usable - 12) * 64 // 255 - 23
        if length <= most:
            return length
        least = (self.usable - 12) * 32 // 255 - 23
        some = least + (length - least) % (self.usable - _CHILD)
        return some if some <= most else least


@dataclass(frozen=True, slots=True)
class _Cell:
    """Where a row begins, in a page that is in memory."""

    content: bytes
    at: int
    length: int
    number: int | None


def _cells(file: Bytes, layout: _Layout, page: int) -> Iterator[_Cell]:
    content = file[(page - 1) * layout.page : page * layout.page][: layout.usable]
    is_numbered = content[0] == _TABLE_LEAF
    header = 8 if is_numbered else _KEYED.get(content[0])
    if header is None:
        return
    first = header + 2 * int.from_bytes(content[3:5], "big")
    if first > layout.usable:
        return
    for pointer in range(header, first, 2):
        at = int.from_bytes(content[pointer : pointer + 2], "big")
        if at < first:
            continue
        length, at = _varint(content, at + (header - 8))
        number, at = _varint(content, at) if is_numbered else (None, at)
        if 0 < length <= len(file) and at < layout.usable:
            yield _Cell(content, at, length, number)


def _row(file: Bytes, layout: _Layout, cell: _Cell, shapes: Sequence[Shape]) -> Found | None:
    is_numbered = cell.number is not None
    local = layout.local(cell.length, is_numbered=is_numbered)
    here = cell.content[cell.at : cell.at + local]
    types = _types(here, cell.length)
    fitting = [shape for shape in shapes if types and shape.fits(types, is_numbered=is_numbered)]
    if len(here) != local or types is None or len(fitting) != 1:
        return None
    next_page = int.from_bytes(cell.content[cell.at + local : cell.at + local + _CHILD], "big")
    more = _overflow(file, layout, next_page, cell.length - local)
    if more is None:
        return None
    return Found(fitting[0].table, cell.number, tuple(_values(here + more, types)))


def _overflow(file: Bytes, layout: _Layout, page: int, length: int) -> bytes | None:
    """So many bytes of a chain of pages; None when it leads nowhere, or in a circle."""
    pieces: list[bytes] = []
    seen: set[int] = set()
    while length > 0:
        if not 2 <= page <= layout.pages or page in seen:
            return None
        seen.add(page)
        at = (page - 1) * layout.page
        piece = file[at + _CHILD : at + min(layout.usable, _CHILD + length)]
        page = int.from_bytes(file[at : at + _CHILD], "big")
        pieces.append(piece)
        length -= len(piece)
    return b"".join(pieces) if page == 0 or not pieces else None


def _types(start: bytes, length: int) -> list[int] | None:
    """The serial types of a row's values; None when they do not add up to its length."""
    end, at = _varint(start, 0)
    if not at <= end <= len(start):
        return None
    types: list[int] = []
    while at < end:
        kind, at = _varint(start, at)
        types.append(kind)
    is_true = at == end and not any(kind < 0 or kind in _RESERVED for kind in types)
    return types if is_true and end + sum(map(_size, types)) == length else None


def _values(row: bytes, types: Sequence[int]) -> Iterator[Value]:
    at = _varint(row, 0)[0]
    for kind in types:
        piece = row[at : at + _size(kind)]
        at += len(piece)
        yield _value(kind, piece)


def _value(kind: int, piece: bytes) -> Value:
    if kind == 0:
        return None
    if kind == 7:
        return float(struct.unpack(">d", piece)[0])
    if kind in (8, 9):
        return kind - 8
    if kind < 7:
        return int.from_bytes(piece, "big", signed=True)
    return piece.decode(errors="replace") if kind % 2 else piece


def _size(kind: int) -> int:
    """Bytes that a value of this serial type takes."""
    if kind >= 12:
        return (kind - 12) // 2
    return 8 if kind == 7 else 0 if kind > 7 else _WHOLE_BYTES[kind]


def _may_be(column: Column, kind: int) -> bool:
    if kind == 0:
        return column.may_be_null
    match column.kind:
        case "whole":
            return kind in (1, 2, 3, 4, 5, 6, 8, 9)
        case "number":
            return kind < 10
        case "text":
            return kind >= 13 and kind % 2 == 1
        case "bytes":
            return kind >= 12 and kind % 2 == 0


def _varint(content: bytes, at: int) -> tuple[int, int]:
    """A number of one to nine bytes, and where it ends; past the content's end there are but zeros."""
    value = 0
    for step, byte in enumerate(content[at : at + 9]):
        if step == 8:
            value = value << 8 | byte
            return (value - 2**64 if value >= 2**63 else value), at + 9
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + step + 1
    return 0, at + 9

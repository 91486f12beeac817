"""What a table's rows look like on disk, by what SQLite says of its columns."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Final, cast

from deepchat.store.leaf_pages import Column, Kind, Shape

_KINDS: Final[dict[str, Kind]] = {"INTEGER": "whole", "REAL": "number", "TEXT": "text", "BLOB": "bytes"}


@dataclass(frozen=True, slots=True)
class Table:
    """A table, and what its rows look like."""

    names: tuple[str, ...]
    """Of its columns, in the order in which a row has them on disk."""
    shape: Shape


def shape_of(c: sqlite3.Connection, table: str) -> Table:
    """What the rows of a table of ours look like; raises sqlite3.Error."""
    query = 'SELECT name, type, "notnull", dflt_value IS NOT NULL, pk FROM pragma_table_info(?)'
    rows = cast("list[tuple[str, str, int, int, int]]", c.execute(query, (table,)).fetchall())
    is_numbered = _is_numbered(c, table)
    if not is_numbered:
        rows.sort(key=lambda row: (not row[4], row[4]))  # the key's columns come first
    columns: list[Column] = []
    least = 0
    for place, (_, kind, is_needed, has_default, key) in enumerate(rows, 1):
        # What is the row's number itself is kept as NULL.
        is_number = is_numbered and bool(key) and kind == "INTEGER"
        may_be_null = is_number or not (is_needed or key)
        columns.append(Column(_KINDS[kind], may_be_null))
        if not may_be_null and not has_default:
            least = place
    return Table(tuple(row[0] for row in rows), Shape(table, columns, least, is_numbered))


def _is_numbered(c: sqlite3.Connection, table: str) -> bool:
    row = cast("tuple[str] | None", c.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone())
    return row is not None and not row[0].rstrip().endswith("WITHOUT ROWID")

"""Rows are found in the pages of real SQLite files as SQLite itself reads them, and nowhere else."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepchat.store.leaf_pages import Column, Found, Shape, rows

TEXT, WHOLE, NUMBER, BYTES = (Column(kind, may_be_null=True) for kind in ("text", "whole", "number", "bytes"))
NUMBERED = Shape("numbered", (WHOLE, TEXT, NUMBER, BYTES), 4, is_numbered=True)
KEYED = Shape("keyed", (Column("text", may_be_null=False), WHOLE, BYTES), 3, is_numbered=False)
PAGE = 512

text = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)
whole = st.integers(-(2**63), 2**63 - 1) | st.integers(-300, 300)
number = st.none() | whole.filter(lambda one: abs(one) < 2**40) | st.floats(allow_nan=False)
many_bytes = (
    st.none() | st.binary(max_size=3) | st.integers(0, 6_000).map(lambda size: bytes(range(256)) * (size // 256))
)


def made(statements: list[tuple[str, tuple[object, ...]]], page: int = PAGE) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "some.db"
        with closing(sqlite3.connect(path)) as c:
            c.execute(f"PRAGMA page_size = {page}")
            c.execute("CREATE TABLE numbered (seq INTEGER PRIMARY KEY, words TEXT, share REAL, bytes BLOB)")
            c.execute("CREATE TABLE keyed (name TEXT PRIMARY KEY, number INTEGER, bytes BLOB) WITHOUT ROWID")
            for statement, values in statements:
                c.execute(statement, values)
            c.commit()
        return path.read_bytes()


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(whole, st.tuples(text | st.none(), number, many_bytes), max_size=30), st.sampled_from([512, 4096])
)
def test_numbered_rows_are_found_as_they_were_written(written: dict[int, tuple[object, ...]], page: int) -> None:
    put = "INSERT INTO numbered VALUES (?, ?, ?, ?)"
    file = made([(put, (key, *values)) for key, values in written.items()], page)
    found = {row.number: row.values[1:] for row in rows(file, [NUMBERED, KEYED])}
    assert found == written


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(text, st.tuples(whole | st.none(), many_bytes), max_size=60))
def test_rows_without_numbers_are_found_in_every_page_of_their_tree(written: dict[str, tuple[object, ...]]) -> None:
    put = "INSERT INTO keyed VALUES (?, ?, ?)"
    file = made([(put, (key, *values)) for key, values in written.items()])
    assert {row.values[0]: row.values[1:] for row in rows(file, [NUMBERED, KEYED])} == written


def test_a_column_that_came_later_is_not_in_older_rows() -> None:
    file = made([("INSERT INTO keyed VALUES ('a', 1, x'00')", ())])
    wider = Shape("keyed", (*KEYED.columns, TEXT), 3, is_numbered=False)
    assert list(rows(file, [wider])) == [Found("keyed", None, ("a", 1, b"\0"))]
    assert list(rows(file, [Shape("keyed", wider.columns, 4, is_numbered=False)])) == []


def test_what_may_be_a_row_of_two_tables_is_of_neither() -> None:
    file = made([("INSERT INTO keyed VALUES ('a', 1, x'00')", ())])
    assert list(rows(file, [KEYED, Shape("twin", KEYED.columns, 3, is_numbered=False)])) == []


@settings(max_examples=200, deadline=None)
@given(st.integers(), st.binary(max_size=40), st.sampled_from([0x0D, 0x0A, 0x02, 0x05]))
def test_garbage_is_read_to_its_end(seed: int, start: bytes, kind: int) -> None:
    chance = random.Random(seed)
    file = bytearray(made([("INSERT INTO keyed VALUES ('a', 1, ?)", (bytes(3000),))]))
    for page in range(1, len(file) // PAGE):
        file[page * PAGE : (page + 1) * PAGE] = chance.randbytes(PAGE)
        file[page * PAGE] = kind
        file[page * PAGE + 8 : page * PAGE + 8 + len(start)] = start
    for found in rows(bytes(file), [NUMBERED, KEYED]):
        assert len(found.values) in (3, 4)


@pytest.mark.parametrize("file", [b"", bytes(100), b"x" * 5000])
def test_what_is_no_database_has_no_rows(file: bytes) -> None:
    assert list(rows(file, [NUMBERED, KEYED])) == []


def test_a_chain_of_pages_that_leads_in_a_circle_is_no_row() -> None:
    file = bytearray(made([("INSERT INTO keyed VALUES ('a', 1, ?)", (b"x" * 3000,))]))
    chain = [at for at in range(0, len(file), PAGE) if file.startswith(b"x" * 100, at + 4)]
    assert len(chain) > 3
    assert len(list(rows(bytes(file), [KEYED]))) == 1
    for at in chain:
        file[at : at + 4] = (at // PAGE + 1).to_bytes(4, "big")
    assert list(rows(bytes(file), [KEYED])) == []

"""Whichever page of a store becomes garbage: each row whose own pages are whole is there after it was mended."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Final

from deepchat.store import word_index
from deepchat.store.database import Connection, Database
from deepchat.store.salvage import TABLES, mend

LONG = os.environ.get("DEEPCHAT_LONG") == "1"
"""Every page instead of the roots of all trees, and a sample of the others."""
SAMPLE = 12
PAGE = 4096
MANY = 40
NOW_MS = 1_780_000_000_000
ROWS: Final[Mapping[str, tuple[str, str]]] = {
    "conversation": (
        "title",
        "id, title, created_ms, updated_ms, touched, root, active) VALUES ('c{n}', ?, 1, 1, {n}, 'm{n}', 'm{n}'",
    ),
    "tag": ("tag", "conversation, tag) VALUES ('c{n}', ?"),
    "message": (
        "reasoning",
        (
            "id, conversation, role, state, created_ms, model, body, reasoning)"
            " VALUES ('m{n}', 'c{n}', 'user', 'whole', 1, 'lamp', 'said {n}', ?"
        ),
    ),
    "attachment": ("bytes", "hash, media_type, bytes) VALUES ('a{n}', 'image/png', CAST(? AS BLOB)"),
    "part": ("payload", "message, position, kind, payload, attachment) VALUES ('m{n}', 0, 'image', ?, 'a{n}'"),
    "leg": (
        "request_id",
        (
            "id, conversation, message, provider, model, request_id, state, asked_ms, seconds, cost_source)"
            " VALUES ('l{n}', 'c{n}', 'm{n}', 'lab', 'lamp', ?, 'whole', {n}, {n}.5, 'provider'"
        ),
    ),
    "leg_words": ("text", "leg, message, text) VALUES ('l{n}', 'm{n}', ?"),
    "journal": ("piece", "leg, kind, piece) VALUES ('l{n}', 'text', ?"),
    "draft": ("words", f"conversation, words, saved_ms) VALUES ('c{{n}}', ?, {NOW_MS}"),
}
"""A row of each table; its marked column is in no index, so that the mark tells which pages have the row."""
NEEDED: Final = {"tag": ("conversation",), "part": ("message",), "leg_words": ("leg", "message"), "journal": ("leg",)}
"""Without the row of that table with the same number there, this one belongs to nothing."""


def mark(table: str, number: int) -> str:
    return f"<{table} {number}>" * (1, 20, 150, 900)[number % 4]


def fill(path: Path) -> None:
    def write(c: Connection) -> None:
        c.execute("PRAGMA defer_foreign_keys = ON")
        for table in TABLES:
            for number in range(MANY):
                c.execute(f"INSERT INTO {table} ({ROWS[table][1].format(n=number)})", (mark(table, number),))

    async def story() -> None:
        database = await Database.open(path, now_ms=NOW_MS)
        await database.write(write)
        await database.write(word_index.index_some)
        await database.close()

    asyncio.run(story())


def roots(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as c:
        return [int(row[0]) for row in c.execute("SELECT DISTINCT rootpage FROM sqlite_master WHERE rootpage")]


def hit(page: bytes) -> set[tuple[str, int]]:
    """The rows that a page has a piece of."""
    return {(table, number) for table in TABLES for number in range(MANY) if f"<{table} {number}>".encode() in page}


def as_text(raw: bytes) -> str:
    return raw.decode(errors="replace")


def found(path: Path) -> set[tuple[str, int]]:
    """The rows that are there as they were, none of them twice."""
    there: set[tuple[str, int]] = set()
    with closing(sqlite3.connect(path)) as c:
        c.text_factory = as_text
        assert c.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert c.execute("PRAGMA foreign_key_check").fetchall() == []
        for table in TABLES:
            said = [str(row[0]) for row in c.execute(f"SELECT CAST({ROWS[table][0]} AS TEXT) FROM {table}")]
            rows = {(table, number) for number in range(MANY) if mark(table, number) in said}
            assert len(said) <= MANY
            there |= rows
    return there


def test_whichever_page_is_garbage_only_its_own_rows_are_lost(tmp_path: Path) -> None:
    whole, path = tmp_path / "whole.db", tmp_path / "mended" / "deepchat.db"
    fill(whole)
    content, chance = whole.read_bytes(), random.Random(7)
    pages = range(1, len(content) // PAGE + 1)
    everything = {(table, number) for table in TABLES for number in range(MANY)}
    assert found(whole) == everything
    for page in pages if LONG else sorted({1, *roots(whole), *chance.sample(pages, SAMPLE)}):
        at = (page - 1) * PAGE
        garbage = chance.choice((bytes(PAGE), b"\xa5" * PAGE, chance.randbytes(PAGE), b"\x0d" + bytes(PAGE - 1)))
        path.parent.mkdir()
        path.write_bytes(content[:at] + garbage + content[at + PAGE :])
        mend(path, NOW_MS)
        lost = hit(content[at : at + PAGE])
        lost |= {(table, number) for table, of in NEEDED.items() for one in of for name, number in lost if name == one}
        assert everything - lost <= found(path), f"page {page}"
        shutil.rmtree(path.parent)

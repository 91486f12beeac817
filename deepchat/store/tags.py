"""The tags of conversations: one spelling each, whatever the capitals they are given in."""

from __future__ import annotations

import sqlite3
from typing import cast

from deepchat.store.columns import storable


def insert(c: sqlite3.Connection, conversation_id: str, *tags: str) -> None:
    """Add them, spelled as they are elsewhere; those that it has already stay as they are."""
    known = {one.casefold(): one for one in (*of(c), *of(c, conversation_id))}
    rows = [(conversation_id, known.setdefault(one.casefold(), one)) for one in map(storable, tags)]
    c.executemany("INSERT INTO tag (conversation, tag) VALUES (?, ?) ON CONFLICT DO NOTHING", rows)


def remove(c: sqlite3.Connection, conversation_id: str, *tags: str) -> None:
    """Take them off, however they are spelled."""
    off = {storable(one).casefold() for one in tags}
    rows = [(conversation_id, one) for one in of(c, conversation_id) if one.casefold() in off]
    c.executemany("DELETE FROM tag WHERE conversation = ? AND tag = ?", rows)


def spellings(c: sqlite3.Connection, tag: str) -> list[str]:
    """How a tag is spelled here, which may differ in capitals from what is asked for."""
    return [one for one in of(c) if one.casefold() == tag.casefold()]


def of(c: sqlite3.Connection, conversation_id: str | None = None) -> list[str]:
    """Those of a conversation, or of all."""
    query = "SELECT DISTINCT tag FROM tag WHERE conversation = coalesce(?, conversation)"
    return [one for (one,) in cast("list[tuple[str]]", c.execute(query, (conversation_id,)).fetchall())]

"""What stands in the composer of each conversation and was not sent yet."""

from __future__ import annotations

import sqlite3
from typing import cast

from deepchat.store.columns import storable


def keep(c: sqlite3.Connection, conversation_id: str, words: str, now_ms: int) -> None:
    """Keep these words in place of what was there; the conversation may be one that is not kept yet."""
    c.execute(
        "INSERT INTO draft (conversation, words, saved_ms) VALUES (?, ?, ?)"
        " ON CONFLICT (conversation) DO UPDATE SET words = excluded.words, saved_ms = excluded.saved_ms",
        (conversation_id, storable(words), now_ms),
    )


def load(c: sqlite3.Connection, conversation_id: str) -> str:
    """What was last kept; empty when nothing was."""
    query = "SELECT words FROM draft WHERE conversation = ?"
    row = cast("tuple[str] | None", c.execute(query, (conversation_id,)).fetchone())
    return row[0] if row else ""


def strays(c: sqlite3.Connection) -> list[str]:
    """The conversations in which something was written but nothing ever asked; what was written last comes first."""
    query = (
        "SELECT conversation FROM draft WHERE conversation NOT IN (SELECT id FROM conversation) ORDER BY saved_ms DESC"
    )
    return [name for (name,) in cast("list[tuple[str]]", c.execute(query).fetchall())]


def move(c: sqlite3.Connection, conversation_id: str, to_id: str) -> None:
    """From now on the words stand in another conversation, which has none yet."""
    c.execute("UPDATE draft SET conversation = ? WHERE conversation = ?", (to_id, conversation_id))


def clear(c: sqlite3.Connection, conversation_id: str) -> None:
    c.execute("DELETE FROM draft WHERE conversation = ?", (conversation_id,))

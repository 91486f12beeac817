"""What was chosen for a conversation, as its column has it: whatever stands there, it can be read."""

from __future__ import annotations

import sqlite3
from typing import cast

from deepchat.conversation.chosen import NOTHING_CHOSEN, Chosen, chosen_json, read_chosen
from deepchat.store.columns import Row, read_json, spelled


def of(c: sqlite3.Connection, conversation_id: str) -> Chosen:
    """Nothing where the conversation is not there."""
    row = cast("Row | None", c.execute("SELECT chosen FROM conversation WHERE id = ?", (conversation_id,)).fetchone())
    return read(row[0]) if row else NOTHING_CHOSEN


def read(column: object) -> Chosen:
    """What the column says; what is damaged there counts as not chosen."""
    return read_chosen(read_json(column))


def written(chosen: Chosen) -> str:
    """For the column."""
    return "" if chosen == NOTHING_CHOSEN else spelled(chosen_json(chosen))

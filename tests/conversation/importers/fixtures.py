"""Exports and databases of other programs, made by hand after their formats."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final, cast

from hypothesis import strategies as st

from deepchat.conversation.conversation import Conversation
from deepchat.conversation.importers.imported import Imported
from deepchat.conversation.importers.tables import Tables
from deepchat.conversation.tree import Node

FIXTURES: Final = Path(__file__).parent / "fixtures"


def document(name: str) -> object:
    return cast("object", json.loads((FIXTURES / f"{name}.json").read_text()))


def tables(name: str) -> Tables:
    """All rows of the database that the SQL of this name makes."""
    with closing(sqlite3.connect(":memory:")) as c:
        c.executescript((FIXTURES / f"{name}.sql").read_text())
        c.row_factory = sqlite3.Row
        names = [str(row[0]) for row in c.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE TABLE%'")]
        return {name: [dict(row) for row in c.execute(f'SELECT * FROM "{name}"')] for name in names}


def only(imported: Imported) -> Conversation:
    (conversation,) = imported.conversations
    return conversation


def spoken(nodes: list[Node]) -> list[tuple[str, str]]:
    return [(node.message.role, node.message.text) for node in nodes]


def shape(imported: Imported) -> list[object]:
    """All that two readings of the same source must agree in."""
    return [(one.id, one.origin, one.title, list(one.tree), one.tree.path) for one in imported.conversations]


WORDS: Final = st.sampled_from(
    [
        *(
            "mapping",
            "id",
            "parent",
            "message",
            "children",
            "content",
            "content_type",
            "parts",
            "text",
            "author",
            "role",
        ),
        *("user", "assistant", "tool", "system", "human", "sender", "chat_messages", "uuid", "thoughts", "code"),
        *("metadata", "recipient", "python", "parent_message_uuid", "type", "tool_use", "tool_result", "thinking"),
        *("conversation_id", "create_time", "created_at", "current_node", "multimodal_text", "attachments", "a", "b"),
        *("format", "deepchat-conversation", "version", "messages", "state", "answer", "legs", "active", "whole"),
        *("chat_id", "images", "hash", "parent_hash", "message_hash", "tip_message_hash", "thread_id", "response"),
    ]
)
"""Names that the formats know, so that chance comes near to them."""

LEAVES: Final = st.one_of(
    WORDS,
    st.text(),
    st.sampled_from(["\ud800", "\x00", "1e999", "NaN", "9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+14:00"]),
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**400, -(2**63)]),
    st.floats(),
)
ANY_JSON: Final = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(), inner, max_size=5)
)

"""What was copied within a conversation, found without reading all of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Final, cast

from deepchat.conversation.copies import is_copied
from deepchat.conversation.tree import Node
from deepchat.store import messages

_ASKED: Final = """
    SELECT id, created_ms FROM message AS m
    WHERE conversation = ? AND role = 'assistant' AND EXISTS (SELECT 1 FROM leg WHERE leg.message = m.id) ORDER BY seq
"""


def originals(c: sqlite3.Connection, conversation_id: str, nodes: Iterable[Node]) -> dict[str, Node]:
    """By the id of each of these that is a copy, the answer with the requests that it took."""
    copies = [one for one in nodes if one.answer and not one.legs and one.text]
    rows = cast("list[tuple[str, object]]", c.execute(_ASKED, (conversation_id,)).fetchall() if copies else [])
    found: dict[str, Node] = {}
    for copy in copies:
        same = (messages.one(c, name).node for name, created_ms in rows if created_ms == copy.created_ms)
        original = next((one for one in same if one and is_copied(one, copy)), None)
        if original:
            found[copy.id] = original
    return found

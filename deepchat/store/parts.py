"""Parts as rows: their words stay in the message's body, their bytes among the attachments."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Final, assert_never

from deepchat.conversation.message import Message
from deepchat.conversation.parts import Image, Part, Text, ToolCall, ToolResult
from deepchat.store import attachments
from deepchat.store.columns import Row, read_json, spelled, text

ROWS: Final = """
    SELECT part.message, part.kind, part.payload, attachment.bytes
    FROM part JOIN message AS m ON m.id = part.message LEFT JOIN attachment ON attachment.hash = part.attachment
"""
_NONE: Final = "none"
"""The kind of the row that a message without any part has: without a row it would be one empty text."""


def keep(c: sqlite3.Connection, message_id: str, message: Message, is_new: bool) -> None:
    """Keep what is not said by the body alone."""
    if not is_new:
        c.execute("DELETE FROM part WHERE message = ?", (message_id,))
    match message.parts:
        case (Text(),):
            return
        case ():
            rows = [(message_id, 0, _NONE, "{}", None)]
        case parts:
            rows = [(message_id, position, *_row(c, part)) for position, part in enumerate(parts)]
    c.executemany("INSERT INTO part (message, position, kind, payload, attachment) VALUES (?, ?, ?, ?, ?)", rows)


def _row(c: sqlite3.Connection, part: Part) -> tuple[str, str, str | None]:
    match part:
        case Text(words):
            return "text", spelled({"length": len(words)}), None
        case Image(media_type, data, name):
            payload = spelled({"media_type": media_type, "name": name})
            return "image", payload, attachments.keep(c, data, media_type)
        case ToolCall(call_id, name, arguments):
            return "tool_call", spelled({"id": call_id, "name": name, "arguments": arguments}), None
        case ToolResult(call_id, words):
            return "tool_result", spelled({"call_id": call_id, "text": words}), None
        case _:
            assert_never(part)


def of_message(rows: Sequence[Row], body: str) -> tuple[tuple[Part, ...], bool]:
    """The parts that rows as ROWS selects them and the body make, and whether all could be read."""
    if not rows:
        return (Text(body),), True
    found: list[Part] = []
    said = 0
    for _, kind, payload, data in rows:
        part = _part(kind, read_json(payload) or {}, data, body[said:])
        if isinstance(part, Text):
            said += len(part.text)
        if part:
            found.append(part)
    # Words that came since the rows were written, of an answer on its way, follow all that was there.
    if rest := body[said:]:
        found.append(Text(rest))
    expected = sum(kind != _NONE for _, kind, _, _ in rows) + bool(rest)
    return tuple(found), len(found) == expected


def _part(kind: object, payload: Mapping[str, object], data: object, body: str) -> Part | None:
    match kind, payload:
        case "text", {"length": int(length)}:
            return Text(body[: max(length, 0)])
        case "image", {"media_type": str(media_type)} if isinstance(data, bytes):
            return Image(media_type, data, text(payload.get("name")))
        case "tool_call", {"id": str(call_id), "name": str(name), "arguments": str(arguments)}:
            return ToolCall(call_id, name, arguments)
        case "tool_result", {"call_id": str(call_id), "text": str(words)}:
            return ToolResult(call_id, words)
        case _:
            return None

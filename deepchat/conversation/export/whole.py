"""A conversation as JSON, whole: reading it gives back every message, branch, part and leg."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import asdict, replace
from typing import Final, assert_never

from deepchat.conversation.chosen import chosen_json
from deepchat.conversation.conversation import Conversation
from deepchat.conversation.legs import Answer
from deepchat.conversation.parts import Image, Part, Text, ToolCall, ToolResult
from deepchat.conversation.tree import Node

FORMAT: Final = "deepchat-conversation"
VERSION: Final = 1
"""Raised when an older DeepChat could no longer read it; more keys may come without that."""


def to_json(conversation: Conversation) -> dict[str, object]:
    """The conversation as a JSON object. Times are milliseconds since 1970, UTC; money is in nano-dollars."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "id": conversation.id,
        "title": conversation.title,
        "created_ms": conversation.created_ms,
        "updated_ms": conversation.updated_ms,
        "pinned": conversation.pinned,
        "tags": list(conversation.tags),
        "trashed_ms": conversation.trashed_ms,
        "origin": conversation.origin,
        "chosen": chosen_json(conversation.chosen),
        "active": conversation.tree.leaf.id,
        "messages": [_message(node) for node in conversation.tree],
    }


def _message(node: Node) -> dict[str, object]:
    return {
        "id": node.id,
        "parent": node.parent,
        "role": node.message.role,
        "parts": [_part(part) for part in node.message.parts],
        "reasoning": node.message.reasoning,
        "created_ms": node.created_ms,
        "state": node.state,
        "answer": _answer(node.answer) if node.answer else None,
    }


def _answer(answer: Answer) -> dict[str, object]:
    # Of the parameters, `asdict` could copy plain dicts alone.
    return {**asdict(replace(answer, parameters={})), "parameters": dict(answer.parameters)}


def _part(part: Part) -> dict[str, object]:
    match part:
        case Text(text):
            return {"type": "text", "text": text}
        case Image(media_type, data, name):
            return {"type": "image", "media_type": media_type, "name": name, "data": b64encode(data).decode()}
        case ToolCall(call_id, name, arguments):
            return {"type": "tool_call", "id": call_id, "name": name, "arguments": arguments}
        case ToolResult(call_id, text):
            return {"type": "tool_result", "call_id": call_id, "text": text}
        case _:
            assert_never(part)

"""Claude's export: conversations.json, a list of conversations, each a list of messages made of blocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from deepchat.conversation.importers import fields
from deepchat.conversation.importers.claude_blocks import messages_of
from deepchat.conversation.importers.growing import TWICE, Growth, in_order, stranger
from deepchat.conversation.importers.imported import Harvest, Imported
from deepchat.conversation.legs import Answer
from deepchat.conversation.message import Role

SOURCE: Final = "claude"
_NO_PARENT: Final = "00000000-0000-4000-8000-000000000000"
"""What the first message has for a parent."""
_ROLES: Final[Mapping[str, Role]] = {"human": "user", "user": "user", "assistant": "assistant"}


def read(value: object, unknown_ms: int = 0) -> Imported:
    """The conversations of such a list, or one of them; `unknown_ms` stands where no time is told."""
    harvest = Harvest()
    for number, item in enumerate(fields.items(value) or [value], 1):
        _read_one(fields.table(item), f"conversation {number}", unknown_ms, harvest)
    return harvest.imported


def _read_one(item: Mapping[str, object], where: str, unknown_ms: int, harvest: Harvest) -> None:
    created_ms = fields.moment_ms(item.get("created_at"))
    messages = fields.items(item.get("chat_messages"))
    first = fields.table(next(iter(messages), None))
    key = fields.key(item.get("uuid")) or f"with {fields.key(first.get('uuid')) or fields.title(first.get('text'))}"
    growth = Growth(harvest, SOURCE, key, unknown_ms if created_ms is None else created_ms, where)
    found, parents = _numbered(messages, growth)
    last: dict[str, str | None] = {}
    """Of each message, the one that answers hang below: one message here may be several there."""
    for message_key, parent in in_order(parents, growth.miss):
        above = None if parent is None else last[parent]
        last[message_key] = _say(growth, message_key, above, found[message_key], fields.text(item.get("model")))
    leaf = fields.key(item.get("current_leaf_message_uuid")) or next(reversed(last), "")
    growth.end(fields.title(item.get("name")), fields.moment_ms(item.get("updated_at")), last.get(leaf))


def _numbered(messages: list[object], growth: Growth) -> tuple[dict[str, Mapping[str, object]], dict[str, str | None]]:
    """The messages by their names, and the parent of each: the message before it where none is named."""
    found: dict[str, Mapping[str, object]] = {}
    parents: dict[str, str | None] = {}
    before: str | None = None
    for number, value in enumerate(messages, 1):
        message = fields.table(value)
        key = fields.key(message.get("uuid")) or f"number {number}"
        if not message or key in found:
            growth.miss(key, TWICE if message else "it is no message")
            continue
        parent = fields.key(message.get("parent_message_uuid"))
        found[key] = message
        parents[key] = before if not parent else None if parent == _NO_PARENT else parent
        before = key
    return found, parents


def _say(growth: Growth, key: str, above: str | None, message: Mapping[str, object], model: str) -> str | None:
    """Say the message below `above`; what stands for it is its last piece, or `above` when it says nothing."""
    sender = fields.text(message.get("sender"))
    role = _ROLES.get(sender)
    if role is None:
        growth.miss(key, stranger(sender))
        return above
    model = fields.text(message.get("model")) or model
    created_ms = fields.moment_ms(message.get("created_at"))
    said, faults = messages_of(role, message, key)
    for fault in faults:
        growth.miss(key, fault)
    for number, piece in enumerate(said):
        answer = Answer("", model) if model and piece.role == "assistant" else None
        above = growth.say(f"{key}/{number}" if number else key, above, piece, created_ms, answer)
    return above

"""elia's database: chats, and messages that know their chat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from deepchat.conversation.importers import fields
from deepchat.conversation.importers.growing import EMPTY, TWICE, Growth, in_order, stranger
from deepchat.conversation.importers.imported import Harvest, Imported
from deepchat.conversation.importers.tables import Row, Tables, chats
from deepchat.conversation.legs import Answer
from deepchat.conversation.message import Message, Role
from deepchat.conversation.parts import Text

SOURCE: Final = "elia"
TABLES: Final = ("chat", "message")
_ROLES: Final[Mapping[str, Role]] = {"user": "user", "assistant": "assistant", "tool": "tool", "system": "system"}


def read(tables: Tables, unknown_ms: int = 0) -> Imported:
    """The chats in the tables; `unknown_ms` stands where no time is told."""
    harvest = Harvest()
    for key, chat, rows in chats(tables):
        _read_one(key, chat, rows, unknown_ms, harvest)
    return harvest.imported


def _read_one(key: str, chat: Row, rows: Sequence[Row], unknown_ms: int, harvest: Harvest) -> None:
    began = fields.key(chat.get("started_at"))
    created_ms = fields.moment_ms(began)
    # Chats are counted from 1 in every database: the moment of their beginning tells those of two apart.
    growth = Growth(
        harvest, SOURCE, f"{key}@{began}", unknown_ms if created_ms is None else created_ms, f"chat {key[:60]}"
    )
    found: dict[str, Row] = {}
    parents: dict[str, str | None] = {}
    before: str | None = None
    for number, row in enumerate(rows, 1):
        own_key = fields.key(row.get("id")) or f"number {number}"
        if own_key in found:
            growth.miss(own_key, TWICE)
            continue
        found[own_key] = row
        parents[own_key] = fields.key(row.get("parent_id")) or before
        before = own_key
    above: dict[str, str | None] = {}
    for own_key, parent in in_order(parents, growth.miss):
        above[own_key] = _say(growth, own_key, None if parent is None else above[parent], chat, found[own_key])
    growth.end(fields.title(chat.get("title")), active=above[before] if before else None)


def _say(growth: Growth, key: str, above: str | None, chat: Row, row: Row) -> str | None:
    """Say the message of this row below `above`; what stands for it is itself, or `above` when it can't be read."""
    said = fields.text(row.get("role"))
    role = _ROLES.get(said)
    words = fields.text(row.get("content"))
    if role is None or not words:
        growth.miss(key, EMPTY if role else stranger(said))
        return above
    model = fields.text(row.get("model")) or fields.text(chat.get("model"))
    answer = Answer("", model) if model and role == "assistant" else None
    return growth.say(key, above, Message(role, (Text(words),)), fields.moment_ms(row.get("timestamp")), answer)

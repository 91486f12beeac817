"""oterm's store.db: chats with a model and instructions, and messages that know their chat but no time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from deepchat.conversation.ids import id_of
from deepchat.conversation.importers import fields
from deepchat.conversation.importers.growing import EMPTY, Growth, stranger
from deepchat.conversation.importers.imported import Harvest, Imported
from deepchat.conversation.importers.tables import Row, Tables, chats
from deepchat.conversation.legs import Answer
from deepchat.conversation.message import Message, Role, system
from deepchat.conversation.parts import Image, Part, Text

SOURCE: Final = "oterm"
TABLES: Final = ("chat", "message")
_ROLES: Final[Mapping[str, Role]] = {
    "user": "user",
    "assistant": "assistant",
    # As its first versions called them.
    "me": "user",
    "ollama": "assistant",
}


def read(tables: Tables, unknown_ms: int = 0) -> Imported:
    """The chats in the tables; all of them are from `unknown_ms`, since no time is kept there."""
    harvest = Harvest()
    for key, chat, rows in chats(tables):
        _read_one(key, chat, rows, unknown_ms, harvest)
    return harvest.imported


def _read_one(key: str, chat: Row, rows: Sequence[Row], unknown_ms: int, harvest: Harvest) -> None:
    # Chats are counted from 1 in every database: the words they begin with tell those of two apart.
    begins = id_of(fields.text(rows[0].get("text"))) if rows else "empty"
    growth = Growth(harvest, SOURCE, f"{key}-{begins}", unknown_ms, f"chat {key[:60]}")
    above: str | None = None
    if rows and (instructions := fields.text(chat.get("system"))):
        above = growth.say("system", None, system(instructions))
    for number, row in enumerate(rows, 1):
        own_key = fields.key(row.get("id")) or f"number {number}"
        above = _say(growth, own_key, above, chat, row)
    growth.end(fields.title(chat.get("name")))


def _say(growth: Growth, key: str, above: str | None, chat: Row, row: Row) -> str | None:
    """Say the message of this row below `above`; what stands for it is itself, or `above` when it can't be read."""
    author = fields.text(row.get("author"))
    role = _ROLES.get(author)
    if role is None:
        growth.miss(key, stranger(author))
        return above
    words = fields.text(row.get("text"))
    parts: list[Part] = [Text(words)] if words else []
    parts += _pictures(growth, key, row)
    if not parts:
        growth.miss(key, EMPTY)
        return above
    model = fields.text(chat.get("model"))
    answer = None
    if role == "assistant" and model:
        parameters = fields.table(fields.parsed(chat.get("parameters")))
        answer = Answer(fields.text(chat.get("provider")), model, parameters=dict(parameters))
    return growth.say(key, above, Message(role, tuple(parts)), answer=answer)


def _pictures(growth: Growth, key: str, row: Row) -> list[Image]:
    pictures: list[Image] = []
    for number, value in enumerate(fields.items(fields.parsed(row.get("images"))), 1):
        picture = fields.picture(fields.decoded(value))
        if picture:
            pictures.append(picture)
        else:
            growth.miss(key, f"picture {number} is no PNG, JPEG or WebP: it is left out")
    return pictures

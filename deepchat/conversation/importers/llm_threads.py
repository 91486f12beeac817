"""llm's tables since 0.32: messages that know their parents and are shared by threads, and turns that made them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from deepchat.conversation.ids import id_of
from deepchat.conversation.importers import fields
from deepchat.conversation.importers.growing import Growth, in_order, stranger
from deepchat.conversation.importers.imported import Harvest
from deepchat.conversation.importers.llm_content import Shelf
from deepchat.conversation.importers.tables import Row, Tables, grouped
from deepchat.conversation.legs import Answer
from deepchat.conversation.message import Message, Role
from deepchat.conversation.parts import Part, Text, ToolCall, ToolResult

SOURCE: Final = "llm"
_ROLES: Final[Mapping[str, Role]] = {"user": "user", "assistant": "assistant", "tool": "tool", "system": "system"}


def read(tables: Tables, shelf: Shelf, unknown_ms: int, harvest: Harvest) -> set[str]:
    """Gather the conversations of the threads; gives the names of those that have messages."""
    threads = _Threads(tables, shelf)
    turns = grouped(tables.get("turns", ()), "thread_id")
    read: set[str] = set()
    for number, thread in enumerate(tables.get("threads", ()), 1):
        key = fields.key(thread.get("id"))
        if not key:
            harvest.miss(f"thread {number}", "it has no name: it is left out")
        elif threads.read_one(key, thread, turns.get(key, []), unknown_ms, harvest):
            read.add(key)
    return read


def answer_of(row: Row) -> Answer | None:
    """How an answer came to be, as a turn or a response knows it."""
    model = fields.text(row.get("model"))
    if not model:
        return None
    return Answer(
        provider="",
        model=model,
        served_model=fields.text(row.get("resolved_model")),
        parameters=dict(fields.table(fields.parsed(row.get("options_json")))),
        seconds=max(0.0, fields.number(row.get("duration_ms")) or 0.0) / 1000,
    )


class _Threads:
    def __init__(self, tables: Tables, shelf: Shelf) -> None:
        self._shelf = shelf
        self._messages = {fields.key(row.get("hash")): row for row in tables.get("messages", ())}
        self._parts = grouped(tables.get("parts", ()), "message_hash")

    def read_one(self, key: str, thread: Row, turns: Sequence[Row], unknown_ms: int, harvest: Harvest) -> bool:
        """Gather one thread; whether it has messages."""
        tip = fields.key(thread.get("tip_message_hash"))
        parents, makers = self._found(tip, turns)
        if not parents:
            return False
        created_ms = fields.moment_ms(thread.get("datetime_utc"))
        growth = Growth(harvest, SOURCE, key, unknown_ms if created_ms is None else created_ms, f"thread {key[:60]}")
        above: dict[str, str | None] = {}
        for own_key, parent in in_order(parents, growth.miss):
            before = None if parent is None else above[parent]
            turn, is_answer = makers.get(own_key, ({}, False))
            moment = fields.moment_ms(turn.get("datetime_utc"))
            message = self._message(own_key, growth)
            answer = answer_of(turn) if is_answer and message and message.role == "assistant" else None
            above[own_key] = growth.say(own_key, before, message, moment, answer) if message else before
        last = fields.key(turns[-1].get("tip_message_hash")) if turns else ""
        growth.end(fields.title(thread.get("name")), active=above.get(tip) or above.get(last))
        return True

    def _found(self, tip: str, turns: Sequence[Row]) -> tuple[dict[str, str | None], dict[str, tuple[Row, bool]]]:
        """The parents of all messages that the thread ever had; and the turn that first had each, and if it made it."""
        parents: dict[str, str | None] = {}
        makers: dict[str, tuple[Row, bool]] = {}
        for turn in turns:
            made = True
            start = fields.key(turn.get("parent_message_hash"))
            for key in self._chain(fields.key(turn.get("tip_message_hash")), parents):
                made = made and key != start
                makers[key] = turn, made
        for _ in self._chain(tip, parents):
            pass
        return parents, makers

    def _chain(self, key: str, parents: dict[str, str | None]) -> Iterator[str]:
        """The messages from this one upwards that are not in `parents` yet, which learns them."""
        while key and key not in parents and (row := self._messages.get(key)) is not None:
            parents[key] = fields.key(row.get("parent_hash")) or None
            yield key
            key = parents[key] or ""

    def _message(self, key: str, growth: Growth) -> Message | None:
        said = fields.text(self._messages[key].get("role"))
        role = _ROLES.get(said)
        if role is None:
            growth.miss(key, stranger(said))
            return None
        parts: list[Part] = []
        thoughts: list[str] = []
        for row in sorted(self._parts.get(key, ()), key=lambda row: fields.number(row.get("position")) or 0):
            if row.get("type") == "reasoning":
                thoughts.append(fields.text(row.get("text")))
            elif read := self._part(key, row):
                parts += read
            else:
                growth.miss(key, f"a part of it, “{fields.title(row.get('type'))}”, can't be read: it is left out")
        if parts and all(isinstance(part, ToolResult) for part in parts):
            role = "tool"
        return Message(role, tuple(parts), "\n\n".join(filter(None, thoughts)))

    def _part(self, key: str, row: Row) -> list[Part]:
        payload = fields.table(fields.parsed(row.get("payload")))
        match row.get("type"):
            case "text":
                return [Text(fields.text(row.get("text")) or self._referred(payload.get("text_ref")))]
            case "tool_call":
                name = fields.text(payload.get("name")) or fields.text(row.get("tool_name"))
                call_id = fields.text(payload.get("tool_call_id")) or f"call_{id_of(key, name)}"
                return [ToolCall(call_id, name, fields.as_json(payload.get("arguments")))]
            case "tool_result":
                output = fields.text(payload.get("output"))
                return [ToolResult(fields.text(payload.get("tool_call_id")), output), *self._files(payload)]
            case "attachment":
                file = self._shelf.file(fields.table(payload.get("attachment")).get("id"))
                return [file] if file else []
            case _:
                return []

    def _files(self, payload: Mapping[str, object]) -> list[Part]:
        """The files that a tool gave back."""
        named = map(fields.table, fields.items(payload.get("attachments")))
        return [file for one in named if (file := self._shelf.file(one.get("id")))]

    def _referred(self, pieces: object) -> str:
        """A text that borrows fragments, put together again."""
        words = (
            self._shelf.fragment(piece["fragment"]) if "fragment" in piece else fields.text(piece.get("literal"))
            for piece in map(fields.table, fields.items(pieces))
        )
        return "".join(words)

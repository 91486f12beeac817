"""One message of Claude's export, with calls of tools and their results in it, as the messages that models expect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from deepchat.conversation.ids import id_of
from deepchat.conversation.importers import fields
from deepchat.conversation.importers.growing import EMPTY
from deepchat.conversation.message import Message, Role
from deepchat.conversation.parts import Part, Text, ToolCall, ToolResult

_QUIET: Final = frozenset({"token_budget", "flag"})
"""Blocks that say nothing."""


def messages_of(role: Role, message: Mapping[str, object], key: str) -> tuple[list[Message], list[str]]:
    """The messages that this one is, and what is wrong with it."""
    pieces = _Pieces(role)
    faults: list[str] = []
    for number, block in enumerate(map(fields.table, fields.items(message.get("content")))):
        kind = fields.text(block.get("type"))
        if kind == "thinking":
            pieces.think(fields.text(block.get("thinking")))
        elif part := _part(kind, block, f"{key}/{number}", pieces.last_call):
            pieces.add_apart(part)
        elif kind not in ("text", *_QUIET):
            faults.append(f"a block of it, “{kind[:40]}”, is of an unknown kind: it is left out")
    if pieces.is_empty and (words := fields.text(message.get("text"))):
        pieces.add(Text(words))
    for words in _files(message):
        pieces.add(Text(words))
    pieces.close()
    return pieces.messages, faults if pieces.messages else [*faults, EMPTY]


def _part(kind: str, block: Mapping[str, object], own_key: str, last_call: str) -> Part | None:
    match kind:
        case "text":
            words = fields.text(block.get("text"))
            return Text(words) if words else None
        case "tool_use":
            call_id = fields.text(block.get("id")) or f"call_{id_of(own_key)}"
            return ToolCall(call_id, fields.text(block.get("name")), fields.as_json(block.get("input")))
        case "tool_result":
            return ToolResult(fields.text(block.get("tool_use_id")) or last_call, _result(block.get("content")))
        case _:
            return None


def _result(content: object) -> str:
    """What a tool gave back: its texts, or whatever else it is as JSON."""
    if isinstance(content, str):
        return fields.text(content)
    blocks = [fields.table(block) for block in fields.items(content)]
    texts = [fields.text(block.get("text")) or fields.as_json(block) for block in blocks]
    return "\n\n".join(texts) if texts or not content else fields.as_json(content)


def _files(message: Mapping[str, object]) -> list[str]:
    """Texts that were attached, and a note for every file of which the export has the name alone."""
    words: list[str] = []
    for attachment in map(fields.table, fields.items(message.get("attachments"))):
        name = fields.title(attachment.get("file_name")) or "a pasted text"
        extracted = fields.text(attachment.get("extracted_content"))
        words.append(fields.attached(name, extracted) if extracted else _absent(name))
    files = map(fields.table, fields.items(message.get("files")))
    return [*words, *(_absent(name) for file in files if (name := fields.title(file.get("file_name"))))]


def _absent(name: str) -> str:
    return f"\n\n[{name}: a file that is not in the export]"


class _Pieces:
    """Blocks as they come; what a tool gave back ends the piece of the message that called it."""

    def __init__(self, role: Role) -> None:
        self.messages: list[Message] = []
        self._role: Role = role
        self._parts: list[Part] = []
        self._thoughts: list[str] = []
        self._results: list[Part] = []
        self.last_call = ""
        """The call that a result without a name is taken to belong to."""

    @property
    def is_empty(self) -> bool:
        return not (self.messages or self._parts or self._results)

    def add(self, part: Part) -> None:
        if isinstance(part, ToolResult):
            self._close_words()
            self._results.append(part)
        else:
            self._close_results()
            self._parts.append(part)
            self.last_call = part.id if isinstance(part, ToolCall) else self.last_call

    def add_apart(self, part: Part) -> None:
        """Words right behind words are a paragraph of their own."""
        before = self._parts[-1] if self._parts else None
        if isinstance(part, Text) and isinstance(before, Text) and not self._results:
            is_apart = before.text[-1:].isspace() or part.text[:1].isspace()
            part = part if is_apart else Text(f"\n\n{part.text}")
        self.add(part)

    def think(self, words: str) -> None:
        self._close_results()
        self._thoughts.append(words)

    def close(self) -> None:
        self._close_words()
        self._close_results()

    def _close_words(self) -> None:
        if self._parts or self._thoughts:
            self.messages.append(Message(self._role, tuple(self._parts), "\n\n".join(self._thoughts)))
        self._parts, self._thoughts = [], []

    def _close_results(self) -> None:
        if self._results:
            self.messages.append(Message("tool", tuple(self._results)))
        self._results = []

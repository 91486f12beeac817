"""ChatGPT's export: conversations.json, a list of conversations, each a mapping of messages that know their parents.

The format has no public description; this follows exports of 2023 to 2026.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from deepchat.conversation.ids import id_of
from deepchat.conversation.importers import chatgpt_words, fields
from deepchat.conversation.importers.growing import Growth, in_order, stranger
from deepchat.conversation.importers.imported import Harvest, Imported
from deepchat.conversation.legs import Answer
from deepchat.conversation.message import Message, Role
from deepchat.conversation.parts import Part, Text, ToolCall, ToolResult
from deepchat.conversation.tree import State

SOURCE: Final = "chatgpt"
_ROLES: Final[Mapping[str, Role]] = {"user": "user", "assistant": "assistant", "tool": "tool", "system": "system"}
_STATES: Final[Mapping[str, State]] = {"interrupted": "stopped", "max_tokens": "incomplete"}


def read(value: object, unknown_ms: int = 0) -> Imported:
    """The conversations of such a list, or one of them; `unknown_ms` stands where no time is told."""
    harvest = Harvest()
    for number, item in enumerate(fields.items(value) or [value], 1):
        _read_one(fields.table(item), f"conversation {number}", unknown_ms, harvest)
    return harvest.imported


def _read_one(item: Mapping[str, object], where: str, unknown_ms: int, harvest: Harvest) -> None:
    mapping = fields.table(item.get("mapping"))
    if not mapping:
        harvest.miss(where, "it has no messages")
        return
    created_ms = fields.moment_ms(item.get("create_time"))
    key = fields.key(item.get("conversation_id")) or fields.key(item.get("id")) or f"with {next(iter(mapping))}"
    growth = Growth(harvest, SOURCE, key, unknown_ms if created_ms is None else created_ms, where)
    story = _Story(growth, mapping, fields.text(item.get("default_model_slug")))
    for node_key, parent in in_order(_parents(mapping), growth.miss):
        story.tell(node_key, parent)
    story.close()
    active = story.above.get(fields.key(item.get("current_node")))
    growth.end(fields.title(item.get("title")), fields.moment_ms(item.get("update_time")), active)


def _parents(mapping: Mapping[str, object]) -> dict[str, str | None]:
    """The parent of every node, siblings in the order in which their parent names them."""
    positions: dict[str, int] = {}
    for node in mapping.values():
        for child in fields.items(fields.table(node).get("children")):
            positions.setdefault(fields.key(child), len(positions))
    keys = sorted(mapping, key=lambda key: positions.get(key, -1))
    return {key: fields.key(fields.table(mapping[key]).get("parent")) or None for key in keys}


@dataclass(slots=True)
class _Thought:
    """What was thought at a node, until somebody says something."""

    key: str
    before: _Thought | None
    words: str
    said: bool = False


class _Story:
    """The nodes of one mapping become messages: hidden ones are passed over, thoughts go to the answer after them."""

    def __init__(self, growth: Growth, mapping: Mapping[str, object], default_model: str) -> None:
        self.above: dict[str, str | None] = {}
        """For every node the message that stands for it: its own, or the nearest one above that is shown."""
        self._growth = growth
        self._mapping = mapping
        self._default_model = default_model
        self._thoughts: dict[str, _Thought | None] = {}
        self._calls: dict[str, str] = {}
        """For every node the last call of a tool above it."""
        self._lost_pictures = 0

    def tell(self, key: str, parent: str | None) -> None:
        """The next node; its parent was told before."""
        above = None if parent is None else self.above[parent]
        thought = None if parent is None else self._thoughts[parent]
        self._calls[key] = "" if parent is None else self._calls[parent]
        self.above[key], self._thoughts[key] = above, thought
        node = self._mapping[key]
        if not isinstance(node, dict):
            self._growth.miss(key, "it is no message")
        message = fields.table(fields.table(self._mapping[key]).get("message"))
        content = fields.table(message.get("content"))
        if not content or chatgpt_words.is_hidden(message, content):
            return
        if content.get("content_type") == "thoughts":
            self._thoughts[key] = _Thought(key, thought, chatgpt_words.thoughts(content))
            return
        if parts := self._parts(key, message, content):
            self._say(key, above, message, parts)

    def close(self) -> None:
        """Thoughts after which nothing was said are messages of their own; lost pictures are told of."""
        for thought in reversed([thought for thought in self._thoughts.values() if thought]):
            if words := _spoken(thought):
                self._growth.say(thought.key, self.above[thought.key], Message("assistant", (), words))
                self.above[thought.key] = thought.key
        if self._lost_pictures:
            self._growth.miss("", f"{self._lost_pictures} pictures are not in conversations.json: a note stands there")

    def _parts(self, key: str, message: Mapping[str, object], content: Mapping[str, object]) -> tuple[Part, ...]:
        words, pictures, fault = chatgpt_words.words_of(content)
        if fault:
            self._growth.miss(key, fault)
        self._lost_pictures += pictures
        role = fields.table(message.get("author")).get("role")
        recipient = fields.text(message.get("recipient"))
        if role == "assistant" and words and recipient not in ("", "all", "assistant"):
            self._calls[key] = f"call_{id_of(key)}"
            return (ToolCall(self._calls[key], recipient, fields.as_arguments(words)),)
        if role == "tool" and words:
            return (ToolResult(self._calls[key], words),)
        if words and content.get("content_type") == "code":
            words = chatgpt_words.code_of(words, fields.text(content.get("language")))
        return (Text(words),) if words else ()

    def _say(self, key: str, above: str | None, message: Mapping[str, object], parts: tuple[Part, ...]) -> None:
        said = fields.text(fields.table(message.get("author")).get("role"))
        role = _ROLES.get(said)
        if role is None:
            self._growth.miss(key, stranger(said))
            return
        metadata = fields.table(message.get("metadata"))
        reasoning, answer = "", None
        state: State = "whole"
        if role == "assistant":
            thought = self._thoughts[key]
            reasoning = _spoken(thought) if thought else ""
            model = fields.text(metadata.get("model_slug")) or self._default_model
            answer = Answer("", model) if model else None
            state = _STATES.get(fields.text(fields.table(metadata.get("finish_details")).get("type")), "whole")
        created_ms = fields.moment_ms(message.get("create_time"))
        self._growth.say(key, above, Message(role, parts, reasoning), created_ms, answer, state)
        self.above[key], self._thoughts[key] = key, None


def _spoken(thought: _Thought) -> str:
    """The thoughts up to this one that nobody has taken yet; each is taken once, however the branches fork."""
    words: list[str] = []
    here: _Thought | None = thought
    while here and not here.said:
        here.said = True
        words.append(here.words)
        here = here.before
    return "\n\n".join(filter(None, reversed(words)))

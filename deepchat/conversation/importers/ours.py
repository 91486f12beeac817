"""DeepChat's own export: a conversation, or a list of them, whole as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final, cast, get_args

from deepchat.conversation.chosen import Chosen, read_chosen
from deepchat.conversation.conversation import Conversation
from deepchat.conversation.export.whole import FORMAT, VERSION
from deepchat.conversation.ids import id_of
from deepchat.conversation.importers import fields
from deepchat.conversation.importers.growing import TWICE, Miss, in_order, stranger
from deepchat.conversation.importers.imported import Harvest, Imported
from deepchat.conversation.importers.ours_answers import answer_of
from deepchat.conversation.message import Message, Role, system
from deepchat.conversation.parts import Image, Part, Text, ToolCall, ToolResult
from deepchat.conversation.tree import Node, State, Tree

_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SOURCE: Final = "deepchat"


def read(value: object, unknown_ms: int = 0) -> Imported:
    """The conversations of such a file; `unknown_ms` stands where a time is missing."""
    harvest = Harvest()
    for number, item in enumerate(fields.items(value) or [value], 1):
        whole = fields.table(item)
        where = f"conversation {number}"
        version = fields.whole(whole.get("version"))
        if whole.get("format") != FORMAT or version is None:
            harvest.miss(where, "it is no conversation that DeepChat exported")
        elif version > VERSION:
            harvest.miss(where, "a newer DeepChat wrote it, and this one can't read it: update DeepChat")
        else:
            _Reading(harvest, where, whole, unknown_ms).take()
    return harvest.imported


class _Reading:
    """One conversation while it is read; names that nobody could type are made anew, always the same ones."""

    def __init__(self, harvest: Harvest, where: str, whole: Mapping[str, object], unknown_ms: int) -> None:
        self._harvest = harvest
        self._where = where
        self._whole = whole
        # A conversation without a name of its own is known by all that it says.
        self._key = fields.key(whole.get("id")) or json.dumps(whole, sort_keys=True)
        self._id = self._named(self._key)
        created_ms = fields.whole(whole.get("created_ms"))
        self._created_ms = unknown_ms if created_ms is None else created_ms

    def take(self) -> None:
        tree = self._tree()
        if tree is None:
            self._miss("", "it has no messages")
            return
        active = self._named(self._whole.get("active"))
        if active in tree:
            tree.choose(active)
            tree.end_at(active)
        updated_ms = fields.whole(self._whole.get("updated_ms"))
        conversation = Conversation(
            id=self._id,
            tree=tree,
            created_ms=self._created_ms,
            title=fields.text(self._whole.get("title")),
            updated_ms=self._created_ms if updated_ms is None else updated_ms,
            pinned=self._whole.get("pinned") is True,
            tags=tuple(filter(None, map(fields.text, fields.items(self._whole.get("tags"))))),
            trashed_ms=fields.whole(self._whole.get("trashed_ms")),
            origin=fields.text(self._whole.get("origin")),
            chosen=self._chosen(),
        )
        self._harvest.take(conversation, self._where)

    def _chosen(self) -> Chosen:
        """A tool that no user turned on here stays off: a file from elsewhere lets no model read anything."""
        chosen = read_chosen(self._whole.get("chosen"))
        if chosen.tools:
            self._miss("", f"its tools are off here: {', '.join(chosen.tools)[:200]}; /tools turns them on")
        return replace(chosen, tools=())

    def _miss(self, message: str, what: str) -> None:
        self._harvest.miss(f"{self._where}, message {message[:64]}" if message else self._where, what)

    def _named(self, name: object) -> str:
        said = fields.key(name)
        return said if _ID.fullmatch(said) else id_of(_SOURCE, self._key, said)

    def _tree(self) -> Tree | None:
        found, parents = self._found()
        ordered = list(_each_after_its_parent(parents, self._miss))
        if not ordered:
            return None
        tops = [*(key for key, _ in ordered if parents[key] is None), ordered[0][0]]
        root_key = next((key for key in tops if found[key].get("role") == "system"), "")
        instructions = self._message(root_key, found[root_key]) if root_key else None
        tree = Tree(
            self._node(root_key, None, instructions, found[root_key]) if instructions else self._empty_root(found)
        )
        above: dict[str, str] = {"": tree.root_id, root_key: tree.root_id}
        """For every message the one that stands for it: itself, or the nearest one above that could be read."""
        for key, parent in ordered:
            if key == root_key:
                continue
            place = above.get(parent or "", tree.root_id)
            if message := self._message(key, found[key]):
                tree.add(self._node(key, place, message, found[key]))
            above[key] = key if message else place
        return tree

    def _found(self) -> tuple[dict[str, Mapping[str, object]], dict[str, str | None]]:
        """The messages by their names, and the parent of each."""
        found: dict[str, Mapping[str, object]] = {}
        parents: dict[str, str | None] = {}
        for number, value in enumerate(fields.items(self._whole.get("messages")), 1):
            message = fields.table(value)
            name = fields.key(message.get("id")) or f"number {number}"
            key = self._named(name)
            if not message or key in found:
                self._miss(name, TWICE if message else "it is no message")
                continue
            found[key] = message
            parents[key] = None if message.get("parent") is None else self._named(message.get("parent"))
        return found, parents

    def _empty_root(self, found: Mapping[str, object]) -> Node:
        name = id_of(_SOURCE, self._id, "root", "of all")
        while name in found:
            name = id_of(_SOURCE, name)
        return Node(name, None, system(""), self._created_ms)

    def _node(self, key: str, parent: str | None, message: Message, row: Mapping[str, object]) -> Node:
        created_ms = fields.whole(row.get("created_ms"))
        state = row.get("state")
        if state not in get_args(State):
            self._miss(key, "how it ended is not told: it is taken for whole")
            state = "whole"
        if state == "streaming":  # as it was while it was exported; nobody goes on with it here
            state = "interrupted"
        answer, faults = answer_of(row.get("answer"))
        for fault in faults:
            self._miss(key, fault)
        moment = self._created_ms if created_ms is None else created_ms
        return Node(key, parent, message, moment, cast("State", state), answer)

    def _message(self, key: str, row: Mapping[str, object]) -> Message | None:
        role = row.get("role")
        if role not in get_args(Role):
            self._miss(key, stranger(fields.text(role)))
            return None
        parts: list[Part] = []
        for number, value in enumerate(fields.items(row.get("parts")), 1):
            part = _part(fields.table(value))
            if part:
                parts.append(part)
            else:
                self._miss(key, f"part {number} can't be read: it is left out")
        return Message(cast("Role", role), tuple(parts), fields.text(row.get("reasoning")))


def _each_after_its_parent(parents: Mapping[str, str | None], miss: Miss) -> Iterable[tuple[str, str | None]]:
    """As they stand in the file, when they stand well."""
    seen: set[str | None] = {None}
    for key, parent in parents.items():
        if parent not in seen:
            return in_order(parents, miss)
        seen.add(key)
    return parents.items()


def _part(part: Mapping[str, object]) -> Part | None:
    match part:
        case {"type": "text", "text": str(words)}:
            return Text(fields.text(words))
        case {"type": "image", "media_type": str(media_type), "data": str(coded)}:
            data = fields.decoded(coded)
            return None if data is None else Image(fields.text(media_type), data, fields.text(part.get("name")))
        case {"type": "tool_call", "id": str(call_id), "name": str(name), "arguments": str(arguments)}:
            return ToolCall(fields.text(call_id), fields.text(name), fields.text(arguments))
        case {"type": "tool_result", "call_id": str(call_id), "text": str(words)}:
            return ToolResult(fields.text(call_id), fields.text(words))
        case _:
            return None

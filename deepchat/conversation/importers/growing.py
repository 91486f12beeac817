"""A conversation from elsewhere while it grows: messages are hung where they belong, whatever the source claims."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from deepchat.conversation.conversation import Conversation
from deepchat.conversation.ids import id_of
from deepchat.conversation.importers.imported import Harvest
from deepchat.conversation.legs import Answer
from deepchat.conversation.message import Message, system
from deepchat.conversation.tree import Node, State, Tree

Miss = Callable[[str, str], None]
"""Told of the key of what is wrong, and of what is wrong with it."""
TWICE: Final = "it is there twice, and the first is taken"
EMPTY: Final = "it is empty: it is left out"
_LONGEST_KEY_SHOWN: Final = 60
_LONGEST_ORIGIN: Final = 200


def stranger(said: str) -> str:
    """What is wrong with a message whose speaker has no part in a conversation."""
    return f"nobody known said it, but “{said[:20]}”: it is left out"


def in_order(parents: Mapping[str, str | None], miss: Miss) -> Iterator[tuple[str, str | None]]:
    """Every key with its parent, each after its parent; siblings stay in order, and what leads in a circle is cut.

    A parent that is not there counts as none; `miss` is told of it, and of circles, with the key.
    """
    children: dict[str | None, list[str]] = {None: []}
    for key, parent in parents.items():
        if parent is not None and parent not in parents:
            miss(key, "the message before it is not in the file: it is put at the beginning")
            parent = None
        children.setdefault(parent, []).append(key)
    seen: set[str] = set()
    yield from _below([(key, None) for key in children[None]], children, seen)
    for key in parents:
        if key not in seen:
            miss(key, "it comes before itself: the circle is cut here")
            yield from _below([(key, None)], children, seen)


def _below(
    tops: list[tuple[str, str | None]], children: Mapping[str | None, list[str]], seen: set[str]
) -> Iterator[tuple[str, str | None]]:
    waiting = tops[::-1]
    while waiting:
        key, parent = waiting.pop()
        if key not in seen:
            seen.add(key)
            yield key, parent
            waiting.extend((child, key) for child in reversed(children.get(key, ())))


class Growth:
    """Names are made from those of the source, so that the same conversation always has the same ones."""

    def __init__(self, harvest: Harvest, source: str, key: str, created_ms: int, where: str) -> None:
        self.created_ms = created_ms
        self._harvest = harvest
        self._source = source
        self._key = key
        self._where = where
        self._tree = Tree(Node(self._id_of("root", "of all"), None, system(""), created_ms))
        self._places: dict[str | None, str] = {None: self._tree.root_id}
        """Of the key of each message, its name in the tree."""
        self._updated_ms = created_ms

    def miss(self, key: str, what: str) -> None:
        """Something is wrong with the message of this key; without a key, with the conversation."""
        self._harvest.miss(f"{self._where}, message {key[:_LONGEST_KEY_SHOWN]}" if key else self._where, what)

    def say(
        self,
        key: str,
        parent: str | None,
        message: Message,
        created_ms: int | None = None,
        answer: Answer | None = None,
        state: State = "whole",
    ) -> str:
        """Hang a message below that of the key `parent`, or at the beginning; gives its key back.

        Instructions at the very beginning become those of the conversation.
        """
        own_id = self._id_of(key)
        if own_id in self._tree or key in self._places:
            self.miss(key, TWICE)
            self._places.setdefault(key, own_id)
            return key
        before = self._tree[self._places[parent]]
        moment = before.created_ms if created_ms is None else created_ms
        self._updated_ms = max(self._updated_ms, moment)
        if message.role == "system" and parent is None and len(self._tree) == 1 and not before.message.text:
            self._tree.put(replace(before, message=message))
            self._places[key] = before.id
        else:
            self._tree.add(Node(own_id, before.id, message, moment, state, answer))
            self._places[key] = own_id
        return key

    def end(self, title: str, updated_ms: int | None = None, active: str | None = None) -> None:
        """The conversation is whole: its path leads to the message of the key `active`, else to the last one."""
        if len(self._tree) == 1 and not self._tree[self._tree.root_id].message.text:
            self.miss("", "it has no messages")
            return
        if active is not None:
            self._tree.choose(self._places[active])
        origin = f"{self._source}:{self._key}"
        is_short = origin.isprintable() and len(origin) <= _LONGEST_ORIGIN
        conversation = Conversation(
            id=id_of(self._source, self._key),
            tree=self._tree,
            created_ms=self.created_ms,
            title=title,
            updated_ms=self._updated_ms if updated_ms is None else updated_ms,
            origin=origin if is_short else f"{self._source}:{self._id_of()}",
        )
        self._harvest.take(conversation, self._where)

    def _id_of(self, *key: str) -> str:
        return id_of(self._source, self._key, *key)

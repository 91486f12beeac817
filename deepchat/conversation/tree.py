"""A conversation as a tree: every message knows the one before it, and nothing that was said is ever taken out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from deepchat.conversation.legs import Answer
from deepchat.conversation.message import Message

State = Literal["whole", "streaming", "stopped", "interrupted", "incomplete", "failed"]
"""Said to its end; being said; ended by the user; ended by a crash; ended too early; never began."""


@dataclass(frozen=True, slots=True)
class Node:
    """A message in its place."""

    id: str
    parent: str | None
    """None for the root alone."""
    message: Message
    created_ms: int
    """Milliseconds since 1970, UTC; for showing only, never for order."""
    state: State = "whole"
    answer: Answer | None = None
    """How it came to be, when a model said it."""


class Tree:
    """Messages under one root, which holds the instructions; the active path leads from the root to one leaf.

    The root is a system message, empty when there are no instructions: so even the first question can have siblings.
    """

    def __init__(self, root: Node) -> None:
        if root.parent is not None:
            raise ValueError("a root has no parent")
        self._nodes = {root.id: root}
        self._children: dict[str, list[str]] = {root.id: []}
        self._chosen: dict[str, str] = {}
        """Of a message's children, the one that the active path goes through."""
        self.root_id = root.id
        self._end: str | None = root.id
        """Where the active path ends, when that is known without a look: what is added there needs no way up."""

    @classmethod
    def of(cls, nodes: Iterable[Node], active: str = "") -> Tree:
        """The tree that these nodes make, each after its parent; the path ends at `active`, else at the newest.

        Raises ValueError when there are none, or one stands where it can't.
        """
        ordered = list(nodes)
        if not ordered:
            raise ValueError("a tree has a root")
        tree = cls(ordered[0])
        for node in ordered[1:]:
            tree.add(node)
        if active in tree:
            tree.end_at(active)
        return tree

    def __contains__(self, node_id: str) -> bool:
        return node_id in self._nodes

    def __len__(self) -> int:
        return len(self._nodes)

    def __getitem__(self, node_id: str) -> Node:
        return self._nodes[node_id]

    def __iter__(self) -> Iterator[Node]:
        """Every message, each after its parent, in the order in which they were said."""
        return iter(self._nodes.values())

    @property
    def path(self) -> list[Node]:
        """The active path, from the root to its leaf."""
        path = [self._nodes[self.root_id]]
        while (following := self._chosen.get(path[-1].id)) is not None:
            path.append(self._nodes[following])
        return path

    @property
    def leaf(self) -> Node:
        """Where the conversation goes on."""
        return self.path[-1]

    def siblings(self, node_id: str) -> list[Node]:
        """All versions of a message in the order in which they were said, itself among them."""
        parent = self._nodes[node_id].parent
        return [self._nodes[node_id]] if parent is None else [self._nodes[one] for one in self._children[parent]]

    def place_of(self, node_id: str) -> tuple[int, int]:
        """Which one of its siblings it is, the oldest being 1, and how many there are with itself."""
        parent = self._nodes[node_id].parent
        siblings = self._children[parent] if parent is not None else [node_id]
        return (1, 1) if len(siblings) == 1 else (siblings.index(node_id) + 1, len(siblings))

    def children(self, node_id: str) -> list[Node]:
        return [self._nodes[one] for one in self._children[node_id]]

    def add(self, node: Node) -> None:
        """A new message below its parent; the active path goes through it. Raises ValueError: no parent, or twice."""
        if node.id in self._nodes:
            raise ValueError(f"there is a message {node.id} already")
        if node.parent is None or node.parent not in self._nodes:
            raise ValueError(f"the message before {node.id} is not there")
        self._nodes[node.id] = node
        self._children[node.id] = []
        self._children[node.parent].append(node.id)
        if node.parent == self._end:
            self._chosen[node.parent] = node.id
        else:
            self._point_at(node)
        self._end = node.id

    def put(self, node: Node) -> None:
        """The same message, further on; its place stays. Raises ValueError when it would move, KeyError when new."""
        if self._nodes[node.id].parent != node.parent:
            raise ValueError(f"the message {node.id} can't move")
        self._nodes[node.id] = node

    def choose(self, node_id: str) -> None:
        """Lead the active path through this message, and below it where it last led."""
        self._point_at(self._nodes[node_id])
        self._end = None

    def end_at(self, node_id: str) -> None:
        """Let the active path end at this message: what is said next becomes a new branch below it."""
        self._point_at(self._nodes[node_id])
        self._chosen.pop(node_id, None)
        self._end = node_id

    def branch(self, leaf_id: str) -> list[Node]:
        """The messages from the root to this one."""
        nodes = [self._nodes[leaf_id]]
        while (parent := nodes[-1].parent) is not None:
            nodes.append(self._nodes[parent])
        return nodes[::-1]

    def forked(self, leaf_id: str, new_ids: Iterator[str]) -> Tree:
        """A tree of its own with copies of the messages up to this one, the way here without its siblings.

        What the copies cost was paid once, so they know their words, but not their legs.
        """
        branch = self.branch(leaf_id)
        tree = Tree(_copied(branch[0], next(new_ids), None))
        last = tree.root_id
        for node in branch[1:]:
            copy = _copied(node, next(new_ids), last)
            tree.add(copy)
            last = copy.id
        return tree

    def _point_at(self, node: Node) -> None:
        while node.parent is not None:
            self._chosen[node.parent] = node.id
            node = self._nodes[node.parent]


def _copied(node: Node, new_id: str, parent: str | None) -> Node:
    state = "interrupted" if node.state == "streaming" else node.state
    answer = replace(node.answer, legs=()) if node.answer else None
    return replace(node, id=new_id, parent=parent, state=state, answer=answer)

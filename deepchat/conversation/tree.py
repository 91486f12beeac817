"""A conversation as a tree: every message knows the one before it, and nothing that was said is ever taken out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, Protocol

from deepchat.conversation.legs import Answer, Leg
from deepchat.conversation.message import Message, Role
from deepchat.conversation.parts import Part

State = Literal["whole", "streaming", "stopped", "interrupted", "incomplete", "failed"]
"""Said to its end; being said; ended by the user; ended by a crash; ended too early; never began."""


class Kept(Protocol):
    """A message in its place as it was found: of very many, most are never looked at, and so never read into values.

    What is not a node is made of one text alone.
    """

    @property
    def id(self) -> str: ...

    @property
    def parent(self) -> str | None: ...

    @property
    def role(self) -> Role: ...

    @property
    def text(self) -> str:
        """Its words alone."""
        ...

    @property
    def besides(self) -> tuple[Part, ...]:
        """What it is made of besides them."""
        ...

    @property
    def has_answer(self) -> bool:
        """Whether it is known how it came to be."""
        ...

    @property
    def legs(self) -> Sequence[Leg]:
        """The requests that it took."""
        ...

    def read(self) -> Node:
        """All of it."""
        ...


@dataclass(frozen=True, slots=True)
class Node:
    """A message in its place, as values."""

    id: str
    parent: str | None
    """None for the root alone."""
    message: Message
    created_ms: int
    """Milliseconds since 1970, UTC; for showing only, never for order."""
    state: State = "whole"
    answer: Answer | None = None
    """How it came to be, when a model said it."""

    @property
    def role(self) -> Role:
        return self.message.role

    @property
    def text(self) -> str:
        return self.message.text

    @property
    def besides(self) -> tuple[Part, ...]:
        return self.message.besides

    @property
    def has_answer(self) -> bool:
        return self.answer is not None

    @property
    def legs(self) -> Sequence[Leg]:
        return self.answer.legs if self.answer else ()

    def read(self) -> Node:
        return self


class Tree:
    """Messages under one root, which holds the instructions; the active path leads from the root to one leaf.

    The root is a system message, empty when there are no instructions: so even the first question can have siblings.
    """

    def __init__(self, root: Kept) -> None:
        if root.parent is not None:
            raise ValueError("a root has no parent")
        self._nodes: dict[str, Kept] = {root.id: root}
        self._first: dict[str, str] = {}
        """The oldest child of a message that has any."""
        self._later: dict[str, list[str]] = {}
        """Its other children: most messages have none."""
        self._chosen: dict[str, str] = {}
        """Of a message's children, the one that the active path goes through."""
        self.root_id = root.id
        self._end: str | None = root.id
        """Where the active path ends, when that is known without a look: what is added there needs no way up."""

    @classmethod
    def of(cls, nodes: Iterable[Kept], active: str = "") -> Tree:
        """The tree that these nodes make, each after its parent; the path ends at `active`, else at the newest.

        Raises ValueError when there are none, or one stands where it can't.
        """
        each = list(nodes)
        if not each:
            raise ValueError("a tree has a root")
        tree = cls(each[0])
        names = [one.id for one in each]
        if [one.parent for one in each[1:]] == names[:-1] and len({*names}) == len(names):
            # Very many without any branch are put in their places all at once.
            tree._nodes = dict(zip(names, each, strict=True))
            tree._first = dict(pairwise(names))
            tree._chosen, tree._end = dict(tree._first), names[-1]
        else:
            for node in each[1:]:
                tree.add(node)
        if active in tree:
            tree.end_at(active)
        return tree

    def __copy__(self) -> Tree:
        """One that may grow otherwise."""
        twin = Tree(self._nodes[self.root_id])
        twin._nodes, twin._chosen, twin._end = dict(self._nodes), dict(self._chosen), self._end
        twin._first, twin._later = dict(self._first), {one: [*more] for one, more in self._later.items()}
        return twin

    def __contains__(self, node_id: str) -> bool:
        return node_id in self._nodes

    def __len__(self) -> int:
        return len(self._nodes)

    def __getitem__(self, node_id: str) -> Node:
        node = self._nodes[node_id] = self._nodes[node_id].read()
        return node

    def __iter__(self) -> Iterator[Node]:
        """Every message, each after its parent, in the order in which they were said."""
        return (self[one] for one in self._nodes)

    @property
    def kept(self) -> Collection[Kept]:
        """Every message as it was found, in the order in which they were said."""
        return self._nodes.values()

    @property
    def way(self) -> list[Kept]:
        """The active path as it was found, from the root to its leaf."""
        nodes, chosen = self._nodes, self._chosen
        following: str | None = self.root_id
        way: list[Kept] = []
        while following is not None:
            way.append(nodes[following])
            following = chosen.get(following)
        return way

    @property
    def path(self) -> list[Node]:
        """The active path, from the root to its leaf."""
        return [self[one.id] for one in self.way]

    @property
    def leaf(self) -> Node:
        """Where the conversation goes on."""
        return self[self._end or self.way[-1].id]

    def siblings(self, node_id: str) -> list[Node]:
        """All versions of a message in the order in which they were said, itself among them."""
        parent = self._nodes[node_id].parent
        return [self[node_id]] if parent is None else self.children(parent)

    @property
    def versions(self) -> dict[str, tuple[int, int]]:
        """Of all that have siblings: which one of them it is, the oldest being 1, and how many they are."""
        many = [self._children(parent) for parent in self._later]
        return {one: (place, len(children)) for children in many for place, one in enumerate(children, 1)}

    def children(self, node_id: str) -> list[Node]:
        return [self[one] for one in self._children(node_id)]

    def add(self, node: Kept) -> None:
        """A new message below its parent; the active path goes through it. Raises ValueError: no parent, or twice."""
        name, parent = node.id, node.parent
        if name in self._nodes:
            raise ValueError(f"there is a message {name} already")
        if parent is None or parent not in self._nodes:
            raise ValueError(f"the message before {name} is not there")
        self._nodes[name] = node
        if parent in self._first:
            self._later.setdefault(parent, []).append(name)
        else:
            self._first[parent] = name
        if parent == self._end:
            self._chosen[parent] = name
        else:
            self._point_at(node)
        self._end = name

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
        nodes = [self[leaf_id]]
        while (parent := nodes[-1].parent) is not None:
            nodes.append(self[parent])
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

    def _children(self, node_id: str) -> list[str]:
        return [self._first[node_id], *self._later.get(node_id, ())] if node_id in self._first else []

    def _point_at(self, node: Kept) -> None:
        while node.parent is not None:
            self._chosen[node.parent] = node.id
            node = self._nodes[node.parent]


def _copied(node: Node, new_id: str, parent: str | None) -> Node:
    state = "interrupted" if node.state == "streaming" else node.state
    answer = replace(node.answer, legs=()) if node.answer else None
    return replace(node, id=new_id, parent=parent, state=state, answer=answer)

"""The tree of a conversation that is damaged: what can be shown of it, in its place or the next best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from deepchat.conversation.message import system
from deepchat.conversation.tree import Node, Tree
from deepchat.store.messages import Found


def regrown(found: Sequence[Found], root: str, created_ms: int) -> Tree:
    """The tree of all that can be shown; its root is made when it is lost."""
    beginning = next((one.node for one in found if one.id == root), None)
    nodes = {root: _below(beginning, None) if beginning else Node(root, None, system(""), created_ms)}
    above: dict[str, str] = {}
    """For every message that can't be shown, the nearest one before it that can."""
    for one in found:
        if one.id in nodes:
            continue
        parent = above.get(one.parent, one.parent)
        parent = parent if parent in nodes else root
        if one.node is None:
            above[one.id] = parent
        else:
            nodes[one.id] = _below(one.node, parent)
    return Tree.of(nodes.values())


def _below(node: Node, parent: str | None) -> Node:
    return node if node.parent == parent else replace(node, parent=parent)

"""Messages that stand in a conversation twice: word for word behind a summary, and where they were said."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deepchat.conversation.tree import Kept, Node, Tree


def originals(tree: Tree) -> dict[str, Node]:
    """By the id of each copied answer, the one with the requests that it took: they were paid once, and stay there.

    What was copied from another conversation is not known here.
    """
    if not tree.versions:  # a copy stands on a branch of its own
        return {}
    copies = [one for one in tree.kept if one.has_answer and not one.legs and one.text]
    asked: dict[str, list[Kept]] = {}
    for one in tree.kept if copies else ():
        if one.legs:
            asked.setdefault(one.text, []).append(one)
    found: dict[str, Node] = {}
    for copy in copies:
        same = (tree[one.id] for one in asked.get(copy.text, ()))
        original = next((one for one in same if is_copied(one, tree[copy.id])), None)
        if original:
            found[copy.id] = original
    return found


def is_copied(original: Node, copy: Node) -> bool:
    """Whether what the copy says was said there."""
    return (original.created_ms, original.message) == (copy.created_ms, copy.message)

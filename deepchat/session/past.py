"""What was said, written anew: an answer without its last leg, a branch that begins with a summary."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from deepchat.conversation.ids import new_id
from deepchat.conversation.message import Message
from deepchat.conversation.parts import Text, ToolCall
from deepchat.conversation.tree import Node, Tree
from deepchat.engine.compact import is_summary, summary_message
from deepchat.engine.mending import at_last_result
from deepchat.errors import UsageError


def without_last_leg(node: Node) -> Node:
    """The answer as it stood before its last leg, which can be asked for again.

    Raises UsageError when that is not known, or when nothing would be left.
    """
    legs = list(node.answer.legs) if node.answer else []
    standing = [number for number, leg in enumerate(legs) if not leg.dropped]
    if not standing or node.answer is None:
        raise UsageError("the last answer has no leg that could be left out", "ask again instead")
    last = legs[standing[-1]]
    called, said = at_last_result(node.message.parts)
    if not said.endswith(last.kept):
        raise UsageError("the last answer does not end with its last leg", "ask again instead")
    rest = said[: len(said) - len(last.kept)]
    if not rest.strip() and not called:
        raise UsageError("the last answer has one leg only", "ask again instead")
    legs[standing[-1]] = replace(last, dropped=True)
    # Nobody wrote down which leg made a call; but one that ended with calls made those that stand.
    made = node.message.parts[len(called) :] if last.finish != "tool_calls" else ()
    kept = [part for part in made if isinstance(part, ToolCall)]
    message = Message("assistant", (*called, Text(rest), *kept), node.message.reasoning.removesuffix(last.reasoning))
    answer = replace(node.answer, legs=tuple(legs), finish="length")
    return replace(node, message=message, answer=answer, state="incomplete")


def turns_in(tree: Tree) -> list[list[Node]]:
    """The turns of the active path; a summary is no turn, but goes with the first one behind it."""
    turns: list[list[Node]] = []
    for node in tree.path[1:]:
        if not turns or (node.message.role == "user" and not is_summary(turns[-1][-1].message)):
            turns.append([])
        turns[-1].append(node)
    return turns


def from_summary(root_id: str, summary: str, stays: Iterable[Node], now_ms: int) -> list[Node]:
    """A branch of a summary and copies of what stays word for word."""
    branch = [Node(new_id(), root_id, summary_message(summary), now_ms)]
    for node in stays:
        # What the copies cost was paid once.
        answer = replace(node.answer, legs=()) if node.answer else None
        branch.append(replace(node, id=new_id(), parent=branch[-1].id, answer=answer))
    return branch

"""What is said of a message beside its words, the same in every form that is made for reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Final

from deepchat.conversation.conversation import Conversation
from deepchat.conversation.message import Message, Role
from deepchat.conversation.parts import Part, Text
from deepchat.conversation.tree import Node, State, Tree

UNTITLED: Final = "Untitled conversation"
_NAMES: Final[Mapping[Role, str]] = {
    "system": "Instructions",
    "user": "You",
    "assistant": "Assistant",
    "tool": "Tool",
}
_ENDS: Final[Mapping[State, str]] = {
    "whole": "",
    "streaming": "still being written",
    "stopped": "stopped by hand",
    "interrupted": "interrupted",
    "incomplete": "incomplete",
    "failed": "failed",
}
_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


def title_of(conversation: Conversation) -> str:
    """The title on one line."""
    return " ".join(conversation.title.split()) or UNTITLED


def date_of(moment_ms: int) -> str:
    """The moment in UTC, to the minute; empty when no calendar knows it."""
    try:
        return (_BEGINNING + timedelta(milliseconds=moment_ms)).strftime("%Y-%m-%d %H:%M UTC")
    except (OverflowError, ValueError):
        return ""


def shown(tree: Tree) -> list[Node]:
    """The active path without instructions that are empty."""
    path = tree.path
    return path if any(part != Text("") for part in path[0].message.parts) else path[1:]


def in_order(message: Message) -> Iterator[Part]:
    """What it says and what stands between, as it happened; words that follow each other are one text."""
    for are_words, group in groupby(message.parts, lambda part: isinstance(part, Text)):
        if not are_words:
            yield from group
        elif words := "".join(part.text for part in group if isinstance(part, Text)):
            yield Text(words)


def speaker(node: Node) -> str:
    """Who said it: a role, and the model, or both where one went on for another."""
    answer = node.answer
    models = " + ".join(" ".join(model.split()) for model in answer.writers) if answer else ""
    return f"{_NAMES[node.message.role]} · {models}" if models else _NAMES[node.message.role]


def remarks(tree: Tree, node: Node) -> list[str]:
    """When it was said, which of several versions it is, how it ended, what it cost and what went wrong."""
    versions = [sibling.id for sibling in tree.siblings(node.id)]
    answer = node.answer
    cost = answer.cost if answer else None
    said = [
        date_of(node.created_ms),
        f"version {versions.index(node.id) + 1} of {len(versions)}" if len(versions) > 1 else "",
        _ENDS[node.state],
        f"{'~' if cost.estimated else ''}${cost.usd}" if cost and cost.usd else "",
        " ".join(answer.error.split()) if answer else "",
    ]
    return [remark for remark in said if remark]


def elsewhere(tree: Tree) -> str:
    """How many messages are on other branches; empty when there are none."""
    others = len(tree) - len(tree.path)
    if not others:
        return ""
    one = "message is on another branch" if others == 1 else "messages are on other branches"
    return f"{others:,} {one} and not in this file; a JSON export has all of them."

"""A conversation as Markdown: its active path, in the order in which it happened."""

from __future__ import annotations

from typing import assert_never

from deepchat.conversation.conversation import Conversation
from deepchat.conversation.export import facts
from deepchat.conversation.export.fences import Code, fenced, pieces
from deepchat.conversation.export.marks import marked
from deepchat.conversation.parts import Image, Part, Text, ToolCall, ToolResult
from deepchat.conversation.tree import Node, Tree


def to_markdown(conversation: Conversation) -> str:
    """Title, date and the messages of the active path, and in italics what is said beside them.

    Words are exact but for characters that can't be seen or would steer the eye: marks stand in their place.
    """
    tree = conversation.tree
    blocks = [f"# {facts.title_of(conversation)}", _aside(facts.date_of(conversation.created_ms))]
    for node in facts.shown(tree):
        blocks += _message(tree, node)
    blocks.append(_aside(facts.elsewhere(tree)))
    return "\n\n".join(filter(None, map(marked, blocks))) + "\n"


def _message(tree: Tree, node: Node) -> list[str]:
    message = node.message
    return [
        f"## {facts.speaker(node)}",
        _aside(" · ".join(facts.remarks(tree, node))),
        _quoted(f"Thoughts:\n\n{message.reasoning}") if message.reasoning else "",
        *map(_told, facts.in_order(message)),
    ]


def _aside(words: str) -> str:
    return f"*{words.replace('*', chr(0x2217))}*" if words else ""


def _quoted(words: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in words.split("\n"))


def _closed(text: str) -> str:
    """The text, with a line after it that closes its last fence when it was left open."""
    last = None
    for piece in pieces(text):
        last = piece
    return f"{text}\n{last.fence}" if isinstance(last, Code) and not last.is_closed else text


def _told(part: Part) -> str:
    match part:
        case Text(text):
            return _closed(marked(text))
        case Image(media_type, data, name):
            return _aside(f"a picture: {' '.join(name.split()) or 'without a name'}, {media_type}, {len(data):,} bytes")
        case ToolCall(_, name, arguments):
            return _aside(f"calls {' '.join(name.split())} with") + f"\n\n{fenced(arguments, 'json')}"
        case ToolResult(_, text):
            return f"{_aside('a tool gave back')}\n\n{fenced(text)}"
        case _:
            assert_never(part)

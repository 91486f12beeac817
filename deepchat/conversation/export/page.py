"""A conversation as one HTML file, whole in itself: no script, nothing from the network, every word escaped."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from html import escape
from typing import Final, assert_never

from deepchat.conversation.conversation import Conversation
from deepchat.conversation.export import facts
from deepchat.conversation.export.fences import Code, pieces
from deepchat.conversation.export.looks import STYLE
from deepchat.conversation.export.marks import marked
from deepchat.conversation.parts import Image, Part, Text, ToolCall, ToolResult
from deepchat.conversation.tree import Node, Tree

_SHOWN_PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
"""An SVG could bring scripts and links with it."""


def _digest(style: str) -> str:
    return b64encode(sha256(style.encode()).digest()).decode()


# By its digest, this one style sheet may act and no other.
_POLICY: Final = (
    f"default-src 'none'; img-src data:; style-src 'sha256-{_digest(STYLE)}'; base-uri 'none'; form-action 'none'"
)


def to_html(conversation: Conversation) -> str:
    """A page with the active path; hidden and steering characters stand there as visible marks."""
    tree = conversation.tree
    title = _safe(facts.title_of(conversation))
    lines = [
        "<!doctype html>",
        '<html lang="">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="referrer" content="no-referrer">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{title}</title>",
        f"<style>{STYLE}</style>",
        "</head>",
        "<body>",
        f'<header><h1 dir="auto">{title}</h1><p>{facts.date_of(conversation.created_ms)}</p></header>',
        "<main>",
        *(line for node in facts.shown(tree) for line in _message(tree, node)),
        "</main>",
        *(f"<footer><p>{one}</p></footer>" for one in [facts.elsewhere(tree)] if one),
        "</body>",
        "</html>",
        "",
    ]
    return "\n".join(lines)


def _safe(text: str) -> str:
    return escape(marked(text))


def _message(tree: Tree, node: Node) -> Iterator[str]:
    message = node.message
    yield f'<article class="{message.role}">'
    yield f"<h2><bdi>{_safe(facts.speaker(node))}</bdi></h2>"
    if remarks := facts.remarks(tree, node):
        yield f'<p class="remarks"><bdi>{_safe(" · ".join(remarks))}</bdi></p>'
    if message.reasoning:
        yield _folded("Thoughts", message.reasoning, "thoughts")
    for part in facts.in_order(message):
        yield from _told(part)
    yield "</article>"


def _words(text: str) -> Iterator[str]:
    """Prose as it was typed, and code in its blocks."""
    for piece in pieces(text):
        if isinstance(piece, Code):
            label = f'<p class="language"><bdi>{_safe(piece.language)}</bdi></p>' if piece.language else ""
            # A browser drops the first line feed of a pre, so one of ours stands before the code.
            yield f'{label}<pre dir="ltr">\n<code>{_safe(piece.text)}</code></pre>'
        elif prose := piece.text.strip("\n"):
            yield f'<div class="words" dir="auto">{_safe(prose)}</div>'


def _folded(summary: str, text: str, kind: str) -> str:
    words = f'<div class="words" dir="auto">{_safe(text)}</div>'
    return f'<details class="{kind}"><summary><bdi>{_safe(summary)}</bdi></summary>{words}</details>'


def _told(part: Part) -> Iterator[str]:
    match part:
        case Text(text):
            yield from _words(text)
        case Image(media_type, data, name) if media_type in _SHOWN_PICTURES:
            source = f"data:{media_type};base64,{b64encode(data).decode()}"
            yield f'<figure><img alt="{_safe(name)}" src="{source}"></figure>'
        case Image(media_type, data, name):
            yield f'<p class="remarks"><bdi>{_safe(f"{name}: {media_type}, {len(data):,} bytes")}</bdi></p>'
        case ToolCall(_, name, arguments):
            yield _folded(f"Calls {name}", arguments, "tool")
        case ToolResult(_, text):
            yield _folded("A tool gave back", text, "tool")
        case _:
            assert_never(part)

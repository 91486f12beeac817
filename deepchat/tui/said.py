"""What an answer says, piece by piece: words, and the calls that stand between them."""

from __future__ import annotations

from collections.abc import Sequence

from deepchat.conversation.events import StreamEvent, TextDelta, ToolCalled, ToolReturned
from deepchat.conversation.parts import Part, Text, ToolCall, ToolResult

Said = str | ToolCall | ToolResult
"""Words are strings."""


def said_in(event: StreamEvent) -> Said | None:
    """What it adds to the answer, if anything."""
    match event:
        case TextDelta(text):
            return text
        case ToolCalled(call):
            return call
        case ToolReturned(result):
            return result
        case _:
            return None


def said_before(parts: Sequence[Part], without: str = "") -> list[Said]:
    """What stands of an answer already, without these words at its end."""
    said: list[Said] = []
    for part in parts:
        if isinstance(part, Text):
            said.append(part.text)
        elif isinstance(part, ToolCall | ToolResult):
            said.append(part)
    if said and isinstance(last := said[-1], str):
        said[-1] = last.removesuffix(without)
    return said

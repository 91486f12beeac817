"""Calls of tools where they stand in an answer: folded to one line each, or with all that they gave back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from deepchat.conversation.parts import Image, Part, Text, ToolCall, ToolResult
from deepchat.safe_text import make_safe, one_line
from deepchat.tui.typeset.lines import Line
from deepchat.tui.widgets.cut import shortened

_LONGEST: Final = 400


def with_calls(parts: Sequence[Part], width: int, *, is_open: bool) -> list[Line]:
    """The words of an answer, set, with its calls between them."""
    from deepchat.tui.typeset.typesetter import set_whole

    results = {part.call_id: part.text for part in parts if isinstance(part, ToolResult)}
    lines: list[Line] = []
    for part in parts:
        match part:
            case Text(text) if text.strip():
                words = set_whole(make_safe(text), width)
                lines += [Line(), *words] if lines else words
            case ToolCall(call_id):
                lines += [Line()] if lines and not _is_ours(lines[-1]) else []
                lines += _call(part, results.get(call_id), width, is_open=is_open)
            case Text() | ToolResult() | Image():
                pass
    return lines


def _call(call: ToolCall, result: str | None, width: int, *, is_open: bool) -> list[Line]:
    """Without a result as long as it is at work, or where it never came."""
    name, gave = one_line(call.name, 80), "…" if result is None else one_line(result, _LONGEST)
    if not is_open:
        told = f"▸ {name} {one_line(call.arguments, _LONGEST)} → {gave}"
        return [_ours(shortened(told, width))]
    from deepchat.tui.typeset.plain import set_plain

    exact = f"{call.arguments}\n{gave if result is None else result}"
    whole = set_plain(make_safe(exact, code=True), max(1, width - 2))
    return [_ours(shortened(f"▾ {name}", width)), *(_ours(f"│ {line.text}") for line in whole)]


def _ours(text: str) -> Line:
    return Line(((text, "meta"),), len(text))


def _is_ours(line: Line) -> bool:
    return bool(line.pieces) and line.pieces[0][1] == "meta"

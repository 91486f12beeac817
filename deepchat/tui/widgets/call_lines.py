"""Calls of tools where they stand in an answer: folded to one line each, or with all that they gave back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len

from deepchat.conversation.parts import Image, Part, Text, ToolCall, ToolResult
from deepchat.safe_text import make_safe, one_line
from deepchat.tui.typeset.lines import Line
from deepchat.tui.widgets.cut import shortened

_LONGEST: Final = 400


def with_calls(parts: Sequence[Part], width: int, *, is_open: bool) -> list[Line]:
    """The words of an answer, set, with its calls between them."""
    from deepchat.tui.typeset.typesetter import set_whole

    results = _results(parts)
    lines: list[Line] = []
    for at, part in enumerate(parts):
        match part:
            case Text(text) if text.strip():
                words = set_whole(make_safe(text), width)
                lines += [Line(), *words] if lines else words
            case ToolCall():
                lines += [Line()] if lines and not _is_ours(lines[-1]) else []
                lines += _call(part, results.get(at), width, is_open=is_open)
            case Text() | ToolResult() | Image():
                pass
    return lines


def _results(parts: Sequence[Part]) -> dict[int, str]:
    """What each call gave back, by its place: the same id may be given to another call later."""
    found: dict[int, str] = {}
    waiting: dict[str, list[str]] = {}
    for at in range(len(parts) - 1, -1, -1):
        match parts[at]:
            case ToolResult(call_id, text):
                waiting.setdefault(call_id, []).append(text)
            case ToolCall(call_id) if waiting.get(call_id):
                found[at] = waiting[call_id].pop(0)
            case _:
                pass
    return found


def _call(call: ToolCall, result: str | None, width: int, *, is_open: bool) -> list[Line]:
    """Without a result as long as it is at work, or where it never came."""
    name, gave = one_line(call.name, 80), "…" if result is None else one_line(result, _LONGEST)
    if not is_open:
        return [_ours(_folded(f"▸ {name} {one_line(call.arguments, _LONGEST)}", f" → {gave}", width))]
    from deepchat.tui.typeset.plain import set_plain

    exact = f"{call.arguments}\n{gave if result is None else result}"
    whole = set_plain(make_safe(exact, code=True), max(1, width - 2))
    return [_ours(shortened(f"▾ {name}", width)), *(_ours(f"│ {line.text}") for line in whole)]


def _folded(asked: str, gave: str, width: int) -> str:
    """Both, in one row: what came of it has half of the row, however much it was called with."""
    gave = shortened(gave, max(width // 2, width - cell_len(asked)))
    return shortened(asked, width - cell_len(gave)) + gave


def _ours(text: str) -> Line:
    return Line(((text, "meta"),), len(text))


def _is_ours(line: Line) -> bool:
    return bool(line.pieces) and line.pieces[0][1] == "meta"

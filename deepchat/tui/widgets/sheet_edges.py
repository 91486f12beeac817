"""What stands above and below the words of a message: who said it, when, what it cost, how it ended."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final, assert_never

from rich.cells import cell_len

from deepchat.conversation.in_words import cost_words, counted
from deepchat.conversation.parts import Image, ToolCall, ToolResult
from deepchat.conversation.tree import Node
from deepchat.safe_text import hidden_count, one_line
from deepchat.tui.entries import Entry
from deepchat.tui.typeset.lines import Line
from deepchat.tui.ways_out import keys_after
from deepchat.tui.widgets.cut import shortened
from deepchat.tui.widgets.notice_lines import notice_lines

_GAP: Final = 2
_LEAST_NAME: Final = 6


def head(entry: Entry, width: int, thinking: str, *, is_live: bool) -> Line:
    """Who said it at the left; at the right as much of the rest as there is room for, the first first."""
    name, style = _who(entry.node)
    room = width - max(_LEAST_NAME, min(cell_len(name), width)) - _GAP
    told: list[tuple[str, str]] = []
    for text, names in _right(entry, thinking, is_live=is_live):
        if cell_len(text) + (_GAP if told else 0) <= room:
            room -= cell_len(text) + (_GAP if told else 0)
            told.append((text, names))
    right = sum(cell_len(text) for text, _ in told) + _GAP * max(0, len(told) - 1)
    name = shortened(name, width - right - (_GAP if told else 0))
    pieces = [(name, style)]
    gap = width - cell_len(name) - right
    for text, names in told:
        pieces += [(" " * gap, "meta"), (text, names)]
        gap = _GAP
    shown = tuple(piece for piece in pieces if piece[0])
    return Line(shown, sum(len(text) for text, _ in shown))


def foot(entry: Entry, width: int, *, is_raw: bool) -> list[Line]:
    """How it ended, when there is something to say of that."""
    node, answer = entry.node, entry.answer
    lines: list[Line] = []
    if attached := [part for part in node.message.parts if isinstance(part, Image)]:
        lines += notice_lines([f"▣ {part.name or part.media_type}" for part in attached], width, "meta")
    answered = {part.call_id for part in node.message.parts if isinstance(part, ToolResult)}
    calls = [part for part in node.message.parts if isinstance(part, ToolCall) and part.id not in answered]
    if calls:
        lines += notice_lines([f"⚙ wanted to call {one_line(call.name, 60)}" for call in calls], width, "meta")
    if not is_raw and (hidden := hidden_count(node.message.text)):
        lines += notice_lines([f"{counted(hidden, 'hidden character')} · /raw shows them"], width, "warning")
    if answer and answer.served_model and _differ(answer.served_model, answer.model):
        lines += notice_lines([f"asked {answer.model}, answered by {answer.served_model}"], width, "note")
    if answer and sum(not leg.dropped for leg in answer.legs) > 1:
        kept = [leg for leg in answer.legs if not leg.dropped]
        why = "" if answered else "continued: "
        lines.append(_to_the_right(f"╌╌ {why}{len(kept)} legs · {cost_words(answer.cost)} ╌╌", width))
    return lines + notice_lines(_ending(node), width, "error" if node.state == "failed" else "warning")


def _ending(node: Node) -> Iterator[str]:
    error = node.answer.error if node.answer else ""
    match node.state:
        case "whole" | "streaming":
            return
        case "stopped":
            told = f"■ stopped{f': {error}' if error else ''}"
        case "interrupted":
            told = "■ cut off when the program ended; what came is here"
        case "incomplete":
            told = f"■ {error or 'not whole'}"
        case "failed":
            told = f"✗ {error or 'no answer came'}"
        case _:
            assert_never(node.state)
    yield f"{told} · {keys_after(node)}"


def _who(node: Node) -> tuple[str, str]:
    match node.message.role:
        case "user":
            return "You", "head.user"
        case "assistant":
            models = node.answer.writers if node.answer else ()
            names = " + ".join(filter(None, (model.rpartition("/")[2] for model in models)))
            return one_line(names or "Answer", 80), "head.assistant"
        case "system":
            return "Instructions", "head.system"
        case "tool":
            return "Tool", "head.system"
        case _:
            assert_never(node.message.role)


def _right(entry: Entry, thinking: str, *, is_live: bool) -> Iterator[tuple[str, str]]:
    if entry.of > 1:
        yield f"‹ {entry.place}/{entry.of} ›", "siblings"
    if thinking:
        yield thinking, "thought.head"
    answer = entry.answer
    if answer and answer.legs and not is_live:
        yield cost_words(answer.cost), "meta"
    yield when(entry.node.created_ms), "meta"


def thinking_words(thought_s: float | None, *, still_thinks: bool, is_open: bool) -> str:
    """That it thinks, or thought, for how long if that is known, and whether it is unfolded."""
    arrow = "▾" if is_open else "▸"
    if still_thinks:
        return f"{arrow} thinking…"
    return f"{arrow} thought" if thought_s is None else f"{arrow} thought {thought_s:.1f} s"


def when(created_ms: int) -> str:
    """`14:02`, with its date when that was another day."""
    then, now = time.localtime(created_ms / 1000), time.localtime()
    if then[:3] == now[:3]:
        return time.strftime("%H:%M", then)
    return time.strftime("%-d %b %H:%M" if then.tm_year == now.tm_year else "%-d %b %Y", then)


def _to_the_right(text: str, width: int) -> Line:
    shown = shortened(text, width)
    return Line(((" " * (width - cell_len(shown)), "meta"), (shown, "meta")), width)


def _differ(served: str, asked: str) -> bool:
    """Servers name the same model with and without who made it, a version, or a tier."""
    name = asked.partition(":")[0].rpartition("/")[2].casefold()
    return name not in served.casefold()

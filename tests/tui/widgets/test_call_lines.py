"""A call in one row: what it was made with, and what came of it."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from deepchat.conversation.parts import Part, ToolCall, ToolResult
from deepchat.tui.widgets.call_lines import with_calls


def row(arguments: str, gave: str, width: int) -> str:
    """The folded call."""
    parts: list[Part] = [ToolCall("1", "tides", arguments), ToolResult("1", gave)]
    (line,) = with_calls(parts, width, is_open=False)
    return line.text


@pytest.mark.parametrize("width", [60, 40, 20, 8, 3])
def test_it_is_never_wider_than_its_place(width: int) -> None:
    for arguments, gave in (("{}", "noon"), ("x" * 200, "noon"), ("{}", "x" * 200), ("灯" * 90, "台" * 90)):
        assert cell_len(row(arguments, gave, width)) <= width


def test_long_arguments_leave_room_for_what_came_of_it() -> None:
    assert row('{"harbour": "Oslo", "day": "tomorrow"}', "high water at 05:48", 44) == (
        '▸ tides {"harbour": "… → high water at 05:48'
    )


def test_a_short_call_leaves_all_its_room_to_a_long_result() -> None:
    assert row("{}", "high water at 05:48, low water at 11:59", 30) == "▸ tides {} → high water at 05…"

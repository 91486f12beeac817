"""Bars are as large as what they stand for, and never nothing where there is something."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from deepchat.tui.widgets.bar_chart import Bar, BarChart, share_bar
from tests.tui.stage import lines, on_stage


@pytest.mark.parametrize(
    ("part", "bar"), [(0, ""), (0.0001, "▏"), (0.5, "█████"), (0.56, "█████▋"), (1, "█" * 10), (1.2, "█" * 10)]
)
def test_a_share_is_as_wide_as_it_is_large_and_never_nothing_when_it_is_something(part: float, bar: str) -> None:
    assert share_bar(part, 10) == bar


@pytest.mark.parametrize("width", [1, 7, 20, 60, 200])
async def test_the_latest_bars_are_those_that_have_room(width: int) -> None:
    chart = BarChart([Bar(f"d{number}", number * 1_000, "") for number in range(30)], "caption")
    async with on_stage(chart, width, 20):
        drawn = lines(chart)
        assert max(map(cell_len, drawn)) <= width
        assert sum(cell not in " ·" for cell in drawn[-2]) >= min(width, 29)
        assert "█" in drawn[2]


async def test_a_small_amount_is_still_a_bar_and_none_is_a_dot() -> None:
    chart = BarChart([Bar("a", 1), Bar("b", 0), Bar("c", 1_000_000_000)], "")
    async with on_stage(chart, 12, 20):
        assert lines(chart)[-2].split() == ["▁▁▁", "·", "███"]

"""One row told from both ends, in which the left gives way first, at every width."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.content import Content

from deepchat.tui.widgets.bar import Bar
from deepchat.tui.widgets.cut import shortened
from tests.tui.stage import lines, on_stage


async def shown(left: str, right: str, width: int, *marks: str, is_rule: bool = False) -> str:
    bar = Bar(is_rule=is_rule)
    bar.styles.padding = 0 if is_rule else (0, 1)
    async with on_stage(bar, width, 1) as seen:
        bar.left, bar.right, bar.marks = Content(left), Content(right), [Content(mark) for mark in marks]
        await seen.settle()
        return lines(bar)[0]


async def test_both_ends_are_told() -> None:
    assert await shown("left", "right", 20) == "left         right"


async def test_the_left_gives_way_with_an_ellipsis() -> None:
    assert await shown("a long title of a talk", "model", 20) == "a long tit…  model"


async def test_the_right_leaves_a_third_to_the_left() -> None:
    assert await shown("title", "a model called by a long name", 20) == "tit…  a model cal…"


@pytest.mark.parametrize(
    ("width", "told"),
    [
        (50, "a long title of a talk · for you alone     model"),
        (40, "a long title o… · for you alone  model"),
        (35, "a long title of a… · alone  model"),
        (24, "a long… · alone  model"),
        (20, "a long ti… · alone"),
        (12, "a… · alone"),
        (5, "al…"),
    ],
)
async def test_what_marks_the_left_stays_when_that_gives_way(width: int, told: str) -> None:
    assert await shown("a long title of a talk", "model", width, "for you alone", "alone") == told


async def test_a_right_without_room_beside_a_mark_is_cut() -> None:
    assert await shown("title", "a model called by a long name", 24, "alone") == "title · alone  a mode…"


@pytest.mark.parametrize(
    ("left", "right", "rule"),
    [
        ("", "", "────────────"),
        ("new", "", "─ new ──────"),
        ("", "$1", "──────── $1 ─"[1:]),
        ("new", "$1", "─ new ─ $1 ─"),
    ],
)
async def test_a_rule_is_drawn_around_what_it_tells(left: str, right: str, rule: str) -> None:
    assert await shown(left, right, 12, is_rule=True) == rule


@pytest.mark.parametrize("width", [1, 2, 3, 5, 9])
async def test_there_is_no_width_that_it_can_not_be_drawn_in(width: int) -> None:
    assert cell_len(await shown("日本語の題名", "deepseek-ai/DeepSeek-V3", width)) <= width
    assert cell_len(await shown("日本語の題名", "deepseek-ai/DeepSeek-V3", width, "一時的な会話", "一時")) <= width


@given(st.text("ab 日本é", max_size=30), st.integers(0, 20))
def test_what_is_cut_ends_with_an_ellipsis_and_fits(text: str, width: int) -> None:
    cut = shortened(text, width)
    assert cell_len(cut) <= width
    assert cut == text or cut == "" or (cut.endswith("…") and text.startswith(cut[:-1]))

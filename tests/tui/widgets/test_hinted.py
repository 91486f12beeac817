"""What a line to type into is for is said in as much room as there is, with an ellipsis where it is cut."""

from __future__ import annotations

import pytest
from textual.widgets import Input, Static

from deepchat.tui.widgets.find_bar import FindBar
from deepchat.tui.widgets.hinted import HintedInput
from tests.tui.stage import lines, on_stage

HINT = "filter, or MODEL:VERSION, or deploy_id:ID"


@pytest.mark.parametrize(("width", "told"), [(60, HINT), (41, HINT), (18, "filter, or MODEL:…"), (12, "filter, or…")])
async def test_a_hint_that_is_cut_ends_with_an_ellipsis(width: int, told: str) -> None:
    line = HintedInput(HINT)
    line.styles.padding = 0
    async with on_stage(line, width, 3) as seen:
        assert lines(line)[0].rstrip() == told
        await seen.press("x")
        assert lines(line)[0].rstrip() == "x"


@pytest.mark.parametrize(
    ("width", "keys", "nowhere"),
    [
        (80, "enter next · up previous · esc closes", "not said here"),
        (71, "enter next · up previous · esc closes", "not said here"),
        (70, "esc closes", "not said here"),
        (60, "esc closes", "not said here"),
        (20, "", "none"),
    ],
)
async def test_looking_leaves_room_for_what_is_looked_for(width: int, keys: str, nowhere: str) -> None:
    bar = FindBar()
    async with on_stage(bar, width, 3) as seen:
        bar.open()
        await seen.settle()
        line, told = bar.query_one(Input), bar.query_one("#find-told", Static)
        assert str(told.render()) == keys
        assert told.size.width == len(keys)
        assert width < 60 or line.placeholder == "words in this conversation"
        assert line.size.width >= 8
        bar.found = (0, 0)
        await seen.settle()
        assert str(told.render()) == nowhere
        assert line.size.width >= 8

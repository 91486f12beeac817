"""Who answers is told as fully as there is room for, and that tools are on in any case."""

from __future__ import annotations

import pytest
from textual.content import Content

from deepchat.conversation.chosen import NOTHING_CHOSEN, Chosen
from deepchat.tui.starting import Start
from deepchat.tui.whom import whom_words
from deepchat.tui.widgets.bar import Bar
from deepchat.workspace.model_at import ModelAt
from tests.tui.seat import seated
from tests.tui.stage import lines, on_stage

V3 = ModelAt("deepinfra", "deepseek-ai/DeepSeek-V3")
BUSY = Chosen(parameters={"temperature": 0.2}, tools=("clock", "calculator", "read_file"))


def test_nothing_is_told_twice() -> None:
    assert whom_words(V3, NOTHING_CHOSEN) == [
        "deepseek-ai/DeepSeek-V3 · deepinfra",
        "DeepSeek-V3 · deepinfra",
        "DeepSeek-V3",
    ]


@pytest.mark.parametrize(
    ("width", "told"),
    [
        (110, "deepseek-ai/DeepSeek-V3 · deepinfra · temperature 0.2 · tools: clock, calculator, read_file"),
        (90, "deepseek-ai/DeepSeek-V3 · deepinfra · temperature 0.2 · 3 tools"),
        (80, "DeepSeek-V3 · deepinfra · temperature 0.2 · 3 tools"),
        (60, "DeepSeek-V3 · temperature 0.2 · 3 tools"),
        (40, "DeepSeek-V3 · 3 tools"),
        (24, "3 tools · Dee…"),
    ],
)
async def test_what_a_model_may_do_is_told_longest(width: int, told: str) -> None:
    bar = Bar()
    async with on_stage(bar, width, 1) as seen:
        bar.left = Content("A conversation")
        bar.right, *bar.shorter = map(Content, whom_words(V3, BUSY))
        await seen.settle()
        assert lines(bar)[0].endswith(told)


@pytest.mark.usefixtures("sim")
async def test_in_a_small_terminal_only_the_model_is_told_and_the_title_has_the_rest() -> None:
    async with seated(width=30) as seat:
        assert seat.screen.splitlines()[0].strip() == "new conversation       plain"


@pytest.mark.usefixtures("sim")
@pytest.mark.parametrize("width", [120, 60, 30])
async def test_that_tools_are_on_is_seen_at_every_width(width: int) -> None:
    async with seated(Start(), width) as seat:
        await seat.say("/tools calculator")
        await seat.until(lambda: any(words in seat.screen for words in ("1 tool", "tools: calculator")))

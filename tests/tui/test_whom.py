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
SET = Chosen(parameters={"reasoning_effort": "high", "temperature": 0.2, "top_p": 0.9, "seed": 7})
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
        (52, "DeepSeek-V3 · 1 param · 3 tools"),
        (44, "DeepSeek-V3 · +1 · 3 tools"),
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


@pytest.mark.parametrize(
    ("width", "told"),
    [
        (140, "deepseek-ai/DeepSeek-V3 · deepinfra · high effort · temperature 0.2 · top_p 0.9 · seed 7"),
        (80, "DeepSeek-V3 · high effort · 3 params"),
        (50, "DeepSeek-V3 · + 4 set"),
        (28, "DeepSeek-V3 · +4"),
        (20, "DeepSeek-V3"),
    ],
)
async def test_that_something_is_set_is_told_as_long_as_there_is_room_for_its_number(width: int, told: str) -> None:
    bar = Bar()
    async with on_stage(bar, width, 1) as seen:
        bar.left = Content("A conversation about this and that")
        bar.right, *bar.shorter = map(Content, whom_words(V3, SET))
        await seen.settle()
        assert lines(bar)[0].endswith(f"  {told}")


@pytest.mark.parametrize(
    ("width", "told"),
    [
        (110, ["A question about lifetimes, which is long enough to be cut", "DeepSeek-V3 · temperature 0.2 · 1 tool"]),
        (80, ["A question about lifetimes, which is long enough t…", "DeepSeek-V3 · +1 · 1 tool"]),
        (60, ["A question about lifetimes, wh…", "DeepSeek-V3 · +1 · 1 tool"]),
    ],
)
async def test_the_title_has_its_share_before_the_names_of_tools_and_values(width: int, told: list[str]) -> None:
    bar = Bar()
    async with on_stage(bar, width, 1) as seen:
        bar.left = Content("A question about lifetimes, which is long enough to be cut")
        chosen = Chosen(parameters={"temperature": 0.2}, tools=("clock",))
        bar.right, *bar.shorter = map(Content, whom_words(V3, chosen))
        await seen.settle()
        assert [end.strip() for end in lines(bar)[0].split("  ") if end] == told


def test_where_there_is_little_room_values_are_not_told_at_all() -> None:
    assert whom_words(V3, SET, briefly=True) == ["DeepSeek-V3 · + 4 set", "DeepSeek-V3 · +4", "DeepSeek-V3"]


@pytest.mark.usefixtures("sim")
@pytest.mark.parametrize("width", [120, 80, 60, 40, 20])
async def test_that_nothing_is_kept_is_told_at_every_width_and_the_title_gives_way(width: int) -> None:
    async with seated(Start(temporary=True), width) as seat:
        await seat.ask("What is the longest river of Europe, and which seas does it not reach?")
        await seat.until(lambda: seat.stage.front.page.title != "")
        assert "temporary" in seat.screen.splitlines()[0]
        assert width < 30 or "What" in seat.screen.splitlines()[0]


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


def test_a_system_prompt_is_told_and_counted_like_what_else_is_set() -> None:
    assert whom_words(V3, NOTHING_CHOSEN, is_instructed=True)[0].endswith(" · system prompt")
    assert whom_words(V3, SET, is_instructed=True, briefly=True)[0] == "DeepSeek-V3 · + 5 set"

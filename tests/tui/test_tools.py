"""Tools in the app: off until turned on, each call asked for in a dialog, call and result folded in the answer."""

from __future__ import annotations

import pytest

from deepchat.conversation.parts import Text, ToolCall, ToolResult
from deepchat.simulator import SimulatorThread
from deepchat.tui.screens import confirm
from deepchat.tui.screens.confirm import Confirm
from deepchat.tui.screens.tools import Tools
from tests.cli.running import body, configure
from tests.tui.seat import Seat, seated


@pytest.fixture(autouse=True)
def _calling(sim: SimulatorThread, monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]  # pytest uses it
    assert sim.url  # it sets the usual model, which is another one here
    monkeypatch.setenv("LLM_MODEL", "sim/reckons")
    monkeypatch.setattr(confirm, "QUIET_S", 0)  # a yes counts at once


async def asked(seat: Seat) -> Confirm:
    """Wait for the dialog, and until what it asks about is seen."""
    await seat.until(lambda: isinstance(seat.app.screen, Confirm))
    await seat.sees("Once (y)")
    screen = seat.app.screen
    assert isinstance(screen, Confirm)
    return screen


async def test_no_tool_is_offered_before_one_is_turned_on(sim: SimulatorThread) -> None:
    async with seated() as seat:
        answer = await seat.ask("How many?")
        assert "tools" not in body(sim)
        assert answer.state == "whole"


async def test_a_call_is_shown_and_asked_for_and_its_result_answered_from() -> None:
    async with seated() as seat:
        await seat.say("/tools calculator")
        await seat.until(lambda: seat.stage.front.chosen.tools == ("calculator",))
        await seat.say("How many?")
        await asked(seat)
        await seat.sees('{"expression":"6*7"}', "reckons")
        await seat.reads('▸ calculator {"expression":"6*7"} → …', "calculator waits for your yes")
        await seat.press("y")
        await seat.quiet()
        assert [type(part) for part in seat.path[-1].message.parts] == [ToolCall, ToolResult, Text]
        await seat.reads('▸ calculator {"expression":"6*7"} → 42')
        await seat.press("ctrl+t")
        await seat.reads("▾ calculator", "│ 42")


async def test_no_is_told_to_the_model() -> None:
    async with seated() as seat:
        await seat.say("/tools calculator")
        await seat.until(lambda: bool(seat.stage.front.chosen.tools))
        await seat.say("How many?")
        await asked(seat)
        await seat.press("escape")
        await seat.quiet()
        assert "did not allow" in seat.path[-1].message.text


async def test_yes_in_this_conversation_asks_no_more_there() -> None:
    async with seated() as seat:
        await seat.say("/tools calculator")
        await seat.until(lambda: bool(seat.stage.front.chosen.tools))
        await seat.say("How many?")
        await asked(seat)
        await seat.press("a")
        await seat.quiet()
        answer = await seat.ask("And now?")
        assert "The tool said: 42" in answer.message.text
        await seat.say("/new")
        await seat.until(lambda: not seat.path)
        assert seat.stage.front.chosen.tools == ()
        assert seat.stage.front.allowed == set()


async def test_stopping_takes_the_question_away() -> None:
    async with seated() as seat:
        await seat.say("/tools calculator")
        await seat.until(lambda: bool(seat.stage.front.chosen.tools))
        await seat.say("How many?")
        await asked(seat)
        seat.stage.front.stop()
        await seat.until(lambda: not isinstance(seat.app.screen, Confirm))
        await seat.quiet()
        assert seat.path[-1].state == "stopped"


async def test_the_list_turns_tools_on_and_off() -> None:
    async with seated() as seat:
        await seat.say("/tools")
        await seat.until(lambda: isinstance(seat.app.screen, Tools))
        await seat.sees("reads the clock", "tools.folder")
        await seat.press(*"calc", "enter")
        await seat.sees("● calculator")
        await seat.press("escape")
        await seat.until(lambda: seat.stage.front.chosen.tools == ("calculator",))
        await seat.say("/tools calculator")
        await seat.until(lambda: seat.stage.front.chosen.tools == ())


async def test_the_settings_turn_tools_on_and_let_them_run_unasked() -> None:
    configure('[tools]\non = ["calculator", "read_file"]\nunasked = ["calculator"]\n')
    async with seated() as seat:
        assert seat.stage.front.chosen.tools == ("calculator",)
        answer = await seat.ask("How many?")
        assert "The tool said: 42" in answer.message.text


async def test_a_tool_that_is_not_there_is_told() -> None:
    async with seated() as seat:
        await seat.say("/tools calkulator")
        await seat.is_told("did you mean calculator?")
        await seat.say("/tools read_file")
        await seat.is_told("tools.folder")
        assert seat.stage.front.chosen.tools == ()

"""What the settings, the parameters and the size of the terminal do to a conversation on the screen."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deepchat.conversation.in_words import total_words
from deepchat.simulator import SimulatorThread
from deepchat.tui.screens.help import Help
from deepchat.workspace.model_at import ModelAt
from tests.tui.seat import seated

pytestmark = pytest.mark.usefixtures("sim")


async def test_parameters_and_instructions_are_sent() -> None:
    async with seated() as seat:
        for line in ("/params temperature=0.5 max_tokens=77", "/effort low", "/system Be brief."):
            await seat.say(line)
            await seat.pilot.pause()
        await seat.until(lambda: seat.stage.front.page.instructions == "Be brief.")
        answer = await seat.ask("One?")
        assert answer.answer is not None
        wanted = {"temperature": 0.5, "max_tokens": 77, "reasoning_effort": "low"}
        assert wanted.items() <= answer.answer.parameters.items()


async def test_a_wrong_parameter_is_explained_and_nothing_changes() -> None:
    async with seated() as seat:
        await seat.say("/params temperature=9")
        await seat.is_told("0 to 2")
        assert seat.stage.front.chosen.parameters == {}


async def test_help_tells_every_command() -> None:
    async with seated() as seat:
        await seat.press("f1")
        await seat.until(lambda: isinstance(seat.app.screen, Help))
        await seat.press("escape")
        await seat.until(lambda: not isinstance(seat.app.screen, Help))


@pytest.mark.parametrize(("width", "shown"), [(120, True), (90, False), (20, False)])
async def test_bars_hide_where_there_is_no_room(width: int, shown: bool) -> None:
    async with seated(width=width, height=20) as seat:
        assert seat.app.chat.right.display is shown
        assert seat.app.chat.left.display is shown
        await seat.ask("One?")
        assert seat.transcript.strip()


async def test_the_window_is_known_as_soon_as_the_list_of_models_came() -> None:
    async with seated() as seat:
        await seat.ask("Hello?")
        assert seat.stage.front.page.outlook.window is None
        await seat.say("/refresh")
        await seat.is_told("is fresh")
        assert seat.app.chat.meters.page is not None
        assert seat.app.chat.meters.page.outlook.window
        await seat.say("/model sim/thinking")
        await seat.until(lambda: seat.stage.front.whom is not None and seat.stage.front.whom.model == "sim/thinking")
        await seat.sees("thinking")
        assert seat.app.chat.meters.page.outlook.window


async def test_a_budget_can_be_taken_away_again() -> None:
    async with seated() as seat:
        await seat.say("/budget day 2.00")
        await seat.until(lambda: seat.app.chat.meters.spent[0].most_nano == 2 * 10**9)
        await seat.say("/budget day none")
        await seat.until(lambda: seat.app.chat.meters.spent[0].most_nano is None)


async def test_the_limits_of_an_answer_and_of_a_conversation_are_told_where_there_are_some() -> None:
    async with seated() as seat:
        await seat.ask("One?")
        await seat.say("/budget")
        await seat.is_told("day: ", "month: ")
        assert "conversation: " not in seat.notices
        assert "answer: " not in seat.notices
        for line in ("/budget conversation 0.00005", "/budget answer 0.25"):
            await seat.say(line)
            await seat.is_told(f"{line.split()[1]}: ${line.split()[2]} from now on")
        spent = total_words(seat.stage.front.page.total)
        await seat.say("/budget")
        await seat.is_told(f"answer: at most $0.25 · conversation: {spent} of $0.00005 · day: ")


async def test_the_footer_tells_the_keys_of_where_the_user_is() -> None:
    async with seated() as seat:
        await seat.sees("⏎ send  ^j newline  esc stop  ^o model  ^r conversations", "f1 help")
        await seat.to_messages()
        footer = seat.screen.splitlines()[-1]
        assert all(told in footer for told in ("tab write", "e edit", "r again", "m more", "j down", "f1 help"))
        await seat.to_messages()
        await seat.sees("⏎ send")
        await seat.pilot.resize_terminal(20, 10)
        await seat.pilot.pause()
        assert seat.screen.splitlines()[-1].split() == ["⏎", "send", "f1", "help"]


async def test_who_is_asked_for_models_is_the_provider_of_the_conversation(sim: SimulatorThread) -> None:
    path = Path(os.environ["DEEPCHAT_HOME"]) / "config" / "config.toml"
    path.parent.mkdir(parents=True)
    other = f'[providers.other]\nkind = "openai"\nbase_url = "{sim.url}/v1"\nneeds_key = false\n'
    path.write_text(other)
    async with seated() as seat:
        shelf = seat.stage.desk.workspace.shelf
        seat.stage.front.whom = ModelAt("other", "sim/plain")
        await seat.say("/refresh")
        await seat.is_told("is fresh")
        assert shelf.age("other") == "just now" != shelf.age("env")
        await seat.say("/refresh env")
        await seat.until(lambda: shelf.age("env") == "just now")

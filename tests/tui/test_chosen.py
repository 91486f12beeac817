"""What is chosen for a conversation is there again when it is opened again, and is in sight."""

from __future__ import annotations

from pathlib import Path

import pytest

from deepchat.conversation.chosen import NOTHING_CHOSEN
from deepchat.conversation.parameters import JsonSchema
from deepchat.simulator import SimulatorThread
from deepchat.tui.choosing import turn_to
from deepchat.tui.starting import Start
from deepchat.workspace.first_run import SMALL_MODEL
from deepchat.workspace.model_at import ModelAt
from tests.cli.running import body, configure
from tests.tui.seat import Seat, seated

pytestmark = pytest.mark.usefixtures("sim")
SET = {"temperature": 0.5, "reasoning_effort": "low", "service_tier": "priority"}


def obey(seat: Seat, line: str) -> None:
    name, _, words = line.removeprefix("/").partition(" ")
    seat.app.action_obey(name, words)


async def choose(seat: Seat) -> None:
    """All of it, each when the one before it holds."""
    for line, name in (("/params temperature=0.5", "temperature"), ("/effort low", "reasoning_effort")):
        obey(seat, line)
        await seat.until(lambda name=name: name in seat.stage.front.chosen.parameters)
    obey(seat, "/tier priority")
    await seat.until(lambda: seat.stage.front.chosen.parameters == SET)
    obey(seat, "/tools time")
    await seat.until(lambda: seat.stage.front.chosen.tools == ("time",))
    obey(seat, "/system Be brief.")
    await seat.until(lambda: seat.stage.front.page.instructions == "Be brief.")


def sent(sim: SimulatorThread) -> tuple[object, ...]:
    asked = body(sim)
    tools = [tool["function"]["name"] for tool in asked.get("tools", [])]
    return (*(asked.get(name) for name in SET), tools, asked["messages"][0]["content"])


ALL = (*SET.values(), ["time"], "Be brief.")


@pytest.mark.parametrize("when", ["before its first question", "after an answer"])
async def test_it_is_there_at_the_next_start(sim: SimulatorThread, when: str) -> None:
    async with seated() as seat:
        if when == "after an answer":
            await seat.ask("One?")
        await choose(seat)
        if when == "before its first question":
            await seat.ask("One?")
    async with seated(Start(go_on=True)) as seat:
        assert seat.stage.front.chosen.parameters == SET
        await seat.sees("low effort · priority tier · temperature 0.5")
        await seat.ask("Two?")
        assert sent(sim) == ALL


async def test_it_is_there_after_another_conversation_and_in_a_copy_but_not_in_a_new_one(sim: SimulatorThread) -> None:
    async with seated() as seat:
        await choose(seat)
        await seat.ask("One?")
        first = seat.stage.front.id
        obey(seat, "/new")
        await seat.until(lambda: seat.stage.front.id != first)
        assert seat.stage.front.chosen == NOTHING_CHOSEN
        assert "low effort" not in seat.screen
        await seat.ask("New?")
        assert sent(sim)[:4] == (None, None, None, [])
        obey(seat, f"/resume {first}")
        await seat.until(lambda: seat.stage.front.id == first)
        await seat.ask("Two?")
        assert sent(sim) == ALL
        obey(seat, "/fork")
        await seat.until(lambda: seat.stage.front.id != first)
        await seat.ask("Three?")
        assert sent(sim) == ALL
        copy = seat.stage.front.id
    async with seated(Start(resume=copy)) as seat:
        assert seat.stage.front.chosen.parameters == SET


async def test_what_is_taken_back_stays_so() -> None:
    async with seated() as seat:
        await choose(seat)
        await seat.until(lambda: "low effort" in seat.screen.splitlines()[0])
        obey(seat, "/json")
        await seat.until(lambda: "response_format" in seat.stage.front.chosen.parameters)
        await seat.ask("One?")
        obey(seat, "/params none")
        await seat.until(lambda: not seat.stage.front.chosen.parameters)
        obey(seat, "/tools time")
        await seat.until(lambda: seat.stage.front.chosen == NOTHING_CHOSEN)
        assert "effort" not in seat.screen.splitlines()[0]
    async with seated(Start(go_on=True)) as seat:
        assert seat.stage.front.chosen == NOTHING_CHOSEN


async def test_a_schema_comes_back_whole(sim: SimulatorThread, tmp_path: Path) -> None:
    schema = tmp_path / "schema.json"
    schema.write_text('{"type": "object", "properties": {"city": {"type": "string"}}}')
    async with seated() as seat:
        await seat.ask("One?")
        obey(seat, f"/schema {schema}")
        await seat.sees("JSON by a schema")
    async with seated(Start(go_on=True)) as seat:
        form = seat.stage.front.chosen.parameters["response_format"]
        assert isinstance(form, JsonSchema)
        await seat.ask("Two?")
        assert body(sim)["response_format"]["json_schema"]["schema"] == form.schema


async def test_the_model_that_was_picked_answers_next_even_if_it_was_never_asked() -> None:
    async with seated() as seat:
        await seat.ask("One?")
        first = seat.stage.front.id
        obey(seat, "/model sim/code")
        await seat.until(lambda: seat.stage.front.whom is not None and seat.stage.front.whom.model == "sim/code")
        obey(seat, "/new")
        await seat.until(lambda: seat.stage.front.id != first)
        obey(seat, "/model sim/plain")
        await seat.until(lambda: seat.stage.front.whom is not None and seat.stage.front.whom.model == "sim/plain")
    async with seated(Start(resume=first)) as seat:
        assert seat.stage.front.whom
        assert seat.stage.front.whom.model == "sim/code"


@pytest.mark.parametrize(
    ("provider", "why"), [("env", "there is no provider env"), (SMALL_MODEL, "the small model ended with the program")]
)
async def test_that_its_own_model_can_not_be_asked_any_more_is_told(
    provider: str, why: str, sim: SimulatorThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with seated() as seat:
        await seat.ask("One?")
        assert "answered here before" not in seat.notices
        held = seat.stage.front
        await turn_to(held, ModelAt(provider, "sim/plain"))
    monkeypatch.delenv("LLM_BASE_URL")
    configure('provider = "mine"\nmodel = "some/other"\n' + f'[providers.mine]\nbase_url = "{sim.url}/v1"\n')
    async with seated(Start(go_on=True)) as seat:
        await seat.is_told(
            f"sim/plain of {provider} answered here before and can't be asked now: {why}",
            "some/other answers next, ctrl+o chooses another",
        )
    async with seated(Start(go_on=True), wanted={"model": "some/third"}) as seat:
        assert "answered here before" not in seat.notices


async def test_a_preset_comes_back(sim: SimulatorThread) -> None:
    configure('model = "sim/plain"\nsystem = "Be brief."\ntemperature = 0.5\n', "presets/cool.toml")
    async with seated() as seat:
        obey(seat, "/preset cool")
        await seat.sees("temperature 0.5")
        await seat.ask("One?")
    async with seated(Start(go_on=True)) as seat:
        await seat.ask("Two?")
        assert (body(sim)["model"], body(sim)["temperature"], body(sim)["messages"][0]["content"]) == (
            "sim/plain",
            0.5,
            "Be brief.",
        )


async def test_a_tool_that_is_gone_is_off_and_told(tmp_path: Path) -> None:
    configure(f'[tools]\nfolder = "{tmp_path}"\n')
    async with seated() as seat:
        obey(seat, "/tools read_file time")
        await seat.until(lambda: seat.stage.front.chosen.tools == ("read_file", "time"))
        await seat.ask("One?")
    configure("")
    async with seated(Start(go_on=True)) as seat:
        assert seat.stage.front.chosen.tools == ("time",)
        await seat.is_told("read_file can't be used any more")
        assert (await seat.ask("Two?")).state == "whole"


async def test_what_does_not_hold_for_one_start_holds_again_at_the_next(sim: SimulatorThread, tmp_path: Path) -> None:
    configure("temperature = 0.9\n", "presets/hot.toml")
    configure(f'[tools]\nfolder = "{tmp_path}"\n')
    async with seated() as seat:
        obey(seat, "/tools read_file time")
        await seat.until(lambda: seat.stage.front.chosen.tools == ("read_file", "time"))
        obey(seat, "/params temperature=0.5 top_p=0.3")
        await seat.until(lambda: len(seat.stage.front.chosen.parameters) == 2)
        await seat.ask("One?")
    configure("")
    async with seated(Start(go_on=True), preset="hot") as seat:
        assert (seat.stage.front.chosen.tools, seat.stage.front.chosen.parameters) == (("time",), {"top_p": 0.3})
        obey(seat, "/model sim/code")
        await seat.until(lambda: seat.stage.front.whom is not None and seat.stage.front.whom.model == "sim/code")
        obey(seat, "/tools time")
        await seat.until(lambda: seat.stage.front.chosen.tools == ())
        await seat.ask("Two?")
        assert (body(sim)["temperature"], body(sim).get("tools")) == (0.9, None)
    configure(f'[tools]\nfolder = "{tmp_path}"\n')
    async with seated(Start(go_on=True)) as seat:
        assert seat.stage.front.chosen.tools == ("read_file",)
        assert seat.stage.front.chosen.parameters == {"temperature": 0.5, "top_p": 0.3}
        obey(seat, "/params none")
        await seat.until(lambda: not seat.stage.front.chosen.parameters)


async def test_a_parameter_that_is_set_over_the_start_stays_and_is_taken_back_for_good() -> None:
    configure("temperature = 0.9\n", "presets/hot.toml")
    async with seated() as seat:
        obey(seat, "/params temperature=0.5")
        await seat.until(lambda: seat.stage.front.chosen.parameters == {"temperature": 0.5})
        await seat.ask("One?")
    async with seated(Start(go_on=True), preset="hot") as seat:
        assert not seat.stage.front.chosen.parameters
        obey(seat, "/params temperature=0.7")
        await seat.until(lambda: seat.stage.front.chosen.parameters == {"temperature": 0.7})
    async with seated(Start(go_on=True), preset="hot") as seat:
        obey(seat, "/params none")
        await seat.is_told("from the next question on")
    async with seated(Start(go_on=True)) as seat:
        assert not seat.stage.front.chosen.parameters


async def test_the_usual_tools_of_its_beginning_stay_with_it() -> None:
    configure('[tools]\non = ["time"]\n')
    async with seated() as seat:
        await seat.ask("One?")
    configure("")
    async with seated(Start(go_on=True)) as seat:
        assert seat.stage.front.chosen.tools == ("time",)


async def test_a_model_that_the_command_line_names_answers_in_an_old_conversation_this_time(
    sim: SimulatorThread,
) -> None:
    async with seated() as seat:
        await seat.ask("One?")
        await choose(seat)
    usual = body(sim)["model"]
    async with seated(Start(go_on=True), wanted={"model": "sim/echo"}) as seat:
        await seat.ask("Two?")
        assert body(sim)["model"] == "sim/echo"
    async with seated(Start(go_on=True)) as seat:
        await seat.ask("Three?")
        assert body(sim)["model"] in (usual, "sim/echo")


@pytest.mark.parametrize(("named", "answers"), [("work", "work"), ("env", "env"), ("", "env")])
async def test_a_provider_that_the_command_line_names_answers_in_an_old_conversation_this_time(
    sim: SimulatorThread, named: str, answers: str
) -> None:
    configure(f'model = "sim/echo"\n[providers.work]\nbase_url = "{sim.url}/v1/openai"\nneeds_key = false\n')
    async with seated() as seat:
        await seat.ask("One?")
    async with seated(Start(go_on=True), wanted={"provider": named} if named else None) as seat:
        await seat.ask("Two?")
        answer = seat.path[-1].answer
        assert answer is not None
        assert answer.provider == answers


async def test_a_provider_that_is_none_is_told_in_an_old_conversation_too(sim: SimulatorThread) -> None:
    async with seated() as seat:
        await seat.ask("One?")
    before = len(sim.heard)
    async with seated(Start(go_on=True), wanted={"provider": "nosuch"}) as seat:
        await seat.is_told("there is no provider nosuch")
        await seat.say("Two?")
        await seat.until(lambda: seat.app.chat.composer.text == "Two?")
        assert seat.notices.count("there is no provider nosuch") == 1, "it stands there already"
    assert len(sim.heard) == before


async def test_a_parameter_written_with_a_blank_is_told_how_it_is_written() -> None:
    async with seated() as seat:
        obey(seat, "/params temperature 0.7")
        await seat.is_told("temperature=1")
        assert not seat.stage.front.chosen.parameters

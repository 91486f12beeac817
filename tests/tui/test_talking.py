"""A conversation in the app, from the first question to its branches."""

from __future__ import annotations

import pytest

from deepchat.simulator import SimulatorThread
from deepchat.tui.screens.welcome import Welcome
from deepchat.tui.starting import Start
from tests.tui.seat import Seat, seated

pytestmark = pytest.mark.usefixtures("sim")


async def test_a_question_is_answered_and_its_cost_is_in_sight() -> None:
    async with seated() as seat:
        answer = await seat.ask("What is a lighthouse?")
        assert answer.state == "whole"
        await seat.reads(answer.message.text.split()[0], "What is a lighthouse?")
        assert answer.answer is not None
        assert answer.answer.cost.nano is not None
        assert seat.stage.held is not None
        figures = seat.stage.held.figures
        assert figures is not None
        assert figures.cost == answer.answer.cost
        assert seat.stage.front.page.total.cost.nano == answer.answer.cost.nano


async def test_how_long_one_waited_for_an_answer_is_told_alike_while_it_comes_and_ever_after() -> None:
    async with seated() as seat:
        answer = (await seat.ask("What is a lighthouse?")).answer
        figures = seat.stage.front.figures
        assert answer is not None
        assert figures is not None
        assert figures.first_token_s is not None
        assert figures.first_token_s == answer.first_token_s
        assert figures.first_token_s < answer.seconds <= figures.seconds
    async with seated(Start(go_on=True)) as seat:
        told = seat.app.chat.meters.answer
        assert told is not None
        assert told.first_token_s == figures.first_token_s


async def test_a_question_on_the_command_line_is_asked_at_once() -> None:
    async with seated(Start("Why?")) as seat:
        await seat.until(lambda: len(seat.path) == 2)
        await seat.quiet()
        assert [node.message.role for node in seat.path] == ["user", "assistant"]
        assert seat.path[0].message.text == "Why?"


async def test_what_is_sent_while_an_answer_comes_waits_its_turn(sim: SimulatorThread) -> None:
    async with seated() as seat:
        with sim.silent():
            await seat.say("One?")
            await seat.until(lambda: seat.stage.front.is_streaming)
            await seat.say("Two?")
            await seat.until(lambda: seat.app.chat.composer.queued == ("Two?",))
        await seat.until(lambda: len(seat.path) == 4)
        await seat.quiet()
        assert [node.message.text for node in seat.path[::2]] == ["One?", "Two?"]
        assert seat.app.chat.composer.queued == ()


async def begin_to_hear(seat: Seat) -> None:
    """Ask, until the first words are there."""
    await seat.say("One?")
    await seat.until(lambda: seat.stage.front.hearing is not None and bool(seat.stage.front.hearing.said))


async def test_a_stopped_answer_keeps_what_was_heard_and_gives_back_what_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LLM_MODEL", "sim/silence-mid-answer")
    async with seated() as seat:
        await begin_to_hear(seat)
        await seat.say("Two?")
        await seat.until(lambda: seat.app.chat.composer.queued == ("Two?",))
        await seat.press("escape")
        await seat.quiet()
        assert seat.path[-1].state == "stopped"
        assert seat.path[-1].message.text
        await seat.reads(seat.path[-1].message.text.split()[0])
        assert seat.app.chat.composer.text == "Two?"
        await seat.reads("m goes on")


async def test_esc_stops_an_answer_from_the_conversation_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LLM_MODEL", "sim/silence-mid-answer")
    async with seated() as seat:
        await begin_to_hear(seat)
        await seat.press("tab", "escape")
        await seat.quiet()
        assert seat.path[-1].state == "stopped"
        assert seat.app.chat.transcript.has_focus


async def test_a_refused_question_is_told_with_what_comes_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_MODEL", "sim/unpaid")
    async with seated() as seat:
        await seat.ask("Anything?")
        assert seat.path[-1].state == "failed"
        await seat.reads("✗", "r asks again")


async def test_a_question_that_never_left_is_in_the_composer_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LLM_API_KEY")
    monkeypatch.delenv("LLM_BASE_URL")
    async with seated() as seat:
        await seat.say("Is anybody there?")
        await seat.until(lambda: isinstance(seat.app.screen, Welcome))
        await seat.until(lambda: seat.app.chat.composer.text == "Is anybody there?")
        assert seat.path == []
        await seat.until(lambda: "this answer" not in seat.screen)


async def test_an_answer_can_be_had_again_and_both_are_kept() -> None:
    async with seated() as seat:
        first = await seat.ask("One?")
        await seat.to_messages()
        await seat.press("r")
        await seat.until(lambda: len(seat.path) == 2 and seat.path[-1].id not in ("asked-answer", first.id))
        await seat.quiet()
        second = seat.path[-1]
        await seat.reads("‹ 2/2 ›")
        await seat.press("left")
        await seat.until(lambda: seat.path[-1].id == first.id)
        await seat.reads("‹ 1/2 ›")
        await seat.press("right")
        await seat.until(lambda: seat.path[-1].id == second.id)


async def test_the_chosen_answer_is_had_again_beside_the_old_one() -> None:
    async with seated() as seat:
        first = await seat.ask("One?")
        await seat.ask("Two?")
        whole = [node.id for node in seat.path]
        await seat.to_messages()
        await seat.press("k", "k", "r")
        await seat.until(lambda: len(seat.path) == 2 and seat.path[-1].id not in ("asked-answer", first.id))
        await seat.quiet()
        await seat.reads("‹ 2/2 ›")
        await seat.press("left")
        await seat.until(lambda: [node.id for node in seat.path] == whole)


async def test_an_answer_that_can_not_be_had_again_leaves_the_conversation_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with seated() as seat:
        await seat.ask("One?")
        await seat.ask("Two?")
        whole = [node.id for node in seat.path]
        monkeypatch.delenv("LLM_API_KEY")
        monkeypatch.delenv("LLM_BASE_URL")
        await seat.say("/provider deepinfra")
        await seat.to_messages()
        await seat.press("k", "k", "r")
        await seat.until(lambda: isinstance(seat.app.screen, Welcome))
        await seat.quiet()
        assert [node.id for node in seat.path] == whole


async def test_a_question_asked_otherwise_is_a_branch() -> None:
    async with seated() as seat:
        await seat.ask("One?")
        await seat.press("escape", "escape")
        await seat.until(lambda: seat.app.chat.composer.text == "One?")
        seat.app.chat.composer.put_text("Two?")
        await seat.press("enter")
        await seat.until(lambda: seat.path[0].message.text == "Two?")
        await seat.quiet()
        entries = seat.stage.front.page.entries
        assert (entries[0].place, entries[0].of) == (2, 2)


async def test_a_cut_off_answer_goes_on_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_MODEL", "sim/cut-every-40")
    async with seated() as seat:
        answer = await seat.ask("A long one?")
        assert answer.state == "whole"
        assert answer.answer is not None
        assert len(answer.answer.legs) > 2
        await seat.until(
            lambda: f"continued: {len(answer.answer.legs if answer.answer else ())} legs" in seat.transcript
        )


async def test_thoughts_are_folded_and_shown_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_MODEL", "sim/thinking")
    async with seated() as seat:
        answer = await seat.ask("Hard?")
        thought = answer.message.reasoning.split()[0]
        await seat.reads("▸ thought")
        shown = seat.transcript
        await seat.press("ctrl+t")
        assert seat.transcript != shown
        await seat.reads(thought)


async def test_a_cut_message_comes_back() -> None:
    async with seated() as seat:
        await seat.ask("One?")
        await seat.ask("Two?")
        whole = [node.id for node in seat.path]
        await seat.to_messages()
        await seat.press("k", "d")
        await seat.until(lambda: len(seat.path) == 2)
        await seat.say("/undo")
        await seat.until(lambda: [node.id for node in seat.path] == whole)


async def test_a_fork_leaves_the_original_alone() -> None:
    async with seated() as seat:
        await seat.ask("One?")
        original = seat.stage.front.id
        await seat.say("/fork")
        await seat.until(lambda: seat.stage.front.id != original)
        await seat.ask("Two?")
        assert len(seat.path) == 4
        await seat.say(f"/resume {original}")
        await seat.until(lambda: seat.stage.front.id == original)
        assert len(seat.path) == 2


async def test_an_unknown_command_is_given_back_with_a_better_word(sim: SimulatorThread) -> None:
    async with seated() as seat:
        await seat.say("/modle")
        await seat.is_told("did you mean /model")
        assert seat.app.chat.composer.text == "/modle"
        assert sim.url


async def test_a_command_of_several_lines_is_a_command() -> None:
    async with seated() as seat:
        await seat.say("/system You are\na pirate")
        await seat.until(lambda: seat.stage.front.page.instructions == "You are\na pirate")
        await seat.say("/system\nYou are\na parrot")
        await seat.until(lambda: seat.stage.front.page.instructions == "You are\na parrot")
        assert seat.path == [node for node in seat.path if node.message.role == "system"]


@pytest.mark.parametrize("text", ["/pin\nand why?", "/rename\n/pin"])
async def test_lines_that_do_not_go_with_a_command_are_given_back(text: str) -> None:
    async with seated() as seat:
        await seat.say(text)
        await seat.is_told("does not go with the lines below it")
        assert seat.app.chat.composer.text == text
        assert not seat.stage.front.is_streaming


async def test_several_lines_that_begin_with_a_path_are_a_question() -> None:
    async with seated() as seat:
        await seat.ask("/usr/bin/env\nWhat is that?")
        assert seat.path[0].message.text == "/usr/bin/env\nWhat is that?"


async def test_a_question_waits_for_the_command_before_it() -> None:
    async with seated() as seat:
        composer = seat.app.chat.composer
        composer.post_message(composer.Sent("/model sim/thinking", ()))
        composer.post_message(composer.Sent("Which model?", ()))
        await seat.until(lambda: len(seat.path) == 2 and seat.path[-1].id != "asked-answer")
        await seat.quiet()
        answer = seat.path[-1].answer
        assert answer is not None
        assert answer.model == "sim/thinking"


async def test_thinking_that_ate_everything_is_asked_again_with_less(
    monkeypatch: pytest.MonkeyPatch, sim: SimulatorThread
) -> None:
    monkeypatch.setenv("LLM_MODEL", "sim/all-thinking")
    async with seated() as seat:
        await seat.say("/params max_tokens=40")
        await seat.until(lambda: "max_tokens" in seat.stage.front.chosen.parameters)
        first = await seat.ask("Hard?")
        assert first.state == "incomplete"
        for effort in ("low", "none"):
            before = len(sim.heard)
            await seat.to_messages()
            await seat.press("m")
            await seat.until(lambda effort=effort: f"effort {effort}," in seat.notices)
            await seat.until(lambda before=before: len(sim.heard) > before)
            await seat.quiet()
            assert seat.stage.front.chosen.parameters["reasoning_effort"] == effort
            await seat.press("tab")

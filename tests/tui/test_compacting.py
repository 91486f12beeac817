"""A summary on its way: it can be stopped, it keeps the conversation held, and what is asked meanwhile waits for it."""

from __future__ import annotations

import pytest

from deepchat.conversation.in_words import cost_words
from deepchat.engine.compact import SUMMARY_FOLLOWS
from deepchat.simulator import SimulatorThread
from deepchat.store.locks import ConversationLock
from deepchat.tui.page import with_beside
from deepchat.tui.starting import Start
from tests.tui.seat import Seat, seated

pytestmark = pytest.mark.usefixtures("sim")


async def asked_twice(seat: Seat) -> list[str]:
    for words in ("One?", "Two?"):
        await seat.ask(words)
    return [node.id for node in seat.path]


async def sum_up(seat: Seat) -> None:
    """To its end: then the last answer is a copy, which nothing was asked for."""
    seat.app.action_obey("compact")
    await seat.until(lambda: not seat.path[-1].legs)
    await seat.quiet()


async def change_model(seat: Seat, name: str) -> None:
    seat.app.action_obey("model", name)
    await seat.until(lambda: seat.stage.front.whom is not None and seat.stage.front.whom.model == name)


async def test_esc_stops_it_and_only_what_came_is_paid_for(sim: SimulatorThread) -> None:
    async with seated() as seat:
        before, shown = await asked_twice(seat), seat.transcript
        await change_model(seat, "sim/silence-mid-answer")
        seat.app.action_obey("compact")
        await seat.until(lambda: seat.stage.front.figures is not None and seat.stage.front.figures.tokens > 0)
        await seat.until(lambda: seat.stage.front.hearing is not None)
        assert seat.transcript == shown
        await seat.say("Three?")
        await seat.until(lambda: seat.app.chat.composer.queued == ("Three?",))
        await seat.press("escape")
        await seat.quiet()
        await seat.is_told("the summary was stopped, for ")
        assert [node.id for node in seat.path] == before
        assert seat.app.chat.composer.text == "Three?"
        used = (await seat.stage.desk.market.used("model")).rows
        assert [row.spent.legs for row in used if row.key == "sim/silence-mid-answer"] == [1]
        seat.app.chat.composer.clear()
        await change_model(seat, "sim/plain")
        asked = len(sim.heard)
        assert (await seat.ask("Four?")).state == "whole"
        assert len(sim.heard) == asked + 1


async def test_what_it_cost_is_in_the_sums_of_the_conversation_as_it_is_in_the_ledger(sim: SimulatorThread) -> None:
    async with seated() as seat:
        await asked_twice(seat)
        meters = seat.app.chat.meters
        await sum_up(seat)
        (ledger,) = (await seat.stage.desk.market.used("conversation")).rows
        page = seat.stage.front.page
        await seat.until(lambda: with_beside(page, meters.beside).total.cost == ledger.spent.cost)
        shown = with_beside(page, meters.beside)
        assert ledger.spent.legs == 3
        assert (shown.usage.prompt_tokens, shown.usage.completion_tokens) == (
            ledger.prompt_tokens,
            ledger.completion_tokens,
        )
        assert f"in {ledger.prompt_tokens}" in " ".join(str(meters.render()).split())
        seat.app.action_obey("new")
        await seat.until(lambda: meters.beside is None or not meters.beside.rows)


async def test_an_answer_that_stays_has_its_figures_there_too_and_is_paid_for_once() -> None:
    async with seated() as seat:
        await asked_twice(seat)
        meters = seat.app.chat.meters
        before = meters.answer
        assert before is not None
        await sum_up(seat)
        assert meters.answer is not None
        assert (meters.answer.cost, meters.answer.tokens) == (before.cost, before.tokens)
        (ledger,) = (await seat.stage.desk.market.used("conversation")).rows
        page = seat.stage.front.page
        await seat.until(lambda: with_beside(page, meters.beside).total.cost == ledger.spent.cost)
        await seat.reads(f"{cost_words(before.cost)}  ")
    async with seated(Start(go_on=True)) as seat:
        told = seat.app.chat.meters.answer
        assert told is not None
        assert (told.cost, told.tokens, told.first_token_s) == (before.cost, before.tokens, before.first_token_s)


async def test_whoever_leaves_while_it_comes_finds_it_done(sim: SimulatorThread) -> None:
    async with seated() as seat:
        await asked_twice(seat)
        first, locks = seat.stage.front.id, seat.stage.desk.workspace.keeping.locks
        with sim.silent():
            seat.app.action_obey("compact")
            await seat.until(lambda: seat.stage.front.is_streaming)
            seat.app.action_obey("new")
            await seat.until(lambda: seat.stage.front.id != first)
            await seat.pilot.pause()
            assert not ConversationLock(locks, first).acquire()
            seat.app.action_obey("resume", first)
            await seat.until(lambda: seat.stage.front.id == first)
            seat.app.action_obey("new")
            await seat.until(lambda: seat.stage.front.id != first)
        await seat.is_told("summed up now")
        await seat.until(lambda: first not in seat.stage.desk.held)
        seat.app.action_obey("resume", first)
        await seat.until(lambda: seat.stage.front.id == first)
        assert seat.path[0].message.text.startswith(SUMMARY_FOLLOWS)
        assert [node.message.text for node in seat.path if node.message.role == "user"][1:] == ["Two?"]


async def test_that_it_is_asked_for_is_told_as_long_as_it_comes(sim: SimulatorThread) -> None:
    async with seated() as seat:
        seat.app.action_obey("compact")
        await seat.is_told("there is nothing before the last question")
        await seat.until(lambda: "asking for a summary" not in seat.notices)
        await asked_twice(seat)
        with sim.silent():
            seat.app.action_obey("compact")
            await seat.is_told("asking for a summary")
        await seat.is_told("summed up now")
        assert "asking for a summary" not in seat.notices


async def test_what_is_sent_meanwhile_is_asked_after_it(sim: SimulatorThread) -> None:
    async with seated() as seat:
        await asked_twice(seat)
        with sim.silent():
            seat.app.action_obey("compact")
            await seat.until(lambda: seat.stage.front.is_streaming)
            await seat.say("Three?")
            await seat.until(lambda: seat.app.chat.composer.queued == ("Three?",))
        await seat.until(lambda: len(seat.path) == 5)
        await seat.quiet()
        assert [node.message.text for node in seat.path if node.message.role == "user"][1:] == ["Two?", "Three?"]


async def test_what_is_too_long_for_the_model_is_asked_again_after_a_summary() -> None:
    """The simulator's window has 32,768 tokens; this is 12,000 each time."""
    async with seated() as seat:
        for words in ("One? ", "Two? "):
            await seat.ask(words + "A word. " * 4_000)
        assert (await seat.ask("Three? " + "A word. " * 4_000)).state == "failed"
        await seat.reads("longer than the model can take in", "/compact sums up what came before")
        seat.app.action_obey("compact")
        await seat.is_told("summed up now")
        await seat.quiet()
        await seat.to_messages()
        await seat.press("r")
        await seat.until(lambda: seat.path[-1].state == "whole")
        assert [one.message.text[:6] for one in seat.path if one.message.role == "user"] == [
            SUMMARY_FOLLOWS[:6],
            "Three?",
        ]


async def test_what_can_not_be_summed_up_is_told() -> None:
    async with seated() as seat:
        seat.app.action_obey("compact")
        await seat.is_told("there is nothing before the last question to sum up")
        await seat.quiet()
        assert not seat.app.chat.composer.busy

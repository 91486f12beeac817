"""What was spent is in sight: what is known of it, what is guessed, and what nobody knows."""

from __future__ import annotations

import os
from threading import Event

import pytest

from deepchat.config.paths import find_paths
from deepchat.conversation.in_words import total_words
from deepchat.simulator import SimulatorThread
from deepchat.tui import market
from deepchat.tui.pace import Figures
from deepchat.tui.screens.confirm import QUIET_S, Confirm
from deepchat.workspace import first_listing
from deepchat.workspace.model_at import ModelAt
from tests.tui.seat import Seat, seated


def today(seat: Seat) -> str:
    spent = seat.app.chat.meters.spent
    return total_words(spent[0].total) if spent else "not told yet"


def streams(seat: Seat) -> bool:
    figures = seat.stage.front.figures
    return seat.stage.front.is_streaming and figures is not None and figures.tokens > 1


async def test_today_is_what_is_known_and_what_streams_as_far_as_it_came(
    sim: SimulatorThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLM_MODEL", "sim/slow")
    models = find_paths(os.environ).models_file
    models.parent.mkdir(parents=True, exist_ok=True)
    models.write_text('[env]\n"sim/slow" = { input = 1000.0, output = 1000.0 }\n')
    async with seated() as seat:
        await seat.until(lambda: today(seat) == "$0.00")
        await seat.say("Slowly, please.")
        await seat.until(lambda: streams(seat))
        await seat.until(lambda: bool(seat.app.chat.meters.spent[0].total.cost.nano))
        figures = seat.stage.front.figures
        assert figures is not None
        assert seat.app.chat.meters.spent[0].total.cost == figures.cost
        await seat.stage.refresh()
        assert today(seat).startswith("~$0.")
        await seat.press("escape")
        await seat.quiet()


async def test_windows_and_prices_are_known_soon_after_the_first_question_and_nothing_is_sent_before(
    sim: SimulatorThread,
) -> None:
    (find_paths(os.environ).cache / "models-env.json").unlink()
    before = len(sim.heard)
    async with seated() as seat:
        await seat.write("What is a lighthouse?")
        assert len(sim.heard) == before
        await seat.press("enter")
        await seat.sees("of 32,768")
        await seat.quiet()
        assert not await seat.stage.desk.market.learn_models("env")


async def test_who_could_not_be_asked_for_prices_is_asked_again_with_a_question_but_not_with_each(
    sim: SimulatorThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_listing, "_LIMIT_S", 1.0)  # so long that it was certainly sent
    (find_paths(os.environ).cache / "models-env.json").unlink()
    before = asked_for_models(sim)
    async with seated() as seat:
        with sim.silent():
            assert not await seat.stage.desk.market.learn_models("")
        await seat.ask("One?")
        assert asked_for_models(sim) == before + 1
        monkeypatch.setattr(first_listing, "_LIMIT_S", 15.0)
        monkeypatch.setattr(market, "ASK_AGAIN_S", 0.0)
        await seat.ask("Two?")
        await seat.sees("of 32,768")
        await seat.ask("Three?")
        assert asked_for_models(sim) == before + 2


def asked_for_models(sim: SimulatorThread) -> int:
    return sum(one.path.endswith("/models") for one in sim.heard)


async def test_windows_and_prices_are_those_of_whoever_is_asked(sim: SimulatorThread) -> None:
    config = find_paths(os.environ).config / "config.toml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(f'[providers.work]\nbase_url = "{sim.url}/v1/openai"\n')
    async with seated() as seat:
        await seat.ask("One?")
        seat.stage.front.whom = ModelAt("work", "sim/plain")
        await seat.ask("Two?")
        await seat.until(lambda: seat.stage.front.page.outlook.window == 32_768)
        shelf = seat.stage.desk.workspace.shelf
        assert shelf.age("work") == "just now"


async def test_this_answer_is_all_its_requests_and_the_one_that_is_looked_at(
    sim: SimulatorThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLM_MODEL", "sim/slow")
    async with seated() as seat:
        meters = seat.app.chat.meters
        for words in ("Slowly, please.", "/more"):
            await seat.say(words)
            await seat.until(lambda: streams(seat))
            await seat.press("escape")
            await seat.quiet()
        both = seat.path[-1].answer
        assert both
        assert meters.answer
        assert len(both.legs) == meters.answer.legs == 2
        assert meters.answer.tokens == sum(leg.usage.completion_tokens for leg in both.legs if leg.usage)
        await seat.say("/model sim/plain")
        await seat.say("/retry")
        await seat.reads("2/2", "a plain answer")
        await seat.quiet()
        assert meters.answer.legs == 1
        await seat.to_messages()
        await seat.press("left")
        await seat.reads("1/2")
        assert meters.answer.legs == 2


async def test_what_nobody_knows_is_no_zero_in_what_was_spent(
    sim: SimulatorThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLM_MODEL", "sim/slow")
    async with seated() as seat:
        await seat.say("Slowly, please.")
        await seat.until(lambda: streams(seat))
        assert today(seat) == "?"
        await seat.until(
            lambda: [one.id for one in seat.app.chat.conversations.table.rows.items] == [seat.stage.front.id]
        )
        await seat.press("escape")
        await seat.quiet()
        await seat.stage.refresh()
        assert today(seat) == "?"


@pytest.mark.usefixtures("sim")
@pytest.mark.parametrize(
    ("line", "asked", "siblings"),
    [("/edit Otherwise?", "Otherwise?", 1), ("/retry", "One?", 2)],
    ids=["an edited question", "another answer"],
)
async def test_what_a_budget_refused_is_asked_as_it_was_meant(line: str, asked: str, siblings: int) -> None:
    async with seated() as seat:
        await seat.ask("One?")
        await seat.say("/budget day 0.000001")
        await seat.is_told("from now on")
        await seat.say(line)
        await seat.until(lambda: isinstance(seat.app.screen, Confirm))
        await seat.pilot.pause(QUIET_S)
        await seat.press("y")
        tree = seat.stage.front.chat.tree
        await seat.until(lambda: seat.path[-1].message.role == "assistant" and len(list(tree)) == 5 - (siblings - 1))
        await seat.quiet()
        assert [node.message.text for node in seat.path if node.message.role == "user"] == [asked]
        assert seat.path[-1].state == "whole"
        assert len(tree.siblings(seat.path[-1].id)) == siblings


async def test_the_conversation_ticks_with_its_answer_also_when_it_is_gone_on_with(
    sim: SimulatorThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLM_MODEL", "sim/slow")
    async with seated() as seat:

        def out() -> int:
            rows = str(seat.app.chat.meters.render()).splitlines()
            return next((int(row.split()[-1].strip("~").replace(",", "")) for row in rows if row.startswith("out ")), 0)

        def used() -> str:
            rows = str(seat.app.chat.meters.render()).splitlines()
            return rows[rows.index("context") + 1].split()[1] if "context" in rows else ""

        await seat.say("Slowly, please.")
        await seat.until(lambda: out() > 1)
        before = used()
        await seat.until(lambda: used() != before)
        await seat.press("escape")
        await seat.quiet()
        stopped = out()
        await seat.say("/more")
        await seat.until(lambda: seat.stage.front.is_streaming and out() > stopped)
        await seat.press("escape")
        await seat.quiet()
        assert out() == seat.stage.front.page.usage.completion_tokens
        await seat.sees(f"~{out():,}", used())
        assert used().startswith("~")


@pytest.mark.usefixtures("sim")
@pytest.mark.parametrize("line", ["Two?", "/retry", "/edit Otherwise?"])
async def test_what_is_stopped_before_it_begins_stands_nowhere_and_counts_nothing(line: str) -> None:
    async with seated() as seat:
        await seat.ask("One?")
        before, held, busy = list(seat.path), seat.stage.front, Event()
        counted = str(seat.app.chat.meters.render())

        async def block() -> None:
            busy.wait()

        seat.stage.desk.bridge.begin(block)
        try:
            await seat.say(line)
            await seat.until(lambda: held.is_streaming)
            held.stop()
            await seat.quiet()
        finally:
            busy.set()
        assert seat.path == before
        assert str(seat.app.chat.meters.render()) == counted


@pytest.mark.parametrize("is_estimate", [True, False])
async def test_tokens_below_the_conversation_are_marked_where_nobody_has_counted_them(is_estimate: bool) -> None:
    async with seated(width=60) as seat:
        seat.app.chat.show_figures(Figures(10, is_estimate, legs=1))
        await seat.sees("· ~10 tokens" if is_estimate else "· 10 tokens")

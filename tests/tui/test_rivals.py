"""One question to several models, in the app: ticked, watched side by side, one kept, nothing lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deepchat.simulator import SimulatorThread
from deepchat.tui.screens.compare import Compare
from deepchat.tui.screens.rivals import Rivals
from tests.tui.seat import Seat, seated

pytestmark = pytest.mark.usefixtures("sim")
QUESTION = "What is a lighthouse?"
SAID = "This is a plain answer"


def comparing(seat: Seat) -> bool:
    return isinstance(seat.app.screen, Compare)


def over(seat: Seat) -> bool:
    """Nothing streams any more."""
    found = seat.stage.comparing
    return found is not None and all(one.is_told for one in found.contenders)


async def siblings(seat: Seat) -> list[tuple[str, str]]:
    """Model and state of every answer beside the one that is shown."""
    held = seat.stage.front
    nodes = await seat.stage.desk.bridge.do(lambda: held.chat.tree.siblings(held.chat.tree.leaf.id))
    return [(node.answer.model, node.state) for node in nodes if node.answer]


async def left(seat: Seat) -> None:
    """Wait until the conversation is seen again, as it is now."""
    await seat.until(lambda: not comparing(seat) and seat.stage.comparing is None and len(seat.path) == 2)


async def test_models_are_ticked_and_a_key_keeps_one_answer() -> None:
    async with seated(width=140) as seat:
        await seat.say("/refresh")
        await seat.is_told("fresh")
        seat.app.chat.composer.put_text(QUESTION)
        await seat.press("f4")
        await seat.until(lambda: isinstance(seat.app.screen, Rivals))
        await seat.write("sim/essay")
        await seat.press("tab", "enter")
        await seat.until(lambda: comparing(seat) and over(seat))
        await seat.sees(SAID, "1 · plain · env", "2 · essay · env", "tok/s", "together $0.0")
        assert seat.app.chat.composer.text == ""
        await seat.press("2")
        await seat.is_told("sim/essay goes on")
        assert [node.message.text for node in seat.path[:1]] == [QUESTION]
        assert await siblings(seat) == [("sim/plain", "whole"), ("sim/essay", "whole")]
        assert seat.path[-1].answer is not None
        assert seat.path[-1].answer.model == "sim/essay"
        assert (seat.stage.front.page.entries[-1].place, seat.stage.front.page.entries[-1].of) == (2, 2)
        assert seat.stage.front.whom is not None
        assert seat.stage.front.whom.model == "sim/essay"
        figures = seat.stage.front.figures
        assert figures is not None
        assert figures.cost == seat.path[-1].answer.cost


async def test_the_ledger_has_every_answer_and_agrees_with_what_is_shown(sim: SimulatorThread) -> None:
    async with seated(width=140) as seat:
        before = sim.bill_nano
        seat.app.chat.composer.put_text(QUESTION)
        seat.app.action_obey("compare", "sim/plain sim/essay")
        await seat.until(lambda: comparing(seat) and over(seat))
        assert seat.stage.comparing is not None
        assert seat.stage.comparing.cost.nano == sim.bill_nano - before
        await seat.press("enter")
        await left(seat)
        used = await seat.stage.desk.market.used("model")
        assert sum(row.spent.nano or 0 for row in used.rows) == seat.stage.front.page.total.cost.nano


async def test_the_last_question_is_compared_again_and_leaving_changes_nothing() -> None:
    async with seated(width=140) as seat:
        before = await seat.ask(QUESTION)
        await seat.say("/compare sim/essay sim/plain")
        await seat.until(lambda: comparing(seat) and over(seat))
        await seat.sees(QUESTION)
        await seat.press("escape")
        await left(seat)
        assert seat.path[-1].id == before.id
        assert len(await siblings(seat)) == 3


async def test_one_that_fails_says_so_and_the_other_answers() -> None:
    async with seated(width=140) as seat:
        seat.app.chat.composer.put_text(QUESTION)
        seat.app.action_obey("compare", "sim/unpaid sim/plain")
        await seat.until(lambda: comparing(seat) and over(seat))
        await seat.sees("✗", SAID)
        await seat.press("escape")
        await left(seat)
        assert seat.path[-1].state == "whole"
        assert await siblings(seat) == [("sim/unpaid", "failed"), ("sim/plain", "whole")]


async def test_esc_stops_all_of_them_and_then_leaves() -> None:
    async with seated(width=140) as seat:
        seat.app.chat.composer.put_text(QUESTION)
        seat.app.action_obey("compare", "sim/silence-mid-answer sim/silence-mid-answer")
        await seat.until(lambda: comparing(seat) and "tok/s" in seat.screen)
        comparison = seat.stage.comparing
        assert comparison is not None
        await seat.until(lambda: all(one.is_asked and one.pace.figures.tokens for one in comparison.contenders))
        await seat.press("escape")
        await seat.until(lambda: over(seat))
        assert comparing(seat)
        await seat.until(lambda: seat.screen.count("■ stopped") == 2)
        await seat.press("escape")
        await left(seat)
        assert await siblings(seat) == [("sim/silence-mid-answer", "stopped")] * 2
        assert seat.path[-1].message.text


async def test_keeping_one_that_still_comes_stops_the_others_and_waits_for_it() -> None:
    async with seated(width=140) as seat:
        seat.app.chat.composer.put_text(QUESTION)
        seat.app.action_obey("compare", "sim/silence-mid-answer sim/silence-mid-answer")
        await seat.until(lambda: comparing(seat) and seat.stage.comparing is not None)
        comparison = seat.stage.comparing
        assert comparison is not None
        await seat.until(lambda: all(one.pace.figures.tokens for one in comparison.contenders))
        await seat.press("1")
        await seat.until(lambda: comparison.contenders[1].is_told)
        await seat.sees("kept when it is whole")
        assert not comparison.contenders[0].is_over
        await seat.press("escape")
        await left(seat)
        assert await siblings(seat) == [("sim/silence-mid-answer", "stopped")] * 2
        assert comparison.contenders[0].node is not None
        assert seat.path[-1].id == comparison.contenders[0].node.id


async def test_what_none_could_be_asked_is_in_the_line_again() -> None:
    path = Path(os.environ["DEEPCHAT_HOME"]) / "config" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text("[budget]\nday = 0.000001\n")
    async with seated() as seat:
        seat.app.chat.composer.put_text(QUESTION)
        seat.app.action_obey("compare", "sim/plain sim/essay")
        await seat.until(lambda: comparing(seat) and over(seat))
        await seat.sees("✗")
        await seat.press("1")
        await seat.is_told("no answer to go on from")
        await seat.press("escape")
        await seat.until(lambda: seat.app.chat.composer.text == QUESTION)
        assert seat.path == []


async def test_where_it_is_narrow_they_stand_one_above_the_other() -> None:
    async with seated(width=60) as seat:
        await seat.ask(QUESTION)
        await seat.say("/compare sim/plain sim/essay")
        await seat.until(lambda: comparing(seat) and over(seat))
        rows = seat.screen.splitlines()
        first, second = (
            next(at for at, row in enumerate(rows) if f"{name} · env" in row) for name in ("1 · plain", "2 · essay")
        )
        assert second > first + 5


async def test_what_can_not_be_compared_is_told() -> None:
    async with seated() as seat:
        await seat.say("/compare sim/plain sim/essay")
        await seat.is_told("no question to compare")
        await seat.ask(QUESTION)
        await seat.say("/compare sim/plain")
        await seat.is_told("2 to 8 models")
        assert not comparing(seat)

"""A title by a cheap model: only where the settings want it, after the first answer, and never in anybody's way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deepchat.session.accounts import Accounts
from deepchat.simulator import SimulatorThread
from tests.tui.seat import Seat, seated

pytestmark = pytest.mark.usefixtures("sim")


def configure(model: str = "") -> None:
    path = Path(os.environ["DEEPCHAT_HOME"]) / "config" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(f'[titles]\nautomatic = true\nmodel = "{model}"\n')


def title(seat: Seat) -> str:
    return seat.stage.front.page.title


async def spent_nano(seat: Seat) -> int | None:
    """What the conversation in front cost, by the ledger."""

    async def there() -> int | None:
        accounts: Accounts = await seat.stage.desk.workspace.keeping.accounts()
        rows = (await accounts.used("conversation")).rows
        return next(row.spent.nano for row in rows if row.key == seat.stage.front.id)

    return await seat.stage.desk.bridge.call(there)


async def test_nothing_is_asked_without_the_setting(sim: SimulatorThread) -> None:
    async with seated() as seat:
        before = len(sim.heard)
        await seat.ask("What is a lighthouse?")
        await seat.ask("And a lightship?")
        assert len(sim.heard) == before + 2
        assert title(seat) == "What is a lighthouse?"


async def test_the_first_answer_is_followed_by_a_title_and_its_cost(sim: SimulatorThread) -> None:
    configure("sim/essay")
    async with seated() as seat:
        before = len(sim.heard)
        answer = await seat.ask("What is a lighthouse?")
        await seat.until(lambda: title(seat) != "What is a lighthouse?")
        await seat.is_told(f"«{title(seat)}» · essay, $0.0000")
        await seat.sees(title(seat))
        assert answer.answer is not None
        assert (await spent_nano(seat) or 0) > (answer.answer.cost.nano or 0)
        await seat.ask("And a lightship?")
        assert len(sim.heard) == before + 3


async def test_the_cheapest_model_of_the_provider_that_answers_in_words_makes_it() -> None:
    configure()
    (Path(os.environ["DEEPCHAT_HOME"]) / "config" / "models.toml").write_text(
        """
        [env]
        "sim/plain" = { input = 0.1, output = 0.4 }
        "sim/essay" = { input = 0.02, output = 0.03 }
        "sim/thinking" = { input = 0.01, output = 0.01, flags = "reasoning" }
        "sim/drawing" = { input = 0.0, output = 0.0 }
        [ollama]
        "sim/local" = { input = 0.001, output = 0.001 }
        """
    )
    async with seated() as seat:
        await seat.ask("What is a lighthouse?")
        await seat.is_told("» · essay, ")


async def test_a_title_of_the_users_is_never_replaced(sim: SimulatorThread) -> None:
    configure("sim/slow-first-token")
    async with seated() as seat:
        before = len(sim.heard)
        await seat.ask("What is a lighthouse?")
        await seat.until(lambda: len(sim.heard) == before + 2)
        with sim.silent():
            await seat.say("/rename Mine")
            await seat.until(lambda: title(seat) == "Mine")
        await seat.is_told("first words stay")
        assert title(seat) == "Mine"


async def test_a_title_that_fails_is_told_and_stops_nothing() -> None:
    configure("sim/unpaid")
    async with seated() as seat:
        await seat.ask("What is a lighthouse?")
        await seat.is_told("its first words stay the title")
        answer = await seat.ask("And a lightship?")
        assert answer.state == "whole"
        assert title(seat) == "What is a lighthouse?"


async def test_a_question_that_follows_at_once_does_not_wait_for_it() -> None:
    configure("sim/slow-first-token")
    async with seated() as seat:
        await seat.ask("What is a lighthouse?")
        await seat.ask("And a lightship?")
        assert len(seat.path) == 4
        await seat.is_told("called «")
        assert len(seat.path) == 4
        await seat.reads("And a lightship?")


async def test_a_hostile_title_is_one_line_of_words() -> None:
    configure("sim/controls")
    async with seated() as seat:
        await seat.ask("What is a lighthouse?")
        await seat.until(lambda: title(seat) != "What is a lighthouse?")
        assert title(seat).isprintable()
        assert "fox" in title(seat)


async def test_of_what_is_not_kept_no_title_is_made(sim: SimulatorThread) -> None:
    configure("sim/essay")
    async with seated() as seat:
        await seat.say("/temporary")
        await seat.until(lambda: not seat.stage.front.page.keeps_words)
        before = len(sim.heard)
        await seat.ask("What is a lighthouse?")
        await seat.stage.look()
        assert len(sim.heard) == before + 1


async def test_an_answer_that_was_kept_of_several_is_a_first_one_too() -> None:
    configure("sim/essay")
    async with seated() as seat:
        seat.app.chat.composer.put_text("What is a lighthouse?")
        seat.app.action_obey("compare", "sim/plain sim/plain")
        await seat.until(lambda: seat.stage.comparing is not None and seat.stage.comparing.contenders[0].is_told)
        await seat.press("1")
        await seat.is_told("called «")
        assert title(seat) != "What is a lighthouse?"

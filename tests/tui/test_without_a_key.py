"""A question without a key leads to the ways to one, and stays in the line meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from deepchat.config.keys import missing_key
from deepchat.config.providers import BUILT_IN
from deepchat.tui.commands import first_run
from deepchat.tui.screens.welcome import Welcome
from deepchat.tui.starting import Start
from tests.tui.seat import Seat, seated
from tests.tui.test_early_words import before_the_store

QUESTION = "What is a monad?"
WAITS = "your question waits in the line"


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]  # pytest uses it
    for name in ("LLM_BASE_URL", "LLM_API_KEY", "LLM_MODEL"):
        monkeypatch.delenv(name, raising=False)


async def is_led_to_a_key(seat: Seat) -> None:
    await seat.until(lambda: isinstance(seat.app.screen, Welcome))
    await seat.sees(WAITS)
    assert seat.app.chat.composer.text == QUESTION
    assert "no API key" not in seat.notices


async def test_a_question_of_the_command_line_waits_under_the_first_screen(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("any")
    async with seated(Start(QUESTION, (file,))) as seat:
        await is_led_to_a_key(seat)
        assert seat.app.chat.composer.files == (file,)
        await seat.press("escape")
        await seat.until(lambda: seat.app.chat.composer.has_focus_within)
        assert seat.app.chat.composer.text == QUESTION


async def test_a_question_typed_early_is_told_on_the_first_screen_and_not_over_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with before_the_store(tmp_path, monkeypatch) as (seat, let_go):
        await seat.write(QUESTION)
        await seat.press("enter")
        let_go()
        await is_led_to_a_key(seat)
        assert sum(isinstance(one, Welcome) for one in seat.app.screen_stack) == 1


async def test_who_is_writing_is_not_interrupted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(first_run, "QUIET_S", 3_600)
    async with before_the_store(tmp_path, monkeypatch) as (seat, let_go):
        await seat.write("What is")
        let_go()
        await seat.until(lambda: seat.app.stage is not None and seat.app.stage.held is not None)
        await seat.write(" a monad?")
        assert seat.app.chat.composer.text == QUESTION
        await seat.press("enter")
        await is_led_to_a_key(seat)


async def test_the_end_of_what_is_written_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_run, "QUIET_S", 0)
    looks = iter(["W", "What", "What?", "What?"])
    await first_run.until_quiet(lambda: next(looks))
    assert next(looks, None) is None
    await first_run.until_quiet(lambda: "")


async def test_a_question_after_none_of_the_ways_leads_there_again() -> None:
    async with seated() as seat:
        await seat.until(lambda: isinstance(seat.app.screen, Welcome))
        await seat.press("escape")
        await seat.say(QUESTION)
        await is_led_to_a_key(seat)


async def test_a_key_that_only_another_provider_lacks_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPINFRA_API_KEY", "any-key-will-do")
    async with seated() as seat:
        seat.stage.without_key(missing_key(BUILT_IN["openrouter"]))
        await seat.is_told("there is no API key for openrouter")
        assert not isinstance(seat.app.screen, Welcome)

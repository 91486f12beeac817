"""What is done to a message that is still coming, or is not on disk yet: it is obeyed, or refused in words."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import pytest

from deepchat.simulator import SimulatorThread
from tests.tui.seat import Seat, seated

STILL = "an answer is still coming"
FAULT = "a fault in DeepChat"


@contextmanager
def nothing_begins(seat: Seat) -> Generator[None]:
    """What is asked is shown, but neither in the tree nor on disk as long as this lasts."""
    busy = Event()

    async def block() -> None:
        busy.wait()

    seat.stage.desk.bridge.begin(block)
    try:
        yield
    finally:
        busy.set()


async def again(seat: Seat) -> None:
    await seat.to_messages()
    await seat.press("r")
    await seat.until(lambda: seat.stage.front.is_streaming)


async def do(seat: Seat, what: str) -> None:
    await (seat.say(what) if what.startswith("/") else seat.press(what))


@pytest.mark.parametrize("is_on_disk", [False, True])
@pytest.mark.parametrize("question", ["", "Two?"])
async def test_an_answer_that_still_comes_is_not_copied_but_what_was_before_it_is(
    sim: SimulatorThread, question: str, *, is_on_disk: bool
) -> None:
    async with seated() as seat:
        await seat.ask("One?")
        original = seat.stage.front
        with sim.silent():
            with nothing_begins(seat):
                if question:
                    await seat.say(question)
                    await seat.to_messages()
                else:
                    await again(seat)
                await seat.until(lambda: seat.path[-1].id == "asked-answer")
                if not is_on_disk:
                    await seat.press("f")
            if is_on_disk:
                await seat.until(lambda: seat.path[-1].id != "asked-answer")
                await seat.press("f")
            await seat.is_told(STILL, "esc stops it, then f", "k chooses a message before it")
            assert FAULT not in seat.notices
            assert seat.stage.front is original
            await seat.until(lambda: seat.path[-1].id != "asked-answer")
            before = [node.text for node in seat.path[:-1]]
            await seat.press("k", "f")
            await seat.until(lambda: seat.stage.front is not original)
            assert [node.text for node in seat.path] == before
        await seat.quiet()


@pytest.mark.usefixtures("sim")
async def test_what_came_of_a_stopped_answer_is_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_MODEL", "sim/silence-mid-answer")
    async with seated() as seat:
        await seat.say("One?")
        await seat.until(lambda: seat.stage.front.hearing is not None and bool(seat.stage.front.hearing.said))
        await seat.to_messages()
        await seat.press("escape")
        await seat.quiet()
        original, said = seat.stage.front, seat.path[-1].text
        await seat.press("f")
        await seat.until(lambda: seat.stage.front is not original)
        assert (seat.path[-1].state, seat.path[-1].text) == ("stopped", said)
        assert said


@pytest.mark.parametrize(
    "what", ["d", "m", "r", "e", "left", "/edit Why?", "/retry leg", "/compact", "/compare", "/undo"]
)
async def test_what_would_change_an_answer_that_is_not_on_disk_yet_is_refused(what: str, sim: SimulatorThread) -> None:
    async with seated() as seat:
        await seat.ask("One?")
        await seat.ask("Two?")
        if what == "/undo":
            await seat.say("/cut")
            await seat.until(lambda: len(seat.path) == 3)
        with sim.silent(), nothing_begins(seat):
            await again(seat)
            await do(seat, what)
            await seat.is_told(STILL)
            assert FAULT not in seat.notices
        await seat.quiet()
        assert len(seat.path) == 4
        assert seat.path[-1].state == "whole"


@pytest.mark.parametrize(
    "what", ["c", "y", "w", "o", "j", "/rename So", "/tag so", "/pin", "/system Be brief.", "/export", "/delete"]
)
async def test_what_changes_no_answer_is_done_before_it_is_on_disk(
    what: str, sim: SimulatorThread, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with seated() as seat:
        await seat.ask("One?")
        obeyed = Event()
        with sim.silent():
            with nothing_begins(seat):
                await again(seat)
                await do(seat, what)
                seat.stage.in_turn.after("", obeyed.set)
            await seat.until(obeyed.is_set)
        await seat.quiet()
        assert FAULT not in seat.notices

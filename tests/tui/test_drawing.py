"""A picture from the app: saved under a name of its own, told, and in the ledger."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from deepchat.simulator import SimulatorThread
from deepchat.tui.screens.confirm import QUIET_S, Confirm
from tests.tui.seat import Seat, seated

pytestmark = pytest.mark.usefixtures("sim")
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where the app is started."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def names(folder: Path) -> list[str]:
    """What is in it."""
    return sorted(path.name for path in folder.iterdir())


def remove(folder: Path) -> None:
    folder.rmdir()


async def models_asked(seat: Seat) -> list[str]:
    """Those in the ledger."""
    return [row.key for row in (await seat.stage.desk.market.used("model")).rows]


async def test_a_picture_is_saved_under_its_words_and_told_with_its_cost(folder: Path) -> None:
    async with seated() as seat:
        await seat.say("/image a fox, ../in the *snow*")
        await seat.is_told("the picture is in")
        assert names(folder) == ["a-fox-..-in-the-snow.png"]
        saved = folder / "a-fox-..-in-the-snow.png"
        assert saved.read_bytes().startswith(PNG)
        await seat.until(lambda: str(saved)[-40:] in seat.notices)
        await seat.is_told("cost: ?")
        assert await models_asked(seat) == ["black-forest-labs/FLUX-1-schnell"]


async def test_no_file_is_written_over(folder: Path) -> None:
    (folder / "fox.png").write_text("mine")
    async with seated() as seat:
        await seat.say("/image fox")
        await seat.is_told("fox-2.png")
        assert (folder / "fox.png").read_text() == "mine"
        assert names(folder) == ["fox-2.png", "fox.png"]


async def test_what_can_not_be_made_or_kept_is_told(folder: Path, sim: SimulatorThread) -> None:
    path = Path(os.environ["DEEPCHAT_HOME"]) / "config" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text('[pictures]\nmodel = "sim/plain"\n')
    async with seated() as seat:
        await seat.say("/image")
        await seat.is_told("wants to know what the picture shows")
        await seat.say("/image fox")
        await seat.is_told("not supported")
        assert names(folder) == []
        asked = len(sim.heard)
        remove(folder)
        await seat.say("/image fox")
        await seat.is_told("is gone")
        assert len(sim.heard) == asked


async def test_a_question_does_not_wait_for_the_picture() -> None:
    async with seated() as seat:
        composer = seat.app.chat.composer
        composer.post_message(composer.Sent("/image fox", ()))
        composer.post_message(composer.Sent("What is a fox?", ()))
        await seat.until(lambda: len(seat.path) == 2 and seat.path[-1].state == "whole")
        await seat.is_told("the picture is in")


async def test_under_a_budget_a_price_that_nobody_knows_is_a_question(folder: Path, sim: SimulatorThread) -> None:
    async with seated() as seat:
        await seat.say("/budget day 2.00")
        await seat.is_told("from now on")
        asked = len(sim.heard)
        await seat.say("/image fox")
        await seat.until(lambda: isinstance(seat.app.screen, Confirm))
        await seat.sees("The price of black-forest-labs")
        await seat.press("escape")
        await seat.until(lambda: not isinstance(seat.app.screen, Confirm))
        assert len(sim.heard) == asked
        await seat.say("/image fox")
        await seat.until(lambda: isinstance(seat.app.screen, Confirm))
        await seat.pilot.pause(QUIET_S)
        await seat.press("y")
        await seat.is_told("the picture is in")
        assert names(folder) == ["fox.png"]


async def test_escape_stops_a_picture_that_is_being_made(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    asked, gone = asyncio.Event(), asyncio.Event()

    async def never_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        asked.set()
        while await reader.read(1 << 16):
            pass
        gone.set()
        writer.close()

    async with await asyncio.start_server(never_answer, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        monkeypatch.setenv("LLM_BASE_URL", f"http://{host}:{port}/v1")
        async with seated() as seat:
            await seat.say("/image fox")
            await seat.until(asked.is_set)
            await seat.press("escape")
            await seat.is_told("1 picture stopped")
            await seat.until(gone.is_set)
            assert await models_asked(seat) == ["black-forest-labs/FLUX-1-schnell"]
            assert names(folder) == []

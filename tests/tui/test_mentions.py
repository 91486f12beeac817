"""Files that a question names go along when their names were typed, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from deepchat.tui.widgets.editor import Editor
from tests.tui.seat import Seat, seated

pytestmark = pytest.mark.usefixtures("sim")


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    file = tmp_path / "notes.txt"
    file.write_text("what nobody else should read")
    return file


async def send(seat: Seat) -> str:
    """Send what stands there; gives the question with all that went along."""
    await seat.press("enter")
    await seat.until(lambda: bool(seat.path) and seat.path[-1].message.role == "assistant")
    await seat.quiet()
    return str(seat.path[-2].message.parts)


async def test_a_file_whose_name_was_typed_goes_along(notes: Path) -> None:
    async with seated() as seat:
        seat.app.chat.composer.put_text(f"look at @{notes} please")
        assert "nobody else" in await send(seat)


async def test_a_file_that_only_a_paste_names_does_not(notes: Path) -> None:
    async with seated() as seat:
        editor = seat.app.chat.composer.query_one(Editor)
        editor.post_message(events.Paste(f"somebody wrote: look at @{notes} please"))
        await seat.until(lambda: "please" in seat.app.chat.composer.text)
        assert "nobody else" not in await send(seat)
        seat.app.chat.composer.put_text(f"and now @{notes}")
        assert "nobody else" in await send(seat)

"""The message that keys speak of, and where the keys go."""

from __future__ import annotations

import pytest

from deepchat.tui.screens.conversations import Conversations
from deepchat.tui.starting import Start
from tests.tui.earlier import keep
from tests.tui.seat import seated

pytestmark = pytest.mark.usefixtures("sim")


async def test_the_end_takes_the_mark_along_and_a_key_shows_the_message_it_acts_on() -> None:
    await keep("oslo", "Where?", "\n\n".join(["In Oslo."] * 60))
    async with seated(Start(go_on=True)) as seat:
        transcript = seat.app.chat.transcript
        await seat.to_messages()
        await seat.press("k", "k")
        assert (transcript.index, transcript.follows) == (0, False)
        await seat.press("G")
        assert (transcript.index, transcript.follows) == (1, True)
        await seat.press("k", "end")
        assert (transcript.index, transcript.follows) == (1, True)
        await seat.press("k", "k", "pagedown", "pagedown")
        assert "Where?" not in seat.transcript
        await seat.press("w")
        await seat.reads("Where?")


async def test_from_an_empty_line_end_leads_to_the_end_of_the_conversation_and_else_to_its_own() -> None:
    await keep("oslo", "Where?", "\n\n".join(["In Oslo."] * 60))
    async with seated(Start(go_on=True)) as seat:
        await seat.press("pageup")
        await seat.sees("↓ new below · end shows it")
        await seat.write("ab")
        await seat.press("home", "end", "c")
        assert seat.app.chat.composer.text == "abc"
        assert not seat.app.chat.transcript.follows
        await seat.press(*["backspace"] * 3, "end")
        assert seat.app.chat.transcript.follows


async def test_a_conversation_that_was_chosen_is_written_in_at_once() -> None:
    await keep("oslo", "Where?", "In Oslo.")
    async with seated() as seat:
        await seat.to_messages()
        await seat.press("ctrl+r")
        await seat.until(lambda: isinstance(seat.app.screen, Conversations))
        await seat.press("enter")
        await seat.until(lambda: seat.stage.front.page.title != "" and seat.app.screen is seat.app.chat)
        await seat.until(lambda: seat.app.chat.composer.has_focus_within)

"""An earlier question in the composer, and how it is left alone again."""

from __future__ import annotations

import pytest

from tests.tui.seat import seated

pytestmark = pytest.mark.usefixtures("sim")


async def test_esc_leaves_the_edit_of_a_question_and_the_line_is_as_it_was() -> None:
    async with seated() as seat:
        await seat.ask("One?")
        await seat.write("half a thought")
        await seat.to_messages()
        await seat.press("e")
        await seat.until(lambda: seat.app.chat.composer.text == "One?")
        await seat.sees("editing the question of")
        await seat.press("escape")
        await seat.until(lambda: seat.app.chat.composer.text == "half a thought")
        assert "editing the question of" not in seat.screen
        await seat.press("enter")
        await seat.until(lambda: len(seat.path) == 4)
        await seat.quiet()


async def test_what_is_written_where_an_edited_question_was_deleted_is_a_question_of_its_own() -> None:
    async with seated() as seat:
        await seat.ask("One?")
        await seat.press("escape", "escape")
        await seat.until(lambda: seat.app.chat.composer.text == "One?")
        await seat.press("ctrl+u", *"new", "enter")
        await seat.until(lambda: len(seat.path) == 4)
        await seat.quiet()
        assert [node.message.text for node in seat.path[::2]] == ["One?", "new"]

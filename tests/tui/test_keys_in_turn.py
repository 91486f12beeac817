"""Keys that come faster than they are obeyed mean what they would have meant slowly."""

from __future__ import annotations

import pytest
from textual import events
from textual.widgets import Input

from tests.tui.seat import Seat, seated

pytestmark = pytest.mark.usefixtures("sim")


def burst(seat: Seat, *keys: str) -> None:
    """All of them at once, as a slow line delivers them."""
    for key in keys:
        seat.app.post_message(
            events.Key(key if len(key) > 1 else {"/": "slash"}.get(key, key), key[0] if len(key) == 1 else None)
        )


def found(seat: Seat) -> str:
    """The words that are looked for in the conversation."""
    return "".join(field.value for field in seat.app.chat.query("FindBar Input").results(Input))


async def test_letters_after_the_key_that_opens_a_field_are_typed_there() -> None:
    async with seated() as seat:
        await seat.ask("hello two")
        await seat.to_messages()
        burst(seat, *"/order")
        await seat.until(lambda: found(seat) == "order")
        assert seat.app.chat.composer.text == ""
        assert len(seat.path) == 2


async def test_the_find_bar_is_closed_before_the_next_key_is_looked_at() -> None:
    async with seated() as seat:
        await seat.ask("hello two")
        await seat.to_messages()
        burst(seat, *"/two")
        await seat.sees("message 1 of 1")
        await seat.press("s")
        await seat.sees("not said here")
        burst(seat, "backspace", "escape", "e")
        await seat.until(lambda: seat.app.chat.composer.text == "hello two")


async def test_letters_typed_into_a_dialog_stay_behind_the_backspaces_before_them() -> None:
    async with seated() as seat:
        burst(seat, "ctrl+f", *'star" or', *["backspace"] * 8, *"keyword", "home", *"my")
        await seat.until(lambda: bool(found := seat.app.screen.query(Input)) and found.first().value == "mykeyword")


async def test_what_is_typed_at_once_after_a_new_conversation_stands_there() -> None:
    async with seated() as seat:
        await seat.ask("One?")
        first = seat.stage.front.id
        await seat.to_messages()
        burst(seat, "ctrl+n", *"read")
        await seat.until(lambda: seat.app.chat.composer.text == "read")
        assert seat.stage.front.id != first


async def test_words_typed_at_once_after_a_command_go_where_it_leads() -> None:
    async with seated() as seat:
        await seat.ask("One?")
        burst(seat, *"/find", "enter", *"one")
        await seat.until(lambda: found(seat) == "one")

"""Keys are told whole with what they do, and that there are more."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from deepchat.tui.widgets.key_line import KeyLine
from tests.tui.stage import opened


class Room(Screen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+d", "leave", "leave"),
        Binding("x", "hide", "not told", show=False),
        Binding("escape", "close", "close"),
    ]

    def compose(self) -> ComposeResult:
        yield KeyLine(("⏎", "pick"))

    def action_leave(self) -> None: ...

    def action_close(self) -> None: ...


async def told(width: int) -> str:
    room = Room()
    async with opened(room, width, 5):
        return str(room.query_one(KeyLine).render()).strip()


async def test_keys_are_told_with_what_they_do() -> None:
    assert await told(80) == "⏎ pick  ^d leave  esc close"


async def test_only_whole_keys_are_told_and_that_there_are_more() -> None:
    assert await told(23) == "⏎ pick  ^d leave  …"
    assert await told(13) == "⏎ pick  …"
    assert await told(6) == "…"

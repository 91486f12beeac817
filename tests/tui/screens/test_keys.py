"""What the terminal really sends is told key by key, does nothing else, and ends with Esc twice."""

from __future__ import annotations

import pytest
from textual import events
from textual.widgets import Static

from deepchat.tui.screens.keys import Keys
from tests.tui.stage import opened


def told(screen: Keys) -> list[list[str]]:
    return [line.split() for line in str(screen.query_one(".pressed", Static).render()).splitlines()]


async def test_a_key_is_told_by_its_name_with_its_letter_and_what_it_does_the_last_on_top() -> None:
    screen = Keys({"ctrl+o": "pick a model"})
    async with opened(screen) as seen:
        await seen.press("slash", "ctrl+o", "f9", "é")
        assert told(screen) == [
            ["é", "é", "is", "written"],
            ["f9", "does", "nothing"],
            ["ctrl+o", "pick", "a", "model"],
            ["slash", "/", "is", "written"],
        ]


async def test_keys_that_break_the_line_are_ticked_off_as_they_come() -> None:
    screen = Keys()
    async with opened(screen) as seen:
        breaks = screen.query_one(".breaks", Static)
        assert str(breaks.render()) == "○ shift+enter  ○ alt+enter  ○ ctrl+j"
        await seen.press("shift+enter", "enter")
        assert str(breaks.render()) == "● shift+enter  ○ alt+enter  ○ ctrl+j"


@pytest.mark.parametrize("key", ["tab", "enter", "ctrl+p", "q", "up"])
async def test_keys_do_nothing_else_here(key: str) -> None:
    screen = Keys({key: "something"})
    async with opened(screen) as seen:
        await seen.press(key)
        assert screen.is_current
        assert told(screen)[0][-1] == "something"


async def test_only_esc_pressed_twice_in_a_row_leaves() -> None:
    async with opened(Keys()) as seen:
        await seen.press("escape", "a", "escape")
        assert seen.given_back == []
        await seen.press("escape")
        assert await seen.answer() is None


async def test_a_paste_is_counted_and_not_shown() -> None:
    screen = Keys()
    async with opened(screen) as seen:
        screen.post_message(events.Paste("sk-secret\nwords"))
        await seen.settle()
        assert told(screen) == [["paste", "15", "characters,", "as", "one", "piece"]]


@pytest.mark.parametrize(("width", "height"), [(120, 40), (60, 20), (40, 12), (20, 10)])
async def test_the_last_key_is_seen_at_every_size(width: int, height: int) -> None:
    screen = Keys()
    async with opened(screen, width, height) as seen:
        await seen.press("ctrl+j")
        pressed = screen.query_one(".pressed", Static)
        assert screen.region.contains_region(pressed.region)
        assert pressed.render_line(0).text.startswith("ctrl+j")

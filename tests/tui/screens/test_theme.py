"""A theme is seen before it is chosen, and the old one comes back with Esc."""

from __future__ import annotations

import pytest

from deepchat.tui.screens.theme import Themes
from tests.tui.stage import Seen, opened

NAMES = ["ansi", "deepchat-dark", "deepchat-light", "ember"]


def previewed(seen: Seen) -> list[str]:
    return [message.name for message in seen.heard(Themes.Previewed)]


async def test_the_theme_under_the_cursor_is_seen_at_once() -> None:
    async with opened(Themes(NAMES, "deepchat-dark")) as seen:
        assert previewed(seen) == []
        await seen.press("down", "down", "up")
        assert previewed(seen) == ["deepchat-light", "ember", "deepchat-light"]


async def test_enter_chooses_the_theme_that_is_seen() -> None:
    async with opened(Themes(NAMES, "deepchat-dark")) as seen:
        await seen.press(*"emb", "enter")
        assert await seen.answer() == "ember"
        assert previewed(seen)[-1] == "ember"


async def test_esc_brings_back_the_old_one_and_chooses_none() -> None:
    async with opened(Themes(NAMES, "deepchat-dark")) as seen:
        await seen.press("down", "escape")
        assert await seen.answer() is None
        await seen.settle()
        assert previewed(seen) == ["deepchat-light", "deepchat-dark"]


async def test_letters_that_no_theme_has_leave_the_colours_as_they_are() -> None:
    async with opened(Themes(NAMES, "ember")) as seen:
        await seen.press("up", *"zz", "enter")
        assert seen.given_back == []
        assert previewed(seen)[0] == "deepchat-light"


@pytest.mark.parametrize(("width", "height"), [(120, 40), (60, 20), (20, 10)])
async def test_the_theme_in_use_is_seen_at_every_size(width: int, height: int) -> None:
    screen = Themes(NAMES, "ember")
    async with opened(screen, width, height):
        rows = screen.query_one("TableList")
        assert screen.region.contains_region(rows.region)
        assert any("● ember" in rows.render_line(y).text for y in range(rows.size.height))

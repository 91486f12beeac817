"""The list of conversations as a screen: typing filters it, Enter gives one back, Esc stays in the open one."""

from __future__ import annotations

import pytest

from deepchat.tui.screens.conversations import Conversations
from deepchat.tui.widgets.conversation_list import ConversationList
from tests.tui.stage import lines, opened
from tests.tui.summaries import NOW, summary

THEM = [summary("a", 1), summary("b", 20), summary("c", 300, pinned=True)]


def screen_of(words: str = "") -> Conversations:
    return Conversations(THEM, "a", ["b"], words=words, now=lambda: NOW)


async def test_typing_looks_for_a_conversation_and_enter_gives_it_back() -> None:
    async with opened(screen_of()) as seen:
        await seen.press(*"talk b", "enter")
        assert await seen.answer() == "b"


async def test_words_may_be_there_to_begin_with() -> None:
    async with opened(screen_of("talk c")) as seen:
        await seen.press("enter")
        assert await seen.answer() == "c"


async def test_esc_stays_in_the_open_one_also_with_words_in_the_filter() -> None:
    async with opened(screen_of("talk")) as seen:
        await seen.press("escape")
        assert await seen.answer() is None


async def test_letters_are_keys_after_tab_and_the_list_stays_open() -> None:
    screen = screen_of()
    async with opened(screen) as seen:
        await seen.press("d", "backspace", "tab", "d", "p")
        assert [each.id for each in seen.heard(ConversationList.DeleteWanted)] == ["c"]
        assert [each.id for each in seen.heard(ConversationList.PinToggled)] == ["c"]
        screen.put(THEM[:2], "", [])
        await seen.press("enter")
        assert await seen.answer() == "a"


@pytest.mark.parametrize(("width", "height"), [(120, 40), (80, 24), (60, 20), (20, 10)])
async def test_a_title_is_seen_at_every_size(width: int, height: int) -> None:
    screen = screen_of()
    async with opened(screen, width, height):
        table = screen.query_one(ConversationList).table
        assert any(line.startswith("● Talk a") for line in lines(table))
        assert all(table.render_line(y).cell_length <= table.size.width for y in range(table.size.height))

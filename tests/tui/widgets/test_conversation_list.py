"""Conversations stand under their days, are opened and dealt with by keys, and found by their words."""

from __future__ import annotations

import pytest

from deepchat.tui.widgets.conversation_list import ConversationList
from tests.tui.stage import lines, on_stage
from tests.tui.summaries import NOW, summary

THEM = [summary("a", 1), summary("b", 20), summary("c", 300, pinned=True), summary("d", 0)]


def a_list() -> ConversationList:
    return ConversationList(now=lambda: NOW)


async def test_conversations_stand_under_their_days_the_pinned_ones_first() -> None:
    them = a_list()
    async with on_stage(them, 22, 12) as seen:
        them.put(THEM, "a", ["b", "c"])
        await seen.pilot.pause()
        assert [line for line in lines(them.table) if line] == [
            "Pinned",
            "◌ Talk c            ★",
            "Today",
            "  Talk d",
            "● Talk a",
            "Yesterday",
            "◌ Talk b",
        ]


async def test_the_open_one_that_is_being_answered_has_a_mark_of_both() -> None:
    them = a_list()
    async with on_stage(them, 22, 12) as seen:
        them.put([summary("a")], "a", ["a"])
        await seen.pilot.pause()
        assert lines(them.table)[1] == "◉ Talk a"


async def test_the_cursor_begins_at_the_open_one_and_enter_opens_the_one_it_is_on() -> None:
    them = a_list()
    async with on_stage(them, 22, 12) as seen:
        them.put(THEM, "a", [])
        them.table.focus()
        await seen.press("down", "enter")
        assert [each.id for each in seen.heard(ConversationList.Chosen)] == ["b"]


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("r", ConversationList.RenameWanted),
        ("t", ConversationList.TagWanted),
        ("p", ConversationList.PinToggled),
        ("d", ConversationList.DeleteWanted),
        ("delete", ConversationList.DeleteWanted),
    ],
)
async def test_a_letter_asks_for_something_to_be_done_with_the_one_under_the_cursor(
    key: str, kind: type[ConversationList.RenameWanted]
) -> None:
    them = a_list()
    async with on_stage(them, 22, 12) as seen:
        them.put(THEM, "d", [])
        them.table.focus()
        await seen.press(key)
        assert [each.id for each in seen.heard(kind)] == ["d"]


async def test_what_was_deleted_can_be_asked_for_also_when_nothing_is_left() -> None:
    them = a_list()
    async with on_stage(them, 22, 12) as seen:
        assert lines(them.table)[0] == "Looking …"
        them.put([], "", [])
        them.table.focus()
        await seen.press("d", "r", "u")
        assert len(seen.heard(ConversationList.UndoWanted)) == 1
        assert not seen.heard(ConversationList.DeleteWanted)
        assert lines(them.table)[0] == "Nothing said yet."


async def test_letters_are_words_while_the_filter_has_the_focus() -> None:
    them = a_list()
    async with on_stage(them, 22, 12) as seen:
        them.put(THEM, "d", [])
        them.table.focus()
        await seen.press("slash", "d")
        assert them.words == "d"
        assert not seen.heard(ConversationList.DeleteWanted)
        await seen.press("escape")
        assert them.words == ""
        assert them.table.has_focus


async def test_words_are_looked_for_in_titles_tags_and_models() -> None:
    them = a_list()
    async with on_stage(them, 22, 12) as seen:
        them.put([*THEM, summary("e", title="")], "d", [])
        for words, number in (("talk b", 1), ("deepseek work", 5), ("untitled", 1), ("nobody", 0)):
            them.line.value = words
            await seen.pilot.pause()
            assert them.table.rows.number_shown == number


async def test_a_title_is_words_whatever_it_is_made_of() -> None:
    them = a_list()
    async with on_stage(them, 200, 12) as seen:
        them.put([summary("a", title="[/b] \x1b]52;c;eHg=\x07[@click=a]x[/] \u202eeno\n")], "", [])
        await seen.pilot.pause()
        said = "\n".join(lines(them.table))
        assert "[/b] ␛]52;c;eHg=␇[@click=a]x[/] eno" in said
        assert not set(said) & {"\x1b", "\x07", "\u202e"}


async def test_more_is_told_where_there_is_room() -> None:
    them = ConversationList(has_heads=True, now=lambda: NOW)
    async with on_stage(them, 120, 12) as seen:
        them.put([summary("a", 1)], "", [])
        await seen.pilot.pause()
        assert lines(them.table)[0].split() == ["title", "tags", "models", "messages", "cost", "updated"]
        assert lines(them.table)[2].split() == ["Talk", "a", "#work", "DeepSeek-V3", "5", "~$0.00107", "14:00"]

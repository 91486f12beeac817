"""Writing a question, sending it, and finding it again."""

from __future__ import annotations

import pytest

from deepchat.tui.widgets.composer import Composer
from tests.tui.widgets.composing import composing


async def test_enter_sends_what_was_typed_and_empties_the_line() -> None:
    async with composing() as play:
        await play.type("What is a lifetime?")
        await play.press("enter")
        assert [sent.text for sent in play.all_heard(Composer.Sent)] == ["What is a lifetime?"]
        assert play.composer.text == ""


async def test_keys_that_come_all_at_once_are_done_one_after_the_other() -> None:
    async with composing() as play:
        await play.type("one\rtwo\rthree")
        assert [sent.text for sent in play.all_heard(Composer.Sent)] == ["one", "two"]
        assert play.composer.text == "three"


@pytest.mark.parametrize("blank", ["", "  ", "\n\n"])
async def test_a_blank_line_is_not_sent_and_it_is_said_why(blank: str) -> None:
    async with composing() as play:
        play.composer.put_text(blank)
        await play.press("enter")
        assert not play.all_heard(Composer.Sent)
        assert [refused.why for refused in play.all_heard(Composer.Refused)] == ["there is nothing to send"]
        assert play.composer.text == blank


@pytest.mark.parametrize("key", ["ctrl+j", "shift+enter", "alt+enter", "ctrl+enter"])
async def test_the_line_is_broken_by_whatever_a_terminal_has_for_it(key: str) -> None:
    async with composing() as play:
        await play.press("a", key, "b")
        assert play.composer.text == "a\nb"
        assert not play.all_heard(Composer.Sent)


async def test_a_backslash_before_enter_breaks_the_line_instead() -> None:
    async with composing() as play:
        await play.type("a\\\rb\r")
        assert [sent.text for sent in play.all_heard(Composer.Sent)] == ["a\nb"]


@pytest.mark.parametrize(
    "text", ["👩\u200d👧", "❤\ufe0f", "می\u200cخواهم", "日本語\u3000です", "e\u0301", "🏴\U000e0067\U000e007f"]
)
async def test_joiners_selectors_and_composed_text_survive_typing(text: str) -> None:
    async with composing() as play:
        await play.type(text)
        assert play.composer.text == text


@pytest.mark.parametrize("char", ["\x1b", "\x07", "\x9b", "\u202e", "\u2066", "\ufdd0"])
async def test_what_steers_a_terminal_or_the_eye_never_enters(char: str) -> None:
    async with composing() as play:
        await play.type(f"a{char}b")
        await play.paste(f"c{char}d")
        play.composer.put_text(play.composer.text + f"e{char}f")
        assert play.composer.text == "abcdef"


async def test_an_emoji_joined_of_several_is_stepped_over_and_deleted_at_once() -> None:
    async with composing() as play:
        await play.type("a👩\u200d👧b")
        await play.press("left", "left", "x", "right", "backspace")
        assert play.composer.text == "axb"


async def test_the_line_is_edited_as_in_a_shell() -> None:
    async with composing() as play:
        await play.type("one two-three four")
        await play.press("ctrl+w", "ctrl+w")
        assert play.composer.text == "one "
        await play.press("ctrl+z")
        assert play.composer.text == "one two-three four"
        await play.press("ctrl+y")
        assert play.composer.text == "one "
        await play.press("ctrl+u")
        assert play.composer.text == ""
        await play.type("one two")
        await play.press("home", "right", "ctrl+k")
        assert play.composer.text == "o"
        await play.press("shift+home", "x")
        assert play.composer.text == "x"


async def test_up_and_down_walk_through_earlier_questions_and_back_to_what_was_being_written() -> None:
    async with composing() as play:
        play.composer.history = ["first\nin two lines", "second"]
        await play.type("draft")
        walk: list[str] = []
        for key in ("up", "up", "up", "down", "down", "down", "down"):
            await play.press(key)
            walk.append(play.composer.text)
        assert walk == [
            "second",
            "first\nin two lines",
            "first\nin two lines",
            *["first\nin two lines", "second", "draft", "draft"],
        ]


async def test_what_is_changed_on_the_walk_is_not_lost_while_walking_on() -> None:
    async with composing() as play:
        play.composer.history = ["first", "second"]
        await play.press("up", "!", "up", "down")
        assert play.composer.text == "second!"
        await play.press("enter", "up")
        assert play.composer.text == "second", "a new walk begins after a question was sent"


async def test_within_the_text_up_and_down_move_the_cursor() -> None:
    async with composing() as play:
        play.composer.history = ["earlier"]
        play.composer.put_text("one\ntwo")
        await play.press("up", "end", "x", "down", "y")
        assert play.composer.text == "onex\ntwoy"


async def test_a_draft_is_told_soon_after_a_change_and_once() -> None:
    async with composing() as play:
        await play.type("half a thou")
        assert (await play.hear(Composer.Drafted)).text == "half a thou"
        assert len(play.all_heard(Composer.Drafted)) == 1


async def test_a_draft_is_told_at_once_when_the_composer_is_left_and_when_it_is_sent() -> None:
    async with composing() as play:
        await play.type("half")
        play.stage.set_focus(None)
        await play.pilot.pause()
        play.composer.focus()
        await play.type(" done\r")
        await play.pilot.pause()
        assert [draft.text for draft in play.all_heard(Composer.Drafted)] == ["half", ""]


async def test_escape_stops_and_twice_on_an_empty_line_it_edits_the_last_question() -> None:
    async with composing() as play:
        await play.press("escape")
        assert play.all_heard(Composer.StopWanted)
        await play.press("escape")
        assert len(play.all_heard(Composer.LastQuestionWanted)) == 1


async def test_escape_twice_does_not_take_the_last_question_out_while_an_answer_streams_or_words_stand_there() -> None:
    async with composing() as play:
        play.composer.busy = True
        await play.press("escape")
        play.composer.busy = False
        await play.press("escape")
        play.composer.busy = True
        await play.press("escape")
        play.composer.busy = False
        await play.press("x", "escape", "escape")
        assert len(play.all_heard(Composer.StopWanted)) == 5
        assert not play.all_heard(Composer.LastQuestionWanted)


async def test_another_editor_is_asked_for_and_its_words_stand_there() -> None:
    async with composing() as play:
        await play.press("a", "ctrl+g")
        assert play.all_heard(Composer.EditorWanted)
        play.composer.put_text("from outside\nin two lines")
        await play.press("!")
        assert play.composer.text == "from outside\nin two lines!"


async def test_tab_goes_on_and_copying_nothing_is_left_to_the_screen() -> None:
    async with composing() as play:
        await play.type("words")
        await play.press("ctrl+c")
        assert play.stage.clipboard == ""
        await play.press("shift+home", "ctrl+c")
        assert play.stage.clipboard == "words"

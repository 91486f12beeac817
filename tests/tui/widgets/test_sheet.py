"""One message as lines: its head, its words and its foot, in whatever pieces and for whatever width it came."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from deepchat.conversation.parts import Image, ToolCall
from deepchat.conversation.tree import State
from deepchat.safe_text import SafeText
from deepchat.tui.typeset.lines import Line
from deepchat.tui.widgets.place import line_of, place_in
from deepchat.tui.widgets.sheet import Sheet
from deepchat.tui.widgets.stream import LONGEST_SHOWN
from tests.tui.typeset.texts import cut_markdown
from tests.tui.widgets.saying import answer, coming, question

WIDTHS = st.integers(4, 130)


def lines_of(sheet: Sheet) -> list[Line]:
    return [sheet.line(at) for at in range(len(sheet))]


def said(sheet: Sheet) -> list[str]:
    return [line.text.strip() for line in lines_of(sheet)]


def laid(sheet: Sheet, width: int = 60) -> Sheet:
    sheet.lay(width)
    return sheet


@settings(max_examples=200, deadline=None)
@given(cut_markdown(), cut_markdown())
def test_an_answer_in_pieces_is_in_the_end_the_answer_put_whole(
    words: tuple[list[SafeText], int], thoughts: tuple[list[SafeText], int]
) -> None:
    (pieces, width), (thought, _) = words, thoughts
    live = laid(Sheet(coming(), is_live=True), width)
    live.is_open = True
    for piece in thought:
        live.think(piece)
    for piece in pieces:
        live.say(piece)
    whole = answer("".join(pieces), "whole", reasoning="".join(thought))
    put = Sheet(whole)
    put.is_open = True
    live.show(whole, is_over=True)
    assert lines_of(live) == lines_of(laid(put, width))
    assert (live.words, live.thoughts) == ("".join(pieces), "".join(thought))


@pytest.mark.parametrize("end", ["\r", "\U000e0041", "[a]: https://example.org", "~~~\ncode", "\x1b"])
def test_what_only_the_end_can_tell_is_told_when_it_is_over(end: str) -> None:
    text = f"See [a] first.\n\n{end}"
    live = laid(Sheet(coming(), is_live=True))
    for piece in text:
        live.say(piece)
    live.show(answer(text, "whole"), is_over=True)
    assert lines_of(live) == lines_of(laid(Sheet(answer(text, "whole"))))


@settings(max_examples=100, deadline=None)
@given(cut_markdown(), WIDTHS, st.booleans())
def test_what_is_said_to_stay_while_it_streams_stays(
    words: tuple[list[SafeText], int], width: int, is_open: bool
) -> None:
    live = laid(Sheet(coming(), is_live=True), width)
    live.is_open = is_open
    for at, piece in enumerate(words[0]):
        settled, before = live.settled, lines_of(live)
        (live.think if at % 3 == 0 else live.say)(piece)
        # The head tells of the thoughts.
        assert lines_of(live)[1:settled] == before[1:settled]


@settings(max_examples=100, deadline=None)
@given(cut_markdown(), WIDTHS, WIDTHS)
def test_an_answer_that_is_set_for_another_width_while_it_streams_is_as_if_it_always_had_it(
    words: tuple[list[SafeText], int], one: int, other: int
) -> None:
    moved, stayed = laid(Sheet(coming(), is_live=True), one), laid(Sheet(coming(), is_live=True), other)
    for at, piece in enumerate(words[0]):
        if at == len(words[0]) // 2:
            moved.lay(other)
        moved.say(piece)
        stayed.say(piece)
    moved.lay(other)
    assert lines_of(moved) == lines_of(stayed)


@pytest.mark.parametrize("width", [*range(4, 40), 60, 120])
@pytest.mark.parametrize("state", ["whole", "stopped", "interrupted", "incomplete", "failed"])
def test_no_line_is_wider_than_its_page(width: int, state: State) -> None:
    entry = answer("日本語 " * 30, reasoning="thought " * 20, state=state, legs=3, error="the server said 日本語 " * 9)
    sheet = Sheet(replace(entry, place=12, of=13))
    sheet.is_open = True
    laid(sheet, width)
    # Text is set at least eight cells wide: a wide letter, a bullet and a bar must fit.
    assert max(cell_len(line.text) for line in lines_of(sheet)) <= max(width, 10)


@pytest.mark.parametrize(
    ("width", "head"),
    [
        (60, "DeepSeek-V3        ‹ 2/3 ›  ▸ thought  $0.00035"),
        (40, "DeepSeek-V3        ‹ 2/3 ›  ▸ thought"),
        (20, "DeepSeek-V3  ‹ 2/3 ›"),
        (12, "DeepSeek-V3"),
        (8, "DeepSee…"),
    ],
)
def test_at_the_right_of_a_head_stands_what_has_room_siblings_first(width: int, head: str) -> None:
    sheet = laid(Sheet(replace(answer("yes", reasoning="hm"), place=2, of=3)), width)
    shown = sheet.line(0).text
    assert cell_len(shown) <= width
    assert " ".join(shown.split()).startswith(" ".join(head.split()))
    assert sheet.line(0).gutter == len(shown)


def test_a_head_tells_whether_the_thoughts_below_it_are_unfolded() -> None:
    sheet = laid(Sheet(answer("yes", reasoning="hm")))
    assert "▸ thought" in sheet.line(0).text
    assert "│ hm" not in said(sheet)
    sheet.is_open = True
    sheet.again()
    assert "▾ thought" in sheet.line(0).text
    assert "│ hm" in said(sheet)


def test_how_long_it_thought_is_told_while_that_is_known() -> None:
    sheet = laid(Sheet(coming(), is_live=True))
    sheet.think("hm")
    sheet.thought_s = 6.24
    sheet.think("hm")
    assert "▸ thinking…" in sheet.line(0).text
    sheet.say("yes")
    assert "▸ thought 6.2 s" in sheet.line(0).text


def test_what_did_not_think_is_never_said_to_think() -> None:
    sheet = laid(Sheet(coming(), is_live=True))
    sheet.think("")
    assert "think" not in sheet.line(0).text
    sheet.say("yes")
    assert "th" not in sheet.line(0).text


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("stopped", "■ stopped · m goes on, r answers anew"),
        ("interrupted", "■ cut off when the program ended; what came is here · m goes on, r answers anew"),
        ("incomplete", "■ it broke off · m goes on, r answers anew"),
        ("failed", "✗ it broke off · r asks again, ctrl+o chooses another model"),
    ],
)
def test_below_an_answer_that_is_not_whole_stands_why_and_what_comes_next(state: State, told: str) -> None:
    sheet = laid(Sheet(answer("so far", state=state, error="" if state == "stopped" else "it broke off")), 120)
    assert said(sheet)[1:] == ["so far", told, ""]


def test_what_went_into_thinking_alone_is_asked_again_by_one_key_with_less_of_it() -> None:
    sheet = laid(Sheet(answer("", reasoning="hm", state="incomplete", error="all was thought")), 120)
    assert "■ all was thought · m asks again, thinking less, r answers anew" in said(sheet)


def test_below_an_answer_of_several_legs_stands_what_they_cost() -> None:
    sheet = laid(Sheet(answer("so far", legs=3)))
    assert said(sheet)[2] == "╌╌ continued: 3 legs · $0.00105 ╌╌"


def test_that_another_model_answered_is_told_but_not_that_its_name_is_spelt_otherwise() -> None:
    entry = answer("yes")
    assert entry.node.answer
    for served, is_told in (("deepseek-v3-turbo", False), ("qwen/Qwen3-32B", True)):
        node = replace(entry.node, answer=replace(entry.node.answer, served_model=served))
        sheet = laid(Sheet(replace(entry, node=node)))
        assert any(line.startswith("asked deepseek-ai/DeepSeek-V3") for line in said(sheet)) == is_told


def test_what_is_attached_and_called_is_named() -> None:
    entry = question("look")
    parts = (*entry.node.message.parts, Image("image/png", b"", "cat.png"), ToolCall("1", "weather", "{}"))
    node = replace(entry.node, message=replace(entry.node.message, parts=parts))
    assert said(laid(Sheet(replace(entry, node=node))))[1:4] == ["look", "▣ cat.png", "⚙ wanted to call weather"]


def test_hidden_characters_are_counted_and_shown_when_it_is_shown_as_it_came() -> None:
    sheet = laid(Sheet(answer("**a\u202eb**\u200b")))
    assert said(sheet)[1:3] == ["ab", "2 hidden characters · /raw shows them"]
    sheet.is_raw = True
    sheet.again()
    assert said(sheet)[1:] == ["**a⟨U+202E⟩b**⟨U+200B⟩", ""]


def test_what_a_person_writes_is_no_markdown() -> None:
    assert said(laid(Sheet(question("# not a *heading*"))))[1] == "# not a *heading*"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("abc 日", min_size=1, max_size=40), min_size=1, max_size=20), WIDTHS, WIDTHS, st.data())
def test_a_reader_finds_the_place_again_at_another_width(
    words: list[str], one: int, other: int, data: st.DataObject
) -> None:
    sheet = laid(Sheet(question("\n".join(words))), one)
    line = data.draw(st.integers(0, len(sheet) - 1))
    place = place_in(sheet, line)
    there = line_of(laid(sheet, other), place)
    assert place_in(sheet, there).letters <= place.letters
    assert line_of(laid(sheet, other), place_in(sheet, there)) == there
    assert line_of(laid(sheet, one), place) == line


def test_an_empty_line_between_paragraphs_is_a_place_at_every_width() -> None:
    sheet = laid(Sheet(answer("one two three\n\nfour five six\n\n---\n\nseven eight")), 60)
    gaps = [line for line in sheet.words_at if not sheet.line(line).text]
    for line, behind in zip(gaps, ("four", "───", "seven"), strict=False):
        place = place_in(laid(sheet, 60), line)
        there = line_of(laid(sheet, 8), place)
        assert sheet.line(there).text == ""
        assert sheet.line(there + 1).text.startswith(behind)


def test_fifty_megabytes_are_shown_in_part_and_in_bounded_time() -> None:
    text = "A line of *some* words that goes on for a while.\n\n" * 1_000_000
    sheet = Sheet(answer(text, "long"))
    start = time.process_time()
    assert sheet.estimate(80) < LONGEST_SHOWN
    laid(sheet, 80)
    assert time.process_time() - start < 5
    shown = said(sheet)
    assert sum(map(len, shown)) < 1.1 * LONGEST_SHOWN
    assert any("characters are not shown here, but are kept, copied and exported" in line for line in shown)
    assert sheet.words == text


def test_how_tall_it_was_is_remembered_when_its_lines_are_let_go() -> None:
    sheet = laid(Sheet(answer("- a\n" * 50)), 30)
    height = len(sheet)
    sheet.forget()
    sheet.forget()
    assert (len(sheet), sheet.estimate(30)) == (0, height)
    assert sheet.lay(30) == height


def test_a_sheet_is_there_before_it_has_lines_and_tells_later_what_it_was_told_then() -> None:
    sheet = Sheet(coming(), is_live=True)
    assert len(sheet) == 0
    assert sheet
    sheet.tell(["it failed"])
    assert any("it failed" in sheet.line(at).text for at in range(laid(sheet).lay(60)))

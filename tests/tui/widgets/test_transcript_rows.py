"""Rows of a transcript: painted anew exactly where they changed, each with its place, each as wide as it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.selection import SELECT_ALL
from textual.strip import Strip

from deepchat.safe_text import SafeText
from deepchat.tui.widgets.painting import MARGIN
from deepchat.tui.widgets.transcript import Transcript
from tests.tui.typeset.texts import cut_markdown
from tests.tui.widgets.saying import Told, answer, coming, numbered, question, told


def painted_anew(seen: Told) -> list[list[tuple[str, str]]]:
    seen.it.repaint()
    return [_cells(seen.it.render_line(row)) for row in range(seen.it.size.height)]


def _cells(strip: Strip) -> list[tuple[str, str]]:
    return [(char, str(part.style and part.style.color)) for part in strip for char in part.text]


@settings(max_examples=12, deadline=None)
@given(cut_markdown())
async def test_rows_that_are_kept_are_what_a_full_repaint_gives(words: tuple[list[SafeText], int]) -> None:
    async with told([question("why?"), coming()], 40, 12, is_live=True) as seen:
        for at, piece in enumerate(words[0][:60]):
            live = seen.it.live
            assert live is not None
            settled = live.settled
            (live.think if at % 5 == 0 else live.say)(piece)
            live.tell(["still going"] if at % 3 else [])
            seen.it.grown(settled)
            kept = [_cells(seen.it.render_line(row)) for row in range(12)]
            assert kept == painted_anew(seen)


async def test_only_rows_from_the_open_block_on_and_the_head_are_painted_again() -> None:
    async with told([question("why?"), coming()], 40, 30, is_live=True) as seen:
        await seen.say("one\n\ntwo\n\nthree ")
        painted: list[int] = []
        render_line = seen.it.render_line

        def noted(y: int) -> Strip:
            painted.append(y)
            return render_line(y)

        seen.it.render_line = noted
        top, two, three = (seen.row_of(words) for words in ("Answer", "two", "three"))
        painted.clear()
        await seen.say("four")
        anew = set(painted)
        assert "  three four" in seen.shown[three]
        assert {top, three} <= anew
        assert not set(range(top + 1, two + 1)) & anew


async def test_every_row_of_a_message_has_its_place_blank_ones_too() -> None:
    async with told([question("one\n\n\ntwo"), *numbered(2)], 40, 20) as seen:
        for row in range(min(20, seen.it.sheets.rows)):
            assert any(part.style and "offset" in part.style.meta for part in seen.it.render_line(row))


async def test_a_double_click_selects_not_everything_and_a_triple_click_neither() -> None:
    async with told(numbered(20)) as seen:
        for times in (2, 3):
            await seen.seen.pilot.click(seen.it, offset=(5, 5), times=times)
            await seen.seen.settle()
            text = seen.seen.pilot.app.screen.get_selected_text() or ""
            assert len(text) < 200


async def test_a_click_on_a_message_makes_keys_speak_of_it() -> None:
    async with told(numbered(3), height=40) as seen:
        await seen.seen.pilot.click(seen.it, offset=(5, seen.row_of("message 1 line 2")))
        assert seen.it.index == 1


async def test_a_click_on_a_head_with_thoughts_unfolds_them() -> None:
    async with told([answer("yes", reasoning="hm")]) as seen:
        await seen.seen.pilot.click(seen.it, offset=(5, 0))
        assert any("│ hm" in line for line in seen.shown)
        await seen.seen.pilot.click(seen.it, offset=(5, 0))
        assert not any("│ hm" in line for line in seen.shown)


@pytest.mark.parametrize(("column", "is_link"), [(0, False), (1, False), (2, True), (6, True), (8, False)])
async def test_only_a_click_on_the_words_of_a_link_chooses_it(column: int, is_link: bool) -> None:
    async with told([answer("[日本 ](http://x.example) and more")]) as seen:
        await seen.seen.pilot.click(seen.it, offset=(column, 1))
        targets = [each.target for each in seen.seen.heard(Transcript.LinkChosen)]
        assert targets == (["http://x.example"] if is_link else [])


async def test_what_the_mouse_is_drawn_over_is_what_is_copied() -> None:
    async with told(
        [question("why is it so?"), answer("because **it** is so, and so on and on and on", "a")], 30
    ) as seen:
        start = (MARGIN + 4, seen.row_of("why"))
        end = (MARGIN + 7, seen.row_of("because"))
        assert seen.copied(start, end) == "is it so?\n\nbecause"
        await seen.seen.pilot.mouse_down(seen.it, offset=start)
        await seen.seen.pilot.hover(seen.it, offset=(end[0] - 1, end[1]))
        await seen.seen.pilot.mouse_up(seen.it, offset=(end[0] - 1, end[1]))
        assert seen.seen.pilot.app.screen.get_selected_text() == "is it so?\n\nbecause"
        assert not seen.seen.heard(Transcript.LinkChosen)


async def test_all_of_it_is_copied_as_it_was_written() -> None:
    async with told([question("why?"), answer("**so**")]) as seen:
        assert seen.it.get_selection(SELECT_ALL) == ("why?\n\n**so**", "\n")


@pytest.mark.parametrize("width", [10, 11, 12, 13, 30, 31])
async def test_wide_letters_at_the_margin_make_no_row_wider_or_narrower(width: int) -> None:
    text = "日本語の長い文章がここに続きます 👩‍👩‍👧 é́ " * 5
    async with told([question(text), answer(f"{text}\n\n```\n{text}\n```\n\n> {text}", "a")], width, 40) as seen:
        for row in range(40):
            strip = seen.it.render_line(row)
            assert strip.cell_length == seen.it.size.width
            assert cell_len(strip.text) == seen.it.size.width


@given(st.integers(1, 30), st.integers(1, 12))
@settings(max_examples=15, deadline=None)
async def test_there_is_no_size_that_it_can_not_be_drawn_in(width: int, height: int) -> None:
    async with told([question("why?"), answer("# so\n\n| a | b |\n|---|---|\n| c | d |", "a")], width, height) as seen:
        assert [seen.it.render_line(row).cell_length for row in range(height)] == [seen.it.size.width] * height

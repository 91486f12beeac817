"""Rows of a transcript: painted anew exactly where they changed, each with its place, each as wide as it is."""

from __future__ import annotations

from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.geometry import Region
from textual.selection import SELECT_ALL
from textual.signal import Signal
from textual.strip import Strip

from deepchat.safe_text import SafeText
from deepchat.tui.widgets.painting import MARGIN
from deepchat.tui.widgets.sheets import fold
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


def painting_of(seen: Told) -> list[int]:
    """Rows that are to be painted again, from now on."""
    painted: list[int] = []
    refresh = seen.it.refresh

    def noted(*regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Transcript:
        painted.extend(y for region in regions for y in region.line_range)
        return refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    seen.it.refresh = noted
    return painted


@pytest.mark.parametrize("are_shown", [False, True])
async def test_only_rows_that_changed_are_painted_again(are_shown: bool) -> None:
    async with told([question("why?"), coming()], 40, 30, is_live=True) as seen:
        if are_shown:
            seen.it.change(fold)
        await seen.say("I wonder", thinks=True)
        await seen.say("one\n\ntwo\n\nthree ")
        painted = painting_of(seen)
        await seen.say("four")
        assert set(painted) == {seen.row_of("three four")}
        painted.clear()
        await seen.say(" still", thinks=True)
        assert set(painted) == ({seen.row_of("I wonder still")} if are_shown else set())
        live = seen.it.live
        assert live is not None
        live.thought_s = 3.0
        painted.clear()
        await seen.say(".")
        assert set(painted) == {seen.row_of("thought 3.0 s"), seen.row_of("three four.")}


async def test_what_comes_lays_nothing_else_on_the_screen_out_anew() -> None:
    async with told([question("why?"), coming()], 40, 10, is_live=True) as seen:
        layouts: list[object] = []
        laid_out = cast("Signal[object]", vars(seen.it.screen)["screen_layout_refresh_signal"])
        laid_out.subscribe(seen.it, layouts.append)
        for at in range(30):
            await seen.say(f"line {at}\n\n")
            assert f"  line {at}" in seen.shown
        assert not layouts
        assert seen.it.vertical_scrollbar.window_virtual_size == seen.it.sheets.rows
        seen.it.screen.refresh(layout=True)
        await seen.seen.settle()
        assert layouts


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

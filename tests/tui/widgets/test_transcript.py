"""The conversation as its reader has it: it follows its end until somebody reads, and then moves nothing."""

from __future__ import annotations

import time

import pytest

from deepchat.tui.widgets.sheets import fold
from deepchat.tui.widgets.transcript import Transcript
from tests.tui.widgets.saying import answer, coming, numbered, question, told

PAGE = 20
LONG = "\n\n".join(f"paragraph {at} " + "goes on and on " * at for at in range(40))


async def test_it_opens_at_its_end_and_follows_what_comes() -> None:
    async with told([*numbered(20), coming()], is_live=True) as seen:
        assert seen.it.follows
        for at in range(30):
            await seen.say(f"line {at}\n\n")
            assert f"line {at}" in " ".join(seen.shown)


async def test_who_scrolls_away_stays_there_and_is_told_that_the_end_is_not_shown() -> None:
    async with told([*numbered(20), coming()], is_live=True) as seen:
        await seen.scroll(50)
        before = seen.shown
        await seen.say("something\n\n" * 50)
        assert seen.shown == before
        await seen.scroll(10_000)
        assert seen.it.follows
        assert [each.follows for each in seen.seen.heard(Transcript.Followed)][-2:] == [False, True]


async def test_the_end_is_one_key_away() -> None:
    async with told(numbered(20)) as seen:
        await seen.scroll(0)
        seen.it.to_end()
        assert "message 19 line 4" in " ".join(seen.shown)
        assert seen.it.follows


async def test_to_look_up_from_the_end_moves_nothing_that_is_read() -> None:
    entries = [answer("- a\n" * (at % 7) + "\n\nlong " + "word " * 40 + str(at), f"m{at}") for at in range(200)]
    async with told(entries) as seen:
        for _ in range(60):
            before = seen.shown
            await seen.scroll(int(seen.it.scroll_y) - 5)
            assert seen.shown[5:] == before[:-5]


async def test_what_changes_above_moves_nothing_that_is_read() -> None:
    entries = [answer(f"words {at}", f"m{at}", reasoning="thought\n\n" * 9) for at in range(30)]
    async with told(entries) as seen:
        await seen.scroll(45)
        first = seen.shown[0]
        seen.it.current = 2
        seen.it.change(fold)
        assert seen.shown[0] == first
        seen.it.fold_all()
        at = seen.row_of("words")
        seen.it.fold_all()
        assert "words" in seen.shown[min(at, 3)] or "words" in "".join(seen.shown[:4])


@pytest.mark.parametrize("is_live", [False, True])
async def test_at_another_width_the_same_is_read(is_live: bool) -> None:
    entries = [question("why?"), coming()] if is_live else [question("why?"), answer(LONG)]
    async with told(entries, 60, is_live=is_live) as seen:
        if is_live:
            await seen.say(LONG)
        await seen.scroll(120)
        word = next(word for word in " ".join(seen.shown).split() if word.isdecimal())
        for width in (30, 100, 45, 60):
            await seen.resize(width, PAGE)
            shown = " ".join(seen.shown)
            assert f"paragraph {word}" in shown or f"paragraph {int(word) + 1}" in shown
            if is_live:
                await seen.say("more ")
        assert not seen.it.follows


async def test_back_at_a_width_the_same_row_is_on_top() -> None:
    async with told([question("why?"), answer(LONG)], 60) as seen:
        for row in (119, 120, 121):
            await seen.scroll(row)
            before = seen.shown
            for width in (30, 100, 45, 60):
                await seen.resize(width, PAGE)
            assert seen.shown == before
            for width in (45, 60):
                await seen.resize(width, PAGE)
            assert seen.shown == before


async def test_who_follows_still_follows_at_another_size_while_it_streams() -> None:
    async with told([coming()], is_live=True) as seen:
        for width, height in ((60, 20), (20, 40), (100, 5), (8, 3)):
            await seen.resize(width, height)
            await seen.say("a line of words that end here\n\n")
            assert seen.it.follows
            assert int(seen.it.scroll_y) == max(0, seen.it.sheets.rows - seen.it.size.height)
            assert any("here" in line for line in seen.shown)


async def test_the_answer_that_streamed_stays_in_its_place_when_it_is_whole() -> None:
    async with told([question("why?", "q"), coming()], is_live=True) as seen:
        await seen.say(*LONG)
        before = seen.shown
        seen.it.put([question("why?", "q"), answer(LONG)])
        await seen.seen.settle()
        assert seen.shown == before


async def test_messages_are_reached_one_after_the_other_and_never_beyond_an_end() -> None:
    async with told(numbered(50)) as seen:
        seen.it.go_to(0)
        assert seen.it.scroll_y == 0
        seen.it.go_to(seen.it.index + 1)
        assert "message 1 line 0" in seen.shown[1]
        seen.it.go_to(-3)
        assert seen.it.index == 0
        seen.it.go_to(99)
        assert seen.it.index == 49
        assert "message 49 line 4" in " ".join(seen.shown)


async def test_the_message_that_keys_speak_of_is_marked_while_it_has_the_keys() -> None:
    async with told(numbered(3), height=40) as seen:
        assert not any("▌" in line for line in seen.shown)
        seen.it.focus()
        seen.it.go_to(1)
        await seen.seen.settle()
        marked = [line for line in seen.shown if line.startswith("▌")]
        assert "message 1 line 0" in " ".join(marked)
        assert "message 0" not in " ".join(marked)


async def test_words_are_found_one_place_after_the_other_and_stay_found_while_they_are_typed() -> None:
    texts = ["a lamp\n\na lantern", "nothing", "LAMPS and *la*mps"]
    async with told([answer(text) for text in texts], 30, 4) as seen:
        seen.it.go_to(0)
        for typed in ("l", "la", "lam"):
            assert seen.it.find(typed)
            assert "a lamp" in " ".join(seen.shown)
        assert seen.it.find("lam")
        assert "LAMPS" in " ".join(seen.shown)
        assert seen.it.sheets.rank("lam", seen.it.index) == (2, 2)
        assert seen.it.find("lam", backwards=True)
        assert seen.it.sheets.rank("lam", seen.it.index) == (1, 2)
        assert "a lamp" in " ".join(seen.shown)
        assert not seen.it.find("lighthouse")
        assert not seen.it.find("")


async def test_what_was_found_is_marked_until_nothing_is_looked_for() -> None:
    async with told([answer("a lamp")]) as seen:

        def marked() -> str:
            strips = [seen.it.render_line(row) for row in range(PAGE)]
            return "".join(part.text for strip in strips for part in strip if part.style and part.style.underline)

        seen.it.find("LAMP")
        assert marked() == "lamp"
        seen.it.find("")
        assert marked() == ""


async def test_thoughts_that_stream_while_they_are_unfolded_are_shown_as_they_are() -> None:
    async with told([coming()], is_live=True) as seen:
        seen.it.change(fold)
        await seen.say("I wonder", thinks=True)
        await seen.say(" whether this goes on", thinks=True)
        assert "  │ I wonder whether this goes on" in seen.shown
        await seen.say("It does.")
        await seen.say(" and once more", thinks=True)
        assert "  │ I wonder whether this goes on and once more" in seen.shown
        assert "  It does." in seen.shown


async def test_a_message_that_is_shown_as_it_came_stands_where_it_stood() -> None:
    async with told([answer("*one*", "a"), answer("**two**\u200b", "b"), *numbered(9)], 60, 12) as seen:
        await seen.scroll(0)

        def turn_raw() -> None:
            seen.it.current = 1
            sheet = seen.it.sheets[1]
            sheet.is_raw = not sheet.is_raw
            seen.it.change(lambda sheet: sheet.again())

        turn_raw()
        assert "  **two**⟨U+200B⟩" in seen.shown
        assert "  one" in seen.shown
        turn_raw()
        assert "  two" in seen.shown


async def test_another_branch_is_shown_whole() -> None:
    async with told([question("why?", "q"), answer("one", "a"), question("and?", "r")]) as seen:
        seen.it.current = 2
        seen.it.put([question("why?", "q"), answer("two", "b")])
        assert ["  two" in seen.shown, "  one" in seen.shown, seen.it.index] == [True, False, 1]


async def test_an_empty_conversation_shows_what_it_is_given_for_that() -> None:
    async with told([], 20, 6) as seen:
        seen.it.blank = ("Nothing was said yet.", "Ask!")
        assert seen.shown == ["  Nothing was said", "  yet.", "  Ask!", "", "", ""]
        assert not seen.it.find("lamp")
        seen.it.go_to(3)
        seen.it.fold_all()
        assert seen.it.live is None


async def cpu_to_open(number: int) -> float:
    entries = numbered(number)
    async with told([]) as seen:
        start = time.process_time()
        seen.it.put(entries)
        await seen.seen.pilot.pause()
        for place in (0, number // 2, number - 1):
            seen.it.go_to(place)
            await seen.seen.pilot.pause()
            assert f"message {place} line 0" in " ".join(seen.shown)
        return time.process_time() - start


async def test_ten_thousand_messages_open_nearly_as_fast_as_a_hundred() -> None:
    await cpu_to_open(100)
    assert await cpu_to_open(10_000) < 10 * await cpu_to_open(100) + 1.0  # all of them would take many seconds


async def test_an_answer_of_any_length_grows_at_the_same_cost() -> None:
    async with told([coming()], is_live=True) as seen:

        def cost() -> float:
            start = time.process_time()
            for at in range(300):
                seen.add(f"word {at}" + (" " if at % 20 else "\n\n"))
                assert f"word {at}" in " ".join(" ".join(seen.shown).split())
            return time.process_time() - start

        cost()
        seen.add("\n\n")
        short = cost()
        seen.add("\n\nA paragraph of some words." * 8000 + "\n\n")
        assert cost() < 3 * short + 0.1

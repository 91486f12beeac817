"""Search as one types: hits under their conversations, as words, and none for what is no longer asked."""

from __future__ import annotations

import pytest
from textual.widgets import Input, Static

from deepchat.tui.screens.search import MARKS, Found, Hit, Search
from tests.tui.stage import Seen, lines, opened
from tests.tui.summaries import HOUR, NOW

BEGIN, END = MARKS
HITS = [
    Hit("c1", "m1", "Rust", "assistant", f"a {BEGIN}lifetime{END} is the span", NOW - HOUR),
    Hit("c2", "m2", "", "user", f"my {BEGIN}lifetime{END}", NOW - 100 * HOUR),
    Hit("c1", "m3", "Rust", "user", f"what is a {BEGIN}lifetime{END}?", NOW - 2 * HOUR),
]


def screen_of() -> Search:
    return Search(now=lambda: NOW)


def rows(screen: Search) -> list[str]:
    return [line for line in lines(screen.query_one("TableList")) if line]


def told(screen: Search) -> str:
    return str(screen.query_one(".foot", Static).render())


async def asked(seen: Seen, words: str) -> None:
    await seen.press(*words)
    await seen.until(lambda: any(each.words == words for each in seen.heard(Search.Asked)))


async def test_it_asks_while_the_user_types_but_not_for_every_letter() -> None:
    async with opened(screen_of()) as seen:
        await seen.press("l")
        assert [each.words for each in seen.heard(Search.Asked)] == ["l"]
        seen.pilot.app.screen.query_one(Input).insert_text_at_cursor("i")
        seen.pilot.app.screen.query_one(Input).insert_text_at_cursor("f")
        await seen.until(lambda: len(seen.heard(Search.Asked)) == 2)
        assert [each.words for each in seen.heard(Search.Asked)] == ["l", "lif"]


async def test_hits_stand_under_their_conversations_best_first() -> None:
    screen = screen_of()
    async with opened(screen) as seen:
        await asked(seen, "lifetime")
        screen.put_hits("lifetime", HITS)
        await seen.pilot.pause()
        assert [line.split() for line in rows(screen)] == [
            ["Rust"],
            ["answer", "a", "lifetime", "is", "the", "span", "14:00"],
            ["you", "what", "is", "a", "lifetime?", "13:00"],
            ["untitled"],
            ["you", "my", "lifetime", "Tue", "11:00"],
        ]
        assert told(screen).splitlines() == ["3 messages in 2 conversations", "a lifetime is the span"]


async def test_what_was_found_stands_out_and_its_marks_are_gone() -> None:
    screen = screen_of()
    async with opened(screen) as seen:
        await asked(seen, "lifetime")
        screen.put_hits("lifetime", HITS)
        await seen.pilot.pause()
        row = screen.query_one("TableList").render_line(2)
        assert [segment.text for segment in row if segment.style and segment.style.underline] == ["lifetime"]
        assert not set(MARKS) & set("".join(rows(screen)) + told(screen))


async def test_enter_before_anything_was_found_goes_to_the_first_that_is_found() -> None:
    screen = screen_of()
    async with opened(screen) as seen:
        await asked(seen, "life")
        screen.put_hits("life", HITS[1:])
        await seen.press(*"time", "enter")
        screen.put_hits("lifetime", HITS)
        assert await seen.answer() == Found("c1", "m1")


async def test_what_is_typed_after_enter_takes_it_back() -> None:
    screen = screen_of()
    async with opened(screen) as seen:
        await seen.press(*"life", "enter", *"time")
        screen.put_hits("lifetime", HITS)
        await seen.pilot.pause()
        assert seen.pilot.app.screen is screen


async def test_enter_goes_to_the_hit_under_the_cursor() -> None:
    screen = screen_of()
    async with opened(screen) as seen:
        await asked(seen, "lifetime")
        screen.put_hits("lifetime", HITS)
        await seen.press("down", "down", "enter")
        assert await seen.answer() == Found("c2", "m2")


async def test_an_answer_to_words_that_are_no_longer_there_is_passed_over() -> None:
    screen = screen_of()
    async with opened(screen) as seen:
        await asked(seen, "life")
        screen.put_hits("lif", HITS)
        await seen.press("enter")
        assert rows(screen) == []
        assert seen.given_back == []
        screen.put_hits("life", [])
        assert told(screen).strip() == "Nobody ever said that here."


async def test_without_words_there_are_no_hits_and_nothing_is_asked() -> None:
    screen = screen_of()
    async with opened(screen) as seen:
        await asked(seen, "l")
        screen.put_hits("l", HITS)
        number = len(seen.heard(Search.Asked))
        await seen.press("backspace")
        assert rows(screen) == []
        assert told(screen).strip() == ""
        assert len(seen.heard(Search.Asked)) == number
        await seen.press("escape")
        assert await seen.answer() is None


@pytest.mark.parametrize(
    "snippet", [BEGIN, END, END + "x" + BEGIN, f"{BEGIN}{BEGIN}a{END}{END}", "[/b]\x1b[31m\n\u202e"]
)
async def test_a_snippet_is_words_whatever_it_is_made_of(snippet: str) -> None:
    screen = screen_of()
    async with opened(screen) as seen:
        await asked(seen, "x")
        screen.put_hits("x", [Hit("c", "m", "[/t]", "tool\x1b", snippet, -1)])
        await seen.pilot.pause()
        said = "".join(rows(screen)) + told(screen)
        assert not set(said) & {*MARKS, "\x1b", "\u202e"}


@pytest.mark.parametrize(("width", "height"), [(120, 40), (80, 24), (60, 20), (20, 10)])
async def test_a_snippet_is_seen_at_every_size(width: int, height: int) -> None:
    screen = screen_of()
    async with opened(screen, width, height) as seen:
        await asked(seen, "lifetime")
        screen.put_hits("lifetime", HITS)
        await seen.pilot.pause()
        assert any("a lifetime" in line for line in rows(screen))

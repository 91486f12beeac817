"""Only a person says yes: no reply of the terminal, no key that was on its way, and nobody who has not seen what to."""

from __future__ import annotations

from asyncio import timeout

import pytest
from textual.containers import VerticalScroll
from textual.widgets import Static
from textual.widgets._toast import Toast

from deepchat.tui.screens.confirm import Confirm
from tests.tui.stage import PATIENCE_S, Stage, opened


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def pass_time(self) -> None:
        self.now += 0.5


def asking(clock: Clock) -> Confirm:
    return Confirm(
        "Delete [/b]\x1b?", "It goes to the trash.\n[@click=app.quit]x[/]", yes="Delete", no="Keep", clock=clock
    )


async def test_the_letter_says_yes_once_it_was_quiet_for_a_while() -> None:
    clock = Clock()
    async with opened(asking(clock)) as seen:
        clock.pass_time()
        await seen.press("y")
        assert await seen.answer() is True


@pytest.mark.parametrize("keys", [["y"], ["tab", "enter"], ["right", "enter"], ["y", "y", "y"]])
async def test_keys_that_were_on_their_way_when_it_opened_say_nothing(keys: list[str]) -> None:
    async with opened(asking(Clock())) as seen:
        await seen.press(*keys)
        assert seen.given_back == []


@pytest.mark.parametrize("reply", ["[?2026;2$y", "]11;rgb:1414/1818/1f1fy", "P1$r0my"])
async def test_a_reply_of_the_terminal_says_nothing_however_late_it_comes(reply: str) -> None:
    clock = Clock()
    async with opened(asking(clock)) as seen:
        clock.pass_time()
        await seen.press(*reply)
        assert seen.given_back == []
        clock.pass_time()
        await seen.press("y")
        assert await seen.answer() is True


async def test_enter_gives_the_safe_answer_unless_the_other_one_was_gone_to() -> None:
    clock = Clock()
    async with opened(asking(clock)) as seen:
        clock.pass_time()
        await seen.press("enter")
        assert await seen.answer() is False


async def test_enter_says_yes_where_the_user_went_to_it() -> None:
    clock = Clock()
    async with opened(asking(clock)) as seen:
        clock.pass_time()
        await seen.press("tab", "enter")
        assert seen.given_back == []
        clock.pass_time()
        await seen.press("enter")
        assert await seen.answer() is True


@pytest.mark.parametrize("key", ["escape", "n"])
async def test_no_needs_no_waiting(key: str) -> None:
    async with opened(asking(Clock())) as seen:
        await seen.press(key)
        assert await seen.answer() is False


async def test_a_click_says_yes_only_once_it_was_quiet() -> None:
    clock = Clock()
    async with opened(asking(clock)) as seen:
        await seen.pilot.click("#yes")
        assert seen.given_back == []
        clock.pass_time()
        await seen.pilot.click("#yes")
        assert await seen.answer() is True


async def test_the_question_is_words() -> None:
    screen = asking(Clock())
    async with opened(screen):
        assert str(screen.query_one(".question", Static).render()) == "Delete [/b]␛?"
        assert "[@click=app.quit]x[/]" in str(screen.query_one(".what-happens > Static", Static).render())


@pytest.mark.parametrize(("width", "height"), [(120, 40), (60, 20), (20, 10)])
async def test_both_answers_are_seen_at_every_size(width: int, height: int) -> None:
    screen = asking(Clock())
    async with opened(screen, width, height) as seen:
        await seen.press("tab")
        for answer in ("#yes", "#no"):
            assert screen.region.contains_region(screen.query_one(answer).region)


async def test_what_is_long_is_read_from_its_beginning_and_page_by_page() -> None:
    screen = Confirm("May it run?", "\n".join(f"line {number}" for number in range(200)), clock=Clock())
    async with opened(screen) as seen:
        box = screen.query_one(".what-happens", VerticalScroll)
        await seen.until(lambda: box.max_scroll_y > 0 and box.scroll_y == 0)
        await seen.press("pagedown")
        assert box.scroll_y > 0
        for part in (".question", "#yes", "#no"):
            assert screen.region.contains_region(screen.query_one(part).region)
        await seen.press("pageup")
        assert box.scroll_y == 0


async def test_no_notice_lies_on_the_question() -> None:
    screen = asking(Clock())
    async with Stage().run_test(size=(60, 20), notifications=True) as pilot:
        await pilot.app.push_screen(screen)
        screen.notify("Something else is done.", markup=False)
        async with timeout(PATIENCE_S):
            while not screen.query(Toast):
                await pilot.pause()
        assert not screen.query_one(Toast).display


@pytest.mark.parametrize(("key", "further"), [("y", False), ("a", True)])
async def test_a_yes_may_go_further_when_that_is_offered(key: str, further: bool) -> None:
    clock = Clock()
    screen = Confirm("May it run?", "x", also="Always", clock=clock)
    async with opened(screen) as seen:
        clock.pass_time()
        await seen.press(key)
        assert await seen.answer() is True
        assert screen.goes_further is further


async def test_the_letter_of_a_yes_that_is_not_offered_says_nothing() -> None:
    clock = Clock()
    async with opened(asking(clock)) as seen:
        clock.pass_time()
        await seen.press("a")
        assert seen.given_back == []


ARGUMENTS = '{"path": "notes/today.md", "text": "' + "word " * 60 + '"}'


def allowing(clock: Clock, arguments: str) -> Confirm:
    about = "So the model calls it in «Talk».\n\n" + "It is described at length. " * 40
    return Confirm("May write_file run?", about, exactly=arguments, yes="Once", also="Always", clock=clock)


def shown(screen: Confirm) -> str:
    strips = screen._compositor.render_strips()  # pyright: ignore[reportPrivateUsage]  # there is no public way
    return "\n".join("".join(segment.text for segment in strip).strip() for strip in strips)


@pytest.mark.parametrize(("width", "height"), [(120, 34), (60, 20), (20, 10)])
async def test_what_is_agreed_to_is_seen_when_it_opens_at_every_size(width: int, height: int) -> None:
    clock = Clock()
    screen = allowing(clock, '{"path": "a.md"}')
    async with opened(screen, width, height) as seen:
        for words in ("write_file", '"a.md"', "No (esc)", "Once (y)", "(a)"):
            assert words in shown(screen)
        assert "reads on" not in shown(screen)
        clock.pass_time()
        await seen.press("y")
        assert await seen.answer() is True


@pytest.mark.parametrize("key", ["y", "a"])
async def test_a_yes_before_the_end_of_what_is_agreed_to_was_seen_reads_on_instead(key: str) -> None:
    clock = Clock()
    screen = allowing(clock, ARGUMENTS)
    async with opened(screen, 20, 10) as seen:
        await seen.until(lambda: "reads on" in shown(screen))
        pages = 0
        while not seen.given_back:
            assert pages < 20
            clock.pass_time()
            await seen.press(key)
            pages += 1
        assert await seen.answer() is True
        assert pages > 3


async def test_what_was_read_by_paging_may_be_agreed_to() -> None:
    clock = Clock()
    screen = allowing(clock, ARGUMENTS)
    async with opened(screen, 20, 10) as seen:
        box = screen.query_one(".what-happens", VerticalScroll)
        for _ in range(40):
            await seen.press("pagedown")
        await seen.until(lambda: box.scroll_y == box.max_scroll_y and "reads on" not in shown(screen))
        clock.pass_time()
        await seen.press("y")
        assert await seen.answer() is True


@pytest.mark.parametrize("size", [(120, 34), (100, 10), (60, 20), (60, 7), (40, 18), (20, 18), (20, 10)])
@pytest.mark.parametrize("key", ["pagedown", "y"])
async def test_the_end_of_what_is_agreed_to_was_in_sight_before_a_yes_counts(key: str, size: tuple[int, int]) -> None:
    clock = Clock()
    screen = allowing(clock, f'{{"text": "{"water " * 170}", "then": "THEEND"}}')
    async with opened(screen, *size) as seen:
        await seen.until(lambda: "reads on" in shown(screen))
        was_in_sight = False
        for _ in range(200):
            clock.pass_time()
            was_in_sight = was_in_sight or "THEEND" in shown(screen)
            await seen.press(key)
            if seen.given_back or (key == "pagedown" and "reads on" not in shown(screen)):
                break
        assert was_in_sight or "THEEND" in shown(screen)
        if not seen.given_back:
            clock.pass_time()
            await seen.press("y")
        assert await seen.answer() is True

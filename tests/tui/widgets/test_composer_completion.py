"""Completing commands and files."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from deepchat.tui.widgets.completion import MOST_ROWS, Choices
from deepchat.tui.widgets.composer import Composer
from deepchat.tui.widgets.offers import Offer, word_before
from tests.tui.widgets.composing import Play, composing

COMMANDS = [Offer(f"/{name} ", f"/{name}", f"about [/{name}]") for name in ("model", "more", "new", "help")]
FILES = [Offer(f"@src/{name} ", name) for name in ("main.py", "model.py")]


def offers(word: str) -> Sequence[Offer]:
    return [offer for offer in [*COMMANDS, *FILES] if offer.word.startswith(word)]


def is_open(play: Play) -> bool:
    return any(choices.display for choices in play.stage.query(Choices))


@pytest.mark.parametrize(
    ("line", "first", "word"),
    [
        ("/mo", True, "/mo"),
        ("/model ll", True, "/model ll"),
        ("/mo", False, ""),
        ("see /mo", True, ""),
        ("see @src/", True, "@src/"),
        ("@", False, "@"),
        ("me@home", True, ""),
        ("@src/ and", True, ""),
        ("", True, ""),
    ],
)
def test_a_command_begins_the_text_and_a_file_begins_a_word(line: str, first: bool, word: str) -> None:
    assert word_before(line, first=first) == word


async def test_what_fits_the_word_is_listed_and_tab_puts_it_in() -> None:
    async with composing() as play:
        play.composer.offers = offers
        await play.type("/m")
        assert "/model  about [/model]" in play.screen_text()
        assert "/more   about [/more]" in play.screen_text()
        await play.type("o\tx")
        assert play.composer.text == "/model x"
        assert not is_open(play)


async def test_enter_takes_the_chosen_one_and_the_next_enter_sends() -> None:
    async with composing() as play:
        play.composer.offers = offers
        await play.type("see @")
        await play.press("down", "down", "up", "enter")
        assert play.composer.text == "see @src/model.py "
        assert not play.all_heard(Composer.Sent)
        await play.press("enter")
        assert [sent.text for sent in play.all_heard(Composer.Sent)] == ["see @src/model.py "]


async def test_a_command_that_is_typed_out_is_sent_by_one_enter() -> None:
    async with composing() as play:
        play.composer.offers = lambda word: [Offer("/new ", "/new"), Offer("/newer ", "/newer")]
        await play.type("/new\r")
        assert [sent.text for sent in play.all_heard(Composer.Sent)] == ["/new"]
        play.composer.offers = offers
        await play.type("/help")
        assert not is_open(play), "there is nothing left to complete"


async def test_escape_closes_the_list_until_another_word_begins() -> None:
    async with composing() as play:
        play.composer.offers = offers
        await play.press("/", "escape")
        assert not is_open(play)
        assert not play.all_heard(Composer.StopWanted)
        await play.press("m")
        assert not is_open(play)
        await play.press("backspace", "backspace", "/")
        assert is_open(play)


async def test_a_recalled_command_opens_no_list() -> None:
    async with composing() as play:
        play.composer.offers = offers
        play.composer.history = ["earlier", "/m"]
        await play.press("up", "up")
        assert play.composer.text == "earlier"


async def test_an_offer_is_taken_by_click() -> None:
    async with composing() as play:
        play.composer.offers = offers
        await play.press("/", "m")
        await play.pilot.click(Choices, offset=(5, 1))
        await play.type("x")
        assert play.composer.text == "/more x"


@pytest.mark.parametrize("columns", [120, 60, 20])
async def test_the_list_is_bounded_and_the_chosen_one_stays_in_sight(columns: int) -> None:
    async with composing(columns, 10) as play:
        play.composer.offers = lambda word: [Offer(f"/{n}", f"/command-{n}", "help " * 30) for n in range(30)]
        await play.press("/")
        rows = [row for row in play.screen_text().splitlines() if "/command-" in row]
        assert len(rows) == MOST_ROWS
        assert all(row.endswith("…") and len(row) <= columns for row in rows)
        assert rows[0].strip().startswith("/command-0")
        await play.press("up", "up")
        assert "/command-28" in play.screen_text(), "before the first one comes the last"
        await play.press("down", "down", "down")
        assert "/command-1 " in play.screen_text()


async def test_the_list_closes_when_the_composer_is_left() -> None:
    async with composing() as play:
        play.composer.offers = offers
        await play.press("/")
        assert is_open(play)
        play.stage.set_focus(None)
        await play.pilot.pause()
        assert not is_open(play)

"""The picker: favourites first, sorted and filtered; it tells no price that is not known, and picks what is meant."""

from __future__ import annotations

from typing import cast

import pytest
from textual.widgets import Input, Static

from deepchat.catalog.model import Model, Prices
from deepchat.tui.screens.models import Candidate, Picked, Picker
from deepchat.tui.widgets.table_list import TableList
from tests.tui.stage import lines, opened


def candidate(
    name: str,
    *,
    provider: str = "deepinfra",
    price: int | None = 380_000_000,
    next_turn: int | None = 412_000,
    favourite: bool = False,
    recent: bool = False,
    note: str = "",
    retired: str = "",
) -> Candidate:
    prices = Prices(price, None if price is None else price * 2)
    model = Model(name, provider, 131_072, prices=prices, flags=frozenset({"tools", "json"}), replaced_by=retired)
    return Candidate(model, provider, next_turn, favourite, recent, note)


THEM = [
    candidate("meta-llama/Llama-3.3-70B", price=230_000_000),
    candidate("deepseek-ai/DeepSeek-V3", recent=True),
    candidate("Qwen/Qwen3-32B", price=None, next_turn=None),
    candidate("deepseek-ai/DeepSeek-R1", favourite=True, price=1_500_000_000),
    candidate("deepseek-ai/DeepSeek-V3", provider="lava"),
]


def rows(screen: Picker) -> TableList[Candidate]:
    return cast("TableList[Candidate]", screen.query_one("TableList"))


def names(screen: Picker) -> list[str]:
    return [line.split()[0] for line in lines(rows(screen)) if "/" in line]


def picker(current: str = "") -> Picker:
    return Picker(THEM, current, "prices from 2026-11-19")


async def test_favourites_and_recent_ones_come_first_under_their_headings() -> None:
    screen = picker("deepseek-ai/DeepSeek-V3")
    async with opened(screen):
        seen = [line for line in lines(rows(screen)) if line]
        assert [line for line in seen if " " not in line.strip() or line.startswith("All")] == [
            "Favourites",
            "Recent",
            "All models",
        ]
        assert seen[0].split() == ["model", "provider", "context", "$", "in", "$", "out", "$", "next", "turn", "can"]
        assert seen[2].split() == [
            "★",
            "deepseek-ai/DeepSeek-R1",
            "deepinfra",
            "131,072",
            "1.50",
            "3.00",
            "0.000412",
            "t",
            "j",
        ]
        assert seen[4].split()[:2] == ["●", "deepseek-ai/DeepSeek-V3"]


async def test_a_price_that_is_not_known_is_no_price() -> None:
    screen = picker()
    async with opened(screen):
        row = next(line for line in lines(rows(screen)) if "Qwen" in line)
        assert row.split()[2:6] == ["131,072", "?", "?", "?"]


async def test_enter_picks_the_model_under_the_cursor_with_its_provider() -> None:
    async with opened(picker()) as seen:
        await seen.press(*"v3 lava", "enter")
        assert await seen.answer() == Picked("lava", "deepseek-ai/DeepSeek-V3")


async def test_the_cursor_begins_at_the_current_model_of_its_provider() -> None:
    screen = Picker(THEM, "deepseek-ai/DeepSeek-V3", "", current_provider="lava")
    async with opened(screen) as seen:
        assert sum("●" in line for line in lines(rows(screen))) == 1
        await seen.press("enter")
        assert await seen.answer() == Picked("lava", "deepseek-ai/DeepSeek-V3")


async def test_esc_leaves_the_model_as_it_is() -> None:
    async with opened(picker()) as seen:
        await seen.press("l", "escape")
        assert await seen.answer() is None


@pytest.mark.parametrize("words", ["deploy_id:AbC123", "my/model:V2"])
async def test_words_that_name_a_version_or_a_deployment_are_picked_exactly(words: str) -> None:
    async with opened(picker()) as seen:
        await seen.press(*words, "enter")
        assert await seen.answer() == Picked("", words)


async def test_a_slip_of_the_finger_picks_nothing_until_its_line_is_gone_to() -> None:
    async with opened(picker()) as seen:
        await seen.press(*"lamma", "enter")
        assert seen.given_back == []
        await seen.press("down", "enter")
        assert await seen.answer() == Picked("", "lamma")


@pytest.mark.parametrize(
    ("keys", "first"), [(["alt+4"], "meta-llama"), (["alt+4", "alt+4"], "deepseek-ai/DeepSeek-R1")]
)
async def test_rows_sort_by_a_column_with_unknown_prices_last(keys: list[str], first: str) -> None:
    screen = picker()
    async with opened(screen) as seen:
        await seen.press(*keys)
        found = [line for line in lines(rows(screen)) if "/" in line]
        assert first in found[0]
        assert "Qwen" in found[-1]


async def test_one_key_goes_through_all_ways_to_sort_and_back() -> None:
    screen = picker()
    async with opened(screen) as seen:
        before = lines(rows(screen))
        for _ in range(6):
            await seen.press("f6")
            assert lines(rows(screen)) != before
        await seen.press("f6")
        assert lines(rows(screen)) == before


async def test_a_favourite_is_asked_for_while_typing() -> None:
    screen = picker()
    async with opened(screen) as seen:
        await seen.press(*"qwen", "ctrl+d")
        (asked,) = seen.heard(Picker.FavouriteToggled)
        assert (asked.provider, asked.model) == ("deepinfra", "Qwen/Qwen3-32B")
        assert screen.query_one(Input).value == "qwen"


async def test_prices_are_asked_for_when_it_opens_and_by_a_key() -> None:
    async with opened(picker()) as seen:
        await seen.press("f5")
        assert [each.by_hand for each in seen.heard(Picker.RefreshWanted)] == [False, True]
        assert seen.heard(Picker.RefreshWanted)[-1].provider == "deepinfra"


async def test_new_prices_leave_the_cursor_and_the_words_where_they_are() -> None:
    screen = picker()
    async with opened(screen) as seen:
        await seen.press(*"deepseek", "down")
        one = rows(screen).current
        assert one is not None
        screen.put_candidates([candidate("deepseek-ai/AAA", recent=True), *reversed(THEM)], "just now")
        await seen.pilot.pause()
        assert rows(screen).current == one
        assert rows(screen).rows.number_shown == 4
        assert "4 of 6 models · just now" in told(screen)


def told(screen: Picker) -> str:
    return str(screen.query_one(".foot", Static).render())


async def test_a_note_a_retirement_and_where_prices_come_from_are_told() -> None:
    them = [candidate("a/long", note="12 of 40 messages would be left out"), candidate("b/old", retired="b/new")]
    screen = Picker(them, "", "")
    async with opened(screen) as seen:
        assert "12 of 40 messages would be left out" in told(screen)
        assert any(line.strip().startswith("! a/long") for line in lines(rows(screen)))
        await seen.press("down")
        assert "retired: b/new answers instead" in told(screen)
        assert any("retired  b/old" in line for line in lines(rows(screen)))


async def test_names_from_outside_are_words() -> None:
    screen = Picker([candidate("[/x]\x1b[2J[@click=app.quit]y[/]", note="[/z]\x07")], "", "[/age]\x1b")
    async with opened(screen) as seen:
        await seen.press(*"[/x]")
        assert any("[/x]␛[2J[@click" in line for line in lines(rows(screen)))
        assert "[/z]␇" in told(screen)
        assert "[/age]␛" in told(screen)


@pytest.mark.parametrize(("width", "height"), [(120, 40), (80, 24), (60, 20), (20, 10)])
async def test_a_name_and_the_filter_are_seen_at_every_size(width: int, height: int) -> None:
    screen = picker()
    async with opened(screen, width, height) as seen:
        await seen.press("d")
        table = rows(screen)
        assert any("deepseek" in line for line in lines(table))
        assert screen.region.contains_region(table.region)
        assert all(table.render_line(y).cell_length <= table.size.width for y in range(table.size.height))
        assert seen.pilot.app.focused is screen.query_one(Input)

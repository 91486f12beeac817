"""What was spent by day and by model, as a chart and a table whose costs are whole at every size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import cast

import pytest
from textual.widgets import Static

from deepchat.conversation.usage import UNKNOWN_COST, Cost
from deepchat.session.accounts import Used
from deepchat.store.ledger import Spent, UsageRow
from deepchat.tui.screens.usage import Usage
from deepchat.tui.widgets.bar_chart import BarChart
from deepchat.tui.widgets.table_list import TableList
from tests.tui.stage import lines, opened

TODAY = date(2026, 11, 21)


def row(key: str, cost: Cost = UNKNOWN_COST, legs: int = 3) -> UsageRow:
    return UsageRow(key, "", Spent(legs, 0 if cost.nano else legs, cost), 12_480, 8_192, 4_410, 1_200)


def day(days_ago: int, cost: Cost) -> UsageRow:
    return row((TODAY - timedelta(days_ago)).isoformat(), cost)


def used(rows: Sequence[UsageRow]) -> Used:
    return Used(rows, row("", Cost(4_000_000, "live", estimated=True)) if rows else row("", legs=0))


DAYS = used(
    [
        day(0, Cost(1_000_000, "live")),
        day(1, Cost(2_000_000, "estimate", estimated=True)),
        day(3, UNKNOWN_COST),
        day(80, Cost(1_000_000, "live")),
    ]
)
MODELS = used(
    [
        row("own/model[/b]"),
        row("deepseek-ai/DeepSeek-V3", Cost(1_000_000, "live")),
        row("meta-llama/Llama-3.3-70B", Cost(3_000_000, "live", estimated=True)),
    ]
)


def usage(by_day: Used = DAYS, by_model: Used = MODELS) -> Usage:
    return Usage(by_day, by_model, TODAY)


def table(screen: Usage, name: str) -> TableList[UsageRow]:
    return cast("TableList[UsageRow]", screen.query_one(f"#{name}"))


def chart(screen: Usage) -> list[str]:
    return lines(screen.query_one(BarChart))


async def test_tokens_that_are_an_estimate_are_told_so() -> None:
    guessed = replace(row("2026-11-21", Cost(1_000_000, "live", estimated=True)), tokens_estimated=True)
    screen = usage(Used([guessed], guessed))
    async with opened(screen):
        told = str(lines(table(screen, "days")))
        assert "~12,480" in told
        assert "~4,410" in told
        assert any("~12,480 tokens in, ~4,410 out" in str(one.render()) for one in screen.query(Static))


async def test_that_there_were_no_tokens_is_no_estimate() -> None:
    none = replace(row("2026-11-21"), tokens_estimated=True, prompt_tokens=0, completion_tokens=0)
    screen = usage(Used([none], none))
    async with opened(screen):
        assert any(" · 0 tokens in, 0 out" in str(one.render()) for one in screen.query(Static))
        assert "~0" not in str(lines(table(screen, "days")))


async def test_days_have_their_names_and_costs_newest_first() -> None:
    screen = usage()
    async with opened(screen):
        head, *days = (line.split() for line in lines(table(screen, "days")) if line)
        assert head == ["cost", "day", "in", "cached", "out", "thinking", "requests"]
        assert days[0] == ["$0.001", "today", "12,480", "8,192", "4,410", "1,200", "3"]
        assert days[1][:2] == ["~$0.002", "yesterday"]
        assert days[2][:4] == ["?", "Wed", "18", "Nov"]


async def test_the_chart_has_thirty_days_the_dearest_of_them_the_highest() -> None:
    screen = usage()
    async with opened(screen):
        caption, top, *bars, days = chart(screen)
        assert caption == "the last 30 days, at most ~$0.002 a day"
        assert days.split()[-1] == "today"
        assert top.split() == ["~"]
        assert bars[0].split() == ["██"]
        assert bars[-1].split()[-3:] == ["·", "██", "██"]
        assert bars[-1].count("·") == 27
        assert bars[-1].count("?") == 1


async def test_what_a_day_costs_at_most_is_exact_where_all_days_are() -> None:
    exact = row("2026-11-21", Cost(1_000_000, "live"))
    screen = usage(Used([exact], exact))
    async with opened(screen):
        assert chart(screen)[0] == "the last 30 days, at most $0.001 a day"


async def test_tab_shows_the_models_the_dearest_first_with_their_share_and_back() -> None:
    screen = usage()
    async with opened(screen) as seen:
        await seen.press("tab")
        models = [line.split() for line in lines(table(screen, "models")) if line][1:]
        assert [model[1] for model in models] == [
            "meta-llama/Llama-3.3-70B",
            "deepseek-ai/DeepSeek-V3",
            "own/model[/b]",
        ]
        assert [model[0] for model in models] == ["~$0.003", "$0.001", "?"]
        assert models[0][2:4] == ["███████▌", "75%"]
        assert models[2][2] == "?"
        assert not screen.query_one(BarChart).display
        await seen.press("tab")
        assert screen.query_one(BarChart).display
        assert screen.focused is table(screen, "days")


async def test_the_bar_of_the_day_under_the_cursor_stands_out() -> None:
    screen = usage()
    async with opened(screen) as seen:
        assert screen.query_one(BarChart).chosen == 29
        await seen.press("down", "down")
        assert screen.query_one(BarChart).chosen == 26
        await seen.press("down")
        assert screen.query_one(BarChart).chosen is None


async def test_all_that_was_spent_stands_on_top() -> None:
    screen = usage()
    async with opened(screen):
        told = str(screen.query_one(".total", Static).render())
        assert told.startswith(f"~$0.004 in 3 requests since {DAYS.rows[-1].key}")


async def test_an_unknown_price_is_no_price() -> None:
    rows = [day(0, UNKNOWN_COST)]
    screen = usage(Used(rows, row("")), Used([row("own/model")], row("")))
    async with opened(screen) as seen:
        assert str(screen.query_one(".total", Static).render()).startswith("? in 3 requests (3 at an unknown price)")
        assert chart(screen)[-2].endswith("?")
        await seen.press("tab")
        assert "$" not in "".join(lines(table(screen, "models")))


async def test_esc_leaves_it() -> None:
    async with opened(usage()) as seen:
        await seen.press("escape")
        assert await seen.answer() is None


async def test_who_asked_nothing_yet_is_told_so() -> None:
    screen = usage(used([]), used([]))
    async with opened(screen):
        assert str(screen.query_one(".total", Static).render()) == "nothing spent yet"
        assert "Nothing was asked yet." in "".join(lines(table(screen, "days")))
        assert not screen.query_one(BarChart).display


@pytest.mark.parametrize(("width", "height"), [(120, 40), (60, 20), (40, 12), (20, 10)])
async def test_costs_are_whole_at_every_size(width: int, height: int) -> None:
    screen = usage()
    async with opened(screen, width, height):
        days = [line for line in lines(table(screen, "days")) if line]
        assert days[1].split()[0] == "$0.001"
        assert len(chart(screen)[-1]) <= width

"""The figures at the side: each under its name, estimates and unknowns marked, and no row wider than the bar."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deepchat.conversation.legs import Answer, Leg
from deepchat.conversation.message import assistant
from deepchat.conversation.tree import Node, State
from deepchat.conversation.usage import UNKNOWN_COST, Cost, Total, Usage
from deepchat.tui.entries import Entries, Entry
from deepchat.tui.pace import Figures
from deepchat.tui.page import Page
from deepchat.tui.widgets.meters import Meters, Spent, sparkline
from deepchat.workspace.outlook import Outlook
from tests.tui.stage import lines, on_stage
from tests.tui.widgets.saying import answer

COST = Cost(1_070_000, "provider")
FIGURES = Figures(1204, False, 62.4, (10, 40, 80), 0.42, 12, 3, 8, COST)
PAGE = Page(
    "one",
    entries=Entries.of([answer("yes")]),
    total=Total(Cost(6_100_000, "provider", estimated=True), 1),
    usage=Usage(12_480, 4_410, 8_192, 700),
    by_model=(
        ("deepseek-ai/DeepSeek-V3", Total(COST)),
        ("meta-llama/Meta-Llama-3.1-405B-Instruct-Turbo", Total(UNKNOWN_COST, 1)),
    ),
    outlook=Outlook(27_900, False, 163_840),
)


async def told(width: int = 24, height: int = 40, **given: object) -> list[str]:
    meters = Meters()
    async with on_stage(meters, width, height):
        for name, value in given.items():
            setattr(meters, name, value)
        return lines(meters)


async def test_each_figure_has_its_name_and_stands_at_the_right() -> None:
    shown = await told(figures=FIGURES, page=PAGE)
    rows = {line.split("  ")[0].strip(): line.split()[-1] for line in shown if "  " in line.strip()}
    assert rows["tokens"] == "1,204"
    assert (rows["tok/s"], rows["cached"], rows["out"], rows["thinking"]) == ("62", "8,192", "4,410", "700")
    assert "first token      0.4 s" in shown
    assert "legs            3 of 8" in shown
    assert {len(line) for line in shown if line.strip().startswith(("tok", "in ", "out", "cost"))} == {22}


async def test_what_is_estimated_says_so_and_what_is_unknown_is_no_zero() -> None:
    shown = await told(figures=Figures(10, legs=1), page=PAGE)
    assert "tokens             ~10" in shown
    assert "cost                 ?" in shown
    assert "cost      ~$0.0061 + ?" in shown
    assert any(line.startswith("Meta-Llama-3.1-405B") and line.endswith("… ?") for line in shown)


async def test_nothing_is_told_of_what_there_is_nothing_to_tell_of() -> None:
    assert not any(await told(page=Page("one")))


async def test_the_window_is_a_gauge_and_a_number() -> None:
    shown = await told(page=PAGE)
    assert any(line.strip().startswith("███░") and line.endswith(" 17%") for line in shown)
    assert "27,900 of 163,840" in shown
    guessed = await told(page=replace(PAGE, outlook=Outlook(27_900, True, 163_840)))
    assert any(line.endswith(" ~17%") for line in guessed)
    assert "~27,900 of 163,840" in guessed
    unknown = await told(page=Page("one", entries=Entries.of([answer("yes")]), outlook=Outlook(12)))
    assert "tokens        ~12 of ?" in unknown


async def test_what_streams_is_counted_with_the_conversation_until_it_is_in_its_sums() -> None:
    streams = Entry(Node("streams", "one", assistant(""), 0, "streaming"))
    figures = Figures(500, True, cost=COST, legs=1, usage=Usage(28_000, 500), model="y", reached_tokens=28_500)
    shown = await told(figures=figures, page=replace(PAGE, entries=Entries.of([answer("yes"), streams])))
    assert "in             ~40,480" in shown
    assert "out             ~4,910" in shown
    assert "cost     ~$0.00717 + ?" in shown
    assert any(line.startswith("y ") and line.endswith("$0.00107") for line in shown)
    assert "~28,500 of 163,840" in shown
    assert "in              12,480" in await told(figures=figures, page=PAGE)


@pytest.mark.parametrize(("spent", "bar"), [(0, "░"), (1_000_000_000, "█░"), (2_000_000_000, "█"), (9**12, "█")])
async def test_a_budget_is_full_when_it_is_spent_and_never_fuller(spent: int, bar: str) -> None:
    shown = await told(spent=[Spent("today", Total(Cost(spent, "provider")), 2_000_000_000)])
    gauge = next(line for line in shown if "of $2.00" in line)
    assert "".join(dict.fromkeys(gauge.split()[0])) == bar


async def test_no_row_is_wider_than_the_bar() -> None:
    huge = Cost(123_456_789_012_345_678, "provider", estimated=True)
    page = Page(
        "one",
        entries=Entries.of([answer("yes")]),
        total=Total(huge, 1),
        usage=Usage(10**12, 10**12, 10**12, 10**12),
        by_model=(("x/" + "日本" * 40, Total(huge)), ("y", Total(huge))),
        outlook=Outlook(10**12, True, 10**13),
    )
    for width in (24, 16, 8, 4):
        figures = Figures(10**9, True, 1e9, (1.0,) * 60, 1e6, 1e6, 99, 99, huge)
        meters = Meters()
        async with on_stage(meters, width, 60) as seen:
            meters.styles.width = width
            meters.figures, meters.page, meters.spent = figures, page, [Spent("this month", Total(huge), 10**18)]
            await seen.settle()
            rows = meters.render().split("\n")
            assert max(row.cell_length for row in rows) <= max(1, width - 2)


def test_a_sparkline_shows_the_newest_and_the_highest_is_a_whole_row() -> None:
    assert sparkline((9, 0, 40, 80), 3) == "▁▅█"
    assert sparkline((0, 0), 5) == "▁▁"
    assert sparkline((), 5) == ""


async def test_what_was_spent_this_month_is_told_in_fewer_words_before_it_is_cut() -> None:
    some, more = Total(Cost(30_000, "provider", estimated=True)), Total(Cost(31_600, "provider", estimated=True), 1)
    assert "this month  ~$0.000032" in await told(spent=[Spent("this month", replace(more, unknown=0))])
    shown = await told(spent=[Spent("today", some), Spent("this month", more, 10**9)])
    assert "month   ~$0.000032 + ?" in shown
    assert "today        ~$0.00003" in shown
    assert not any("…" in line for line in shown)


def leg(name: str, tokens: int, *, is_counted: bool = True) -> Leg:
    state = "whole" if is_counted else "stopped"
    cost = Cost(tokens * 1_000_000, "provider", estimated=not is_counted)
    return Leg(name, "lab", "lab/m", 0, state, usage=Usage(10, tokens), cost=cost, first_token_s=0.5, seconds=2.5)


def answered(name: str, *legs: Leg, state: State = "whole") -> Entry:
    return Entry(Node(name, "one", assistant("yes"), 0, state, Answer("lab", "lab/m", first_token_s=0.5, legs=legs)))


def rows_of(shown: list[str]) -> dict[str, str]:
    """What is told of this answer."""
    own = shown[shown.index("this answer") + 1 : shown.index("conversation")]
    return {name: value for name, _, value in (line.strip().partition("  ") for line in own) if value}


async def test_an_answer_is_told_with_all_its_requests_while_it_is_gone_on_with_and_afterwards() -> None:
    now = Figures(30, True, 9.0, (3.0, 9.0), 0.4, 3.0, 1, 8, Cost(30_000_000, "provider", estimated=True))
    goes_on = replace(PAGE, entries=Entries.of([answered("a", leg("1", 20), state="streaming")]))
    rows = rows_of(await told(figures=now, page=goes_on))
    assert {name: value.strip() for name, value in rows.items()} == {
        "tokens": "~50",
        "tok/s": "9",
        "first token": "0.4 s",
        "legs": "2 of 9",
        "cost": "~$0.05",
    }
    both = answered("a", leg("1", 20), leg("2", 30, is_counted=False), state="stopped")
    over = replace(now, answer="a", is_over=True)
    shown = await told(figures=over, page=replace(PAGE, entries=Entries.of([both])))
    assert "▃█" in shown
    assert {name: value.strip() for name, value in rows_of(shown).items()} == {
        "tokens": "~50",
        "tok/s": "9",
        "first token": "0.4 s",
        "legs": "2",
        "cost": "~$0.05",
    }


async def test_the_answer_that_is_looked_at_is_told_and_not_the_one_that_was_heard_last() -> None:
    heard = Figures(999, True, 9.0, (3.0, 9.0), 0.4, 3.0, 1, 8, COST, answer="other", is_over=True)
    for figures in (heard, None):
        shown = await told(figures=figures, page=replace(PAGE, entries=Entries.of([answered("a", leg("1", 20))])))
        assert {name: value.strip() for name, value in rows_of(shown).items()} == {
            "tokens": "20",
            "tok/s": "10",
            "first token": "0.5 s",
            "cost": "$0.02",
        }


async def test_what_comes_and_is_no_answer_is_told_as_long_as_it_comes() -> None:
    page = replace(PAGE, entries=Entries.of([answered("a", leg("1", 20))]))
    summary = Figures(999, False, legs=1, cost=COST, answer="summary")
    assert rows_of(await told(figures=summary, page=page))["tokens"].strip() == "999"
    assert rows_of(await told(figures=replace(summary, is_over=True), page=page))["tokens"].strip() == "20"

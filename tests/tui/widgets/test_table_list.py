"""A list of very many rows: drawn where it is seen, sorted and filtered at once; its cursor keeps its place."""

from __future__ import annotations

import time

from textual.content import Content

from deepchat.tui.widgets.arrangement import Table
from deepchat.tui.widgets.columns import Column
from deepchat.tui.widgets.table_list import TableList
from tests.tui.stage import Seen, lines, on_stage

DRAWN: list[str] = []


def drawn(word: str) -> Content:
    DRAWN.append(word)
    return Content(word)


def a_list(number: int, *, key: str = "") -> TableList[str]:
    table: Table[str] = Table(
        [Column("word", drawn, 8, order=lambda word: (0, word), is_searched=True)],
        key=lambda word: word,
        words=lambda word: word,
        group=lambda word: f"in {word[:2]}",
    )
    found = TableList(table)
    found.put([f"{n:05}" for n in range(number)], at=key)
    return found


async def focused(seen: Seen, them: TableList[str]) -> None:
    them.focus()
    await seen.pilot.pause()


async def test_only_rows_that_are_seen_are_drawn() -> None:
    DRAWN.clear()
    them = a_list(10_000)
    async with on_stage(them, 40, 12):
        assert lines(them)[:3] == ["word", "in 00", "00000"]
        assert len(set(DRAWN)) <= 12


async def test_ten_thousand_rows_are_put_sorted_and_filtered_in_the_time_of_a_few_frames() -> None:
    them = a_list(10_000)
    async with on_stage(them, 40, 12):
        start = time.process_time()
        them.put([f"{n:05}" for n in range(10_000)])
        them.sort_by(0)
        them.find("99 9")
        assert time.process_time() - start < 1
        assert them.rows.number_shown == sum("99" in f"{n:05}" for n in range(10_000))


async def test_arrows_go_over_headings_and_show_the_first_one_again() -> None:
    them = a_list(3)
    async with on_stage(them, 40, 3) as seen:
        await focused(seen, them)
        await seen.press("down", "down")
        assert them.current == "00002"
        assert lines(them) == ["word", "00001", "00002"]
        await seen.press("up", "up", "up")
        assert lines(them) == ["word", "in 00", "00000"]


async def test_pages_and_ends_are_reached() -> None:
    them = a_list(100)
    async with on_stage(them, 40, 11) as seen:
        await focused(seen, them)
        await seen.press("pagedown")
        assert them.current == "00009"
        await seen.press("end")
        assert them.current == "00099"
        assert lines(them)[-1] == "00099"
        await seen.press("home")
        assert them.current == "00000"


async def test_enter_and_a_click_choose_a_row_and_a_heading_is_none() -> None:
    them = a_list(10)
    async with on_stage(them, 40, 12) as seen:
        await focused(seen, them)
        await seen.press("down", "enter")
        await seen.pilot.click(them, offset=(1, 5))
        await seen.pilot.click(them, offset=(1, 1))
        assert [each.key for each in seen.heard(TableList.Chosen)] == ["00001", "00003"]


async def test_a_click_on_a_head_sorts() -> None:
    them = a_list(10)
    async with on_stage(them, 40, 12) as seen:
        await seen.pilot.click(them, offset=(1, 0))
        await seen.pilot.click(them, offset=(1, 0))
        await seen.pilot.pause()
        assert lines(them)[:2] == ["word ▼", "00009"]


async def test_the_cursor_stays_on_its_item_and_in_its_row_while_others_come_and_go() -> None:
    them = a_list(100, key="00050")
    async with on_stage(them, 40, 12) as seen:
        before = lines(them).index("00050")
        them.put([f"{n:05}" for n in range(20, 200)])
        await seen.pilot.pause()
        assert them.current == "00050"
        assert lines(them).index("00050") == before


async def test_the_cursor_stays_in_its_line_when_its_item_is_gone() -> None:
    them = a_list(10, key="00004")
    async with on_stage(them, 40, 20) as seen:
        them.put([f"{n:05}" for n in range(10) if n != 4])
        await seen.pilot.pause()
        assert them.current == "00005"
        them.put(["00001"])
        assert them.current == "00001"
        them.put([])
        assert them.current is None


async def test_the_last_line_is_kept_by_every_filter_and_keeps_the_cursor() -> None:
    them = a_list(10)
    async with on_stage(them, 40, 20) as seen:
        them.put_last(Content("as it is"))
        them.find("no such word")
        them.action_go(-1)
        them.action_choose()
        them.find("3")
        assert them.current == "00003"
        them.action_go(-1)
        them.put(["00003", "00013", "00023"])
        assert them.current is None
        await seen.pilot.pause()
        assert lines(them)[1:6] == ["in 00", "00003", "00013", "00023", "as it is"]
        assert len(seen.heard(TableList.LastChosen)) == 1


async def test_rows_are_drawn_anew_for_another_width() -> None:
    them = a_list(3)
    async with on_stage(them, 40, 12) as seen:
        await seen.pilot.resize_terminal(5, 12)
        await seen.pilot.pause()
        assert lines(them)[2] == "000…"

"""Days are named as people name them, also when clocks change, and no moment is too far away."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.tui.widgets.days import Days


@pytest.fixture(autouse=True)
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:  # pyright: ignore[reportUnusedFunction]  # pytest uses it
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).astimezone().timestamp() * 1000)


@pytest.mark.parametrize(
    ("moment", "heading", "short"),
    [
        ("2026-11-21 00:00", "Today", "00:00"),
        ("2026-11-21 14:02", "Today", "14:02"),
        ("2026-11-20 23:59", "Yesterday", "Fri 23:59"),
        ("2026-11-16 00:00", "This week", "Mon 00:00"),
        ("2026-11-15 23:59", "November", "15 Nov"),
        ("2026-03-01 09:00", "March", "1 Mar"),
        ("2025-11-21 14:02", "November 2025", "2025-11-21"),
        ("2026-11-22 08:00", "Today", "22 Nov"),
    ],
)
def test_a_moment_belongs_to_its_day(moment: str, heading: str, short: str) -> None:
    days = Days.around(ms("2026-11-21 15:00"))
    assert days.heading(ms(moment)) == heading
    assert days.short(ms(moment)) == short


def test_yesterday_is_yesterday_also_on_a_monday_and_when_the_clocks_change() -> None:
    days = Days.around(ms("2026-03-30 10:00"))
    assert days.heading(ms("2026-03-29 00:30")) == "Yesterday"
    assert days.heading(ms("2026-03-28 23:30")) == "March"
    assert days.short(ms("2026-03-29 12:00")) == "Sun 12:00"


@given(st.integers(), st.integers())
def test_no_number_is_too_large_to_be_shown(moment: int, now: int) -> None:
    days = Days.around(now)
    assert days.heading(moment)
    assert days.short(moment)

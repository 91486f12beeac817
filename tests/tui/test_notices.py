"""What is told at the side stands there once, as long as it should, and again when it is told again."""

from __future__ import annotations

import pytest
from textual.notifications import Notification

from deepchat.tui.ongoing import NOTICE_S
from tests.tui.seat import Seat, seated

pytestmark = pytest.mark.usefixtures("sim")
WORDS = "the same as before"


def told(seat: Seat) -> list[Notification]:
    return [one for one in seat.app._notifications if one.message == WORDS]  # pyright: ignore[reportPrivateUsage]


async def test_what_is_told_again_stands_there_once_with_all_its_time_before_it() -> None:
    async with seated() as seat:
        seat.stage.notice(WORDS)
        await seat.is_told(WORDS)
        (first,) = told(seat)
        seat.stage.notice(WORDS, "warning")
        await seat.until(lambda: told(seat) not in ([], [first]))
        (second,) = told(seat)
        assert second.severity == "warning"
        assert second.timeout == NOTICE_S


async def test_what_was_taken_away_is_told_again() -> None:
    async with seated() as seat:
        seat.stage.notice(WORDS)
        await seat.is_told(WORDS)
        seat.app.clear_notifications()  # as a click on it does
        assert not told(seat)
        seat.stage.notice(WORDS)
        await seat.is_told(WORDS)

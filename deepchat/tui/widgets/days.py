"""Moments as people say them: the day they belong to, and how they stand in a narrow column."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
UNKNOWN: Final = "?"


@dataclass(frozen=True, slots=True)
class Days:
    """The days around one moment, where the user is."""

    today: datetime
    """Its midnight."""
    yesterday_ms: int
    today_ms: int
    monday_ms: int
    tomorrow_ms: int

    @classmethod
    def around(cls, now_ms: int) -> Days:
        """Those around this moment."""
        now = _here(now_ms) or _BEGINNING
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)

        def ms(days: int) -> int:
            return int((midnight + timedelta(days=days)).astimezone().timestamp() * 1000)

        return cls(midnight, ms(-1), ms(0), ms(-midnight.weekday()), ms(1))

    def heading(self, moment_ms: int) -> str:
        """Today, Yesterday, This week, or the month, with its year when that is another."""
        if moment_ms >= self.today_ms:
            return "Today"
        if moment_ms >= self.yesterday_ms:
            return "Yesterday"
        if moment_ms >= self.monday_ms:
            return "This week"
        moment = _here(moment_ms)
        if moment is None:
            return UNKNOWN
        month = _MONTHS[moment.month - 1]
        return month if moment.year == self.today.year else f"{month} {moment.year}"

    def short(self, moment_ms: int) -> str:
        """As `14:02`, `Tue 14:02`, `3 Nov` or `2025-11-03`."""
        moment = _here(moment_ms)
        if moment is None:
            return UNKNOWN
        if self.today_ms <= moment_ms < self.tomorrow_ms:
            return f"{moment:%H:%M}"
        if min(self.monday_ms, self.yesterday_ms) <= moment_ms < self.today_ms:
            return f"{_WEEKDAYS[moment.weekday()]} {moment:%H:%M}"
        if moment.year == self.today.year:
            return f"{moment.day} {_MONTHS[moment.month - 1][:3]}"
        return f"{moment:%Y-%m-%d}"


def _here(moment_ms: int) -> datetime | None:
    """The moment where the user is; None when no calendar knows it."""
    try:
        return (_BEGINNING + timedelta(milliseconds=moment_ms)).astimezone()
    except (OverflowError, ValueError, OSError):
        return None

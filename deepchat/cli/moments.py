"""Times as people say them, as scripts read them, and as they are typed."""

from __future__ import annotations

import argparse
import time
from datetime import UTC, date, datetime, timedelta
from typing import Final

_STEPS: Final = (
    (365 * 86_400, "y"),
    (30 * 86_400, "months"),
    (86_400, "d"),
    (3_600, "h"),
    (60, "min"),
)
_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_YEAR: Final = 1971
_LAST_YEAR: Final = 9998


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def ago(then_ms: int, now: int) -> str:
    """How long before now that was, such as `2 h ago`; a moment to come counts as now."""
    seconds = (now - then_ms) // 1000
    for step, name in _STEPS:
        if seconds >= step:
            number = seconds // step
            return f"{number} {'month' if name == 'months' and number == 1 else name} ago"
    return "now"


def iso(moment_ms: int | None) -> str | None:
    """As `2026-11-21T07:00:00.000Z`; None when no calendar knows it."""
    if moment_ms is None:
        return None
    try:
        moment = _BEGINNING + timedelta(milliseconds=moment_ms)
    except OverflowError:
        return None
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def here(moment_ms: int) -> str:
    """As `2026-11-21 08:00`, where the user is; empty when no calendar knows it."""
    try:
        return f"{(_BEGINNING + timedelta(milliseconds=moment_ms)).astimezone():%Y-%m-%d %H:%M}"
    except (OverflowError, ValueError, OSError):
        return ""


def day(text: str) -> date:
    """A day as it is typed: `2026-11-21`, `today`, `yesterday`, or `7d` for a week ago; for argparse."""
    today = datetime.now().astimezone().date()
    try:
        if text in ("today", "yesterday"):
            return today - timedelta(days=text == "yesterday")
        if text.endswith("d") and text[:-1].isdecimal():
            return today - timedelta(days=int(text[:-1]))
        found = date.fromisoformat(text)
    except (ValueError, OverflowError):
        found = date.max
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no day, such as 2026-11-21, yesterday or 7d")
    return found


def start_ms(of: date | None, *, later_days: int = 0) -> int | None:
    """Midnight, where the user is, at which that day began, or one so many days later."""
    if of is None:
        return None
    return int(datetime.combine(of + timedelta(days=later_days), datetime.min.time()).astimezone().timestamp() * 1000)


def add_span(parser: argparse.ArgumentParser) -> None:
    """Days from which and up to which something counts."""
    parser.add_argument("--since", metavar="DATE", type=day, help="from this day on: 2026-11-21, yesterday, 7d")
    parser.add_argument("--until", metavar="DATE", type=day, help="up to this day, which still counts")


def span_ms(options: argparse.Namespace) -> tuple[int | None, int | None]:
    """The moment from which, and the moment before which it counts."""
    return start_ms(options.since), start_ms(options.until, later_days=1)

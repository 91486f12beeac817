"""May this be asked again, and when?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final

from deepchat.errors import WireError

FIRST_WAIT_S: Final = 0.5
LONGEST_WAIT_S: Final = 8.0
JITTER: Final = 0.25
LONGEST_SERVER_WAIT_S: Final = 120.0
MOST_ATTEMPTS: Final = 12
"""Requests that one question may lead to, whatever went wrong in between; nothing resets the count."""


@dataclass(slots=True)
class Attempts:
    """Counts the requests of one question, through retries, fallbacks and legs."""

    made: int = 0
    most: int = MOST_ATTEMPTS

    @property
    def left(self) -> int:
        return self.most - self.made


def wait_before_retry(error: WireError, retry: int, most: int, random: Callable[[], float]) -> float | None:
    """Seconds to wait before retry number `retry` (from 1), or None when asking again is no use."""
    if retry > min(most, error.retries):
        return None
    if error.retry_after_s is not None:
        return error.retry_after_s
    return min(FIRST_WAIT_S * 2 ** (retry - 1), LONGEST_WAIT_S) * (1 - JITTER * random())


def server_wait(headers: Mapping[str, str]) -> tuple[float | None, bool]:
    """How long the server asks to wait, if it says so sensibly, and whether that is a wait worth making.

    Zero, the past and nonsense count as nothing said; more than LONGEST_SERVER_WAIT_S is not waited for at all.
    """
    seconds = _seconds(headers.get("retry-after-ms", ""), 0.001)
    if seconds is None:
        seconds = _seconds(headers.get("retry-after", ""), 1.0)
    if seconds is None:
        seconds = _until(headers.get("retry-after", ""), headers.get("date", ""))
    if seconds is None or seconds <= 0:
        return None, True
    if not seconds <= LONGEST_SERVER_WAIT_S:  # a NaN is no wait worth making either
        return None, False
    return seconds, True


def _seconds(text: str, unit: float) -> float | None:
    try:
        return float(text) * unit
    except ValueError:
        return None


def _until(text: str, server_now: str) -> float | None:
    """Seconds from the server's own Date to the date it names: our clock may be wrong."""
    try:
        then, now = parsedate_to_datetime(text), parsedate_to_datetime(server_now)
        return (then - now).total_seconds()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None

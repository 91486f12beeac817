"""How long a server may say nothing: one timer for a whole reply, however many pieces it comes in."""

from __future__ import annotations

import asyncio
from typing import Final

STOOD_STILL_S: Final = 1.0
"""A timer that rings so much too late was not late for its own sake: the program was stopped, or the machine slept."""


class Silence:
    """Ends a wait for bytes once nothing was said for too long, or the whole took too long.

    Hearing something sets no timer: the one there is looks at the clock when it rings, and is set anew. With a timer
    for each piece, a long answer would cost a tenth more.

    A limit that passed while this program stood still says nothing about the server, whose bytes may lie in the socket
    by then: it begins anew. Only once, so that a machine that is always late comes to an end too.
    """

    def __init__(self, limit_s: float, deadline: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._since = self._loop.time()
        self._limit_s = limit_s
        self._deadline = deadline
        self._whole_s = deadline - self._since
        """From when the deadline was set to when it is; none once it began anew."""
        self._excused_since: float = -1.0
        """When the silence began whose limit began anew."""
        self._wait: asyncio.Timeout | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def seconds(self) -> float:
        """How long nothing was said by now."""
        return self._loop.time() - self._since

    @property
    def deadline(self) -> float:
        """When the whole is over, whatever is said."""
        return self._deadline

    def wait(self) -> asyncio.Timeout:
        """The context of one wait, which raises TimeoutError when it is too long; heard() must follow a good one."""
        if self._timer is None:
            self._set_timer()
        self._wait = asyncio.timeout(None)
        return self._wait

    def heard(self) -> None:
        """Bytes came; whether they said anything is not known yet."""
        self._wait = None

    def ended(self, limit_s: float) -> None:
        """Something was said; from now on nothing may be said for so long."""
        self._since, self._limit_s = self._loop.time(), limit_s
        if self._timer is not None and self._ends_at < self._timer.when():
            self._set_timer()

    def end_within(self, limit_s: float) -> None:
        """Whatever is said, the whole is over after so long from now."""
        now = self._loop.time()
        if now + limit_s < self._deadline:
            self._deadline, self._whole_s = now + limit_s, limit_s
        self._set_timer()

    def went_on(self, limit_s: float) -> None:
        """The server lives but said nothing: it may go on so for this long at least, from where it began."""
        self._limit_s = max(self._limit_s, limit_s)

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    @property
    def _ends_at(self) -> float:
        return min(self._since + self._limit_s, self._deadline)

    def _ring(self) -> None:
        timer, self._timer = self._timer, None
        now = self._loop.time()
        if timer is not None and now - timer.when() > STOOD_STILL_S:
            self._excuse(now)
        if self._wait is None:
            return
        if now >= self._ends_at:
            self._wait.reschedule(now)
        else:
            self._set_timer()

    def _excuse(self, now: float) -> None:
        if now >= self._since + self._limit_s and self._since != self._excused_since:
            self._excused_since = self._since
            self._limit_s += now - self._since
        if now >= self._deadline:
            self._deadline, self._whole_s = now + self._whole_s, 0.0

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        # One that is set for a time in the past is not late because of that.
        self._timer = self._loop.call_at(max(self._ends_at, self._loop.time()), self._ring)

"""What is told on stderr while an answer is awaited: retries with their countdown, fallbacks, long silence."""

from __future__ import annotations

import asyncio
import math
import shutil
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

from deepchat.cli import voice
from deepchat.conversation.events import (
    CarriedOn,
    FellBack,
    LeftOut,
    NearLimit,
    Noticed,
    ReasoningDelta,
    Retrying,
    StreamEvent,
    TextDelta,
    ToolCalled,
    ToolReturned,
)
from deepchat.conversation.usage import dollars

SILENCE_TOLD_AFTER_S: Final = 10.0
TICK_S: Final = 0.5


class Progress:
    """One line that is rewritten on a terminal, and said once anywhere else."""

    def __init__(self, *, reasoning: bool, rewrites: bool = True) -> None:
        """Without rewriting, each thing is said once, whoever reads it."""
        self._live = rewrites and sys.stderr.isatty()
        self._line = ""
        self._heard_at = time.monotonic()
        self._retry_at = 0.0
        self._retrying = ""
        self._retry_why = ""
        self._thoughts = voice.Words(sys.stderr) if reasoning else None
        self._thinking = False
        self._begun = False
        """Words of the answer were shown."""
        self._noted: set[str] = set()
        self._later: list[str] = []
        self._next_tick: asyncio.TimerHandle | None = None

    def take(self, event: StreamEvent) -> None:
        self._heard_at = time.monotonic()
        match event:
            case Retrying(attempt, of, wait_s, why):
                self._retry_at = self._heard_at + wait_s
                self._retrying, self._retry_why = f"retry {attempt} of {of}", why
                if self._live:
                    self._count_down(wait_s)
                else:
                    voice.notice(f"{why}; {self._retrying} in {wait_s:.1f} s")
            case ReasoningDelta(text) if self._thoughts:
                self.clear()
                self._thinking = True
                self._thoughts.say(text)
            case TextDelta():
                self._begun = True
                self._end_of_thought()
                self.clear()
            case _:
                if told := self._in_words(event):
                    self._tell(told)

    def _tell(self, line: str) -> None:
        if self._begun and sys.stdout.isatty():
            self._later.append(line)  # the answer stands in this line
            return
        self.clear()
        voice.notice(line)

    def tell_later(self) -> None:
        """What could not be said while the answer was being shown."""
        while self._later:
            voice.notice(self._later.pop(0))

    def _in_words(self, event: StreamEvent) -> str:
        """What is worth a line of its own."""
        match event:
            case FellBack(provider, _, why):
                return f"{why}; asking {provider} instead"
            case CarriedOn(number, of, why) if (
                self._live and not sys.stdout.isatty()
            ):  # there it would stand in the answer
                return f"{why}; carried on, {number} of {of}"
            case ToolCalled(call):
                self._heard_at = math.inf  # a person who is asked is not hurried
                self._begun = False  # the words before a call end their line
                return f"{call.name} is called with {call.arguments or '{}'}"
            case ToolReturned(result):
                return f"it gave back: {result.text}"
            case NearLimit(what, spent, limit):
                return f"{what} has cost ${dollars(spent)} of ${dollars(limit)}"
            case LeftOut(messages):
                return f"the conversation is too long for the model: its {messages} oldest messages were not sent"
            case Noticed(note) if note not in self._noted:
                self._noted.add(note)
                return note
            case _:
                return ""

    @contextmanager
    def telling(self) -> Generator[None]:
        """While this lasts, count down and up on a terminal."""
        if self._live:
            self._heard_at = time.monotonic()
            self._tick()
        try:
            yield
        finally:
            if self._next_tick:
                self._next_tick.cancel()
            self.clear()

    def _tick(self) -> None:
        now = time.monotonic()
        if now < self._retry_at:
            self._count_down(self._retry_at - now)
        elif now - self._heard_at >= SILENCE_TOLD_AFTER_S:
            self._rewrite(f"still waiting, {now - self._heard_at:.0f} s · Ctrl-C stops")
        self._next_tick = asyncio.get_running_loop().call_later(TICK_S, self._tick)

    def _count_down(self, left_s: float) -> None:
        self._rewrite(f"{self._retrying} in {left_s:.0f} s · Ctrl-C stops · {self._retry_why}")

    def clear(self) -> None:
        """Take the rewritten line away."""
        if self._line:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()
            self._line = ""

    def _rewrite(self, line: str) -> None:
        if self._begun and sys.stdout.isatty():
            return  # the answer stands in this line
        self._line = voice.safe_line(line, shutil.get_terminal_size().columns - 1)
        sys.stderr.write(f"\r\x1b[2K{self._line}")
        sys.stderr.flush()

    def _end_of_thought(self) -> None:
        if self._thinking and self._thoughts:
            self._thinking = False
            self._thoughts.end()
            sys.stderr.write("\n")
            sys.stderr.flush()

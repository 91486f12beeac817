"""A chat in plain lines, for screen readers and simple terminals: nothing moves, nothing is coloured or drawn anew."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, aclosing
from typing import TYPE_CHECKING, Final

from deepchat.cli import stopping, voice
from deepchat.cli.opening import opened, tell_notices
from deepchat.cli.plain_commands import Talk, ask, begin, find_command
from deepchat.cli.progress import Progress
from deepchat.cli.question import LARGEST_INPUT
from deepchat.cli.report import summary
from deepchat.conversation.events import ReasoningDelta, TextDelta
from deepchat.errors import DeepChatError, UsageError

if TYPE_CHECKING:
    from deepchat.tui.starting import Start
    from deepchat.workspace import Answering

TWICE_S: Final = 2.0
"""Ctrl-C twice within so long ends it."""
_HELLO: Final = "Type a question, or /help. A line that ends with a backslash goes on in the next."
_AGAIN_ENDS: Final = "Ctrl-C again ends it; nothing is lost"

Work = Callable[[], Awaitable["Answering | None"]]


def run(overrides: Mapping[str, object], preset: str, start: Start) -> int:
    """Talk until the input ends; 0, or where no person types the exit status of what went wrong last."""
    if sys.stdin is None:  # pyright: ignore[reportUnnecessaryComparison]  # so it is after `<&-`
        raise UsageError("standard input is closed, so there is nothing to read questions from", "leave it open")
    sys.stdin = open(0, encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115  # it is never closed
    stack = AsyncExitStack()
    # The loop stands still while somebody types: so Ctrl-C ends a wait for words like any other.
    with asyncio.Runner() as runner:
        try:
            workspace = runner.run(stack.enter_async_context(opened(overrides, preset)))
            return _Dialogue(runner, Talk(workspace)).hold(start)
        finally:
            runner.run(stack.aclose())


class _Dialogue:
    """Reads a line, does what it says, reads the next."""

    def __init__(self, runner: asyncio.Runner, talk: Talk) -> None:
        self._runner = runner
        self._talk = talk
        self._is_typed = sys.stdin.isatty()
        self._status = 0
        self._interrupted_at = -TWICE_S

    def hold(self, start: Start) -> int:
        if self._is_typed:
            voice.notice(_HELLO)
        try:
            self._do(lambda: begin(self._talk, start))
            while not self._talk.is_over:
                self._do_next()
        except KeyboardInterrupt:
            if stopping.status_or(0):
                raise
        return 0 if self._is_typed else self._status

    def _do_next(self) -> None:
        try:
            words = self._read()
        except KeyboardInterrupt:
            print(flush=True)
            self._interrupt()
            return
        if words is None:
            self._talk.is_over = True
        elif words.strip():
            self._do(lambda: self._obey(words))

    def _obey(self, words: str) -> Awaitable[Answering | None]:
        if words.startswith("/") and "\n" not in words:
            command, rest = find_command(words)
            return command.run(self._talk, rest)
        return ask(self._talk, words)

    def _do(self, work: Work) -> None:
        heard = _Heard()
        try:
            self._runner.run(heard.listen(work))
        except DeepChatError as error:
            heard.end()
            voice.error(error)
            self._status = error.exit_status
        except KeyboardInterrupt:
            heard.end()
            self._interrupt()
        else:
            heard.end()
            self._status = 0
        tell_notices(self._talk.workspace)

    def _interrupt(self) -> None:
        """Go on after Ctrl-C; raises KeyboardInterrupt when it came twice, or was a signal that ends the program."""
        now = time.monotonic()
        if stopping.status_or(0) or now - self._interrupted_at < TWICE_S:
            raise KeyboardInterrupt
        self._interrupted_at = now
        voice.notice(_AGAIN_ENDS)

    def _read(self) -> str | None:
        """What is said next; None at the end of the input."""
        said: list[str] = []
        while True:
            print("You: " if not said else "and: ", end="", flush=True)
            line = sys.stdin.readline(LARGEST_INPUT)
            if not line or not self._is_typed:
                echo = voice.Words(sys.stdout)
                echo.say(line if line.endswith("\n") else f"{line}\n")
            if not line and not said:
                return None
            said.append(line.removesuffix("\n"))
            if not line or not said[-1].endswith("\\"):
                return "\n".join(said)
            said[-1] = said[-1].removesuffix("\\")


class _Heard:
    """One answer, said as it comes; nothing when a command asks nobody."""

    def __init__(self) -> None:
        self._asked: Answering | None = None
        self._said = 0
        """Of the answer, how much was shown."""
        self._thinks = False
        self._words = voice.Words(sys.stdout)
        self._progress = Progress(reasoning=False, rewrites=False)

    async def listen(self, work: Work) -> None:
        asked = self._asked = await work()
        if asked is None:
            return
        async with aclosing(asked.events()) as events:
            async for event in events:
                self._progress.take(event)
                if isinstance(event, TextDelta):
                    self._say(event.text)
                elif isinstance(event, ReasoningDelta) and not self._thinks:
                    self._thinks = True
                    voice.notice("thinking …")

    def end(self) -> None:
        """Say what was held back, and in one line what it cost."""
        asked = self._asked
        if asked is None:
            return
        self._say(asked.turn.draft.text[self._said :])
        self._words.end()
        if self._said and not sys.stdout.isatty():
            print(flush=True)  # so what follows has a line of its own there too
        self._progress.tell_later()
        if not asked.turn.draft.is_empty:
            voice.notice(summary(asked.turn).replace(" · ", ", "))
        if asked.unsaved:
            voice.notice(f"what came is not kept: {asked.unsaved.message}")

    def _say(self, words: str) -> None:
        if words and not self._said and self._asked:
            print(f"{voice.safe_line(self._asked.turn.question.model.rpartition('/')[2])}: ", end="", flush=True)
        self._said += len(words)
        self._words.say(words)

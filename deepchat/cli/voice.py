"""What is said on stdout and stderr: answers exact into a pipe, safe on a terminal; all else to stderr."""

from __future__ import annotations

import io
import os
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final, TextIO

from deepchat.errors import DeepChatError, UsageError
from deepchat.safe_text import Sanitizer, one_line
from deepchat.secret import scrub

_LONGEST_LINE: Final = 600


def speak_utf8() -> None:
    """Whatever the locale says, words are UTF-8; what can't be encoded is replaced, never raised.

    A closed stderr swallows what would be said there; raises UsageError when stdout is closed.
    """
    if sys.stderr is None:  # pyright: ignore[reportUnnecessaryComparison]  # so it is after `2>&-`
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # it stays open to the end
    if sys.stdout is None:  # pyright: ignore[reportUnnecessaryComparison]
        raise UsageError("standard output is closed, so there is no place for an answer", "leave it open")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")


def forget_stdout() -> None:
    """Nothing more can be written there, so that Python need not fail once more when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def let_go() -> None:
    """Push out what can be; what can't, because its terminal is gone, must not fail once more when Python ends."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def finish() -> None:
    """Push out what is left, here, where a reader that went away can still be told from a fault."""
    if sys.stdout is not None:  # pyright: ignore[reportUnnecessaryComparison]  # so it is after `>&-`
        sys.stdout.flush()


def is_watched() -> bool:
    """Whether a person reads stderr."""
    return sys.stderr.isatty()


def safe_line(text: str, most: int = _LONGEST_LINE) -> str:
    """One line with no key in it and nothing that a terminal obeys."""
    return one_line(scrub(text), most)


def title(text: str) -> str:
    """As it is into a pipe, on one safe line anywhere else: what stands between the words that `Words` says."""
    return one_line(text) if sys.stdout.isatty() else text


def notice(line: str) -> None:
    """One line for the person, beside the answer."""
    print(safe_line(line), file=sys.stderr, flush=True)


def error(problem: DeepChatError) -> None:
    """What happened, and what comes next."""
    print(f"deepchat: {safe_line(problem.message)}", file=sys.stderr)
    if problem.hint:
        print(f"  → {safe_line(problem.hint)}", file=sys.stderr)
    sys.stderr.flush()


def data(value: object, *, compact: bool = False) -> None:
    """One JSON value on stdout; ASCII, so that no terminal can be painted by it."""
    import json

    if sys.stdout is not None:  # pyright: ignore[reportUnnecessaryComparison]  # so it is after `>&-`
        print(json.dumps(value, indent=2 if sys.stdout.isatty() and not compact else None))


class Words:
    """A stream of words on its way to a person or a pipe: safe on a terminal, exact anywhere else."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._sanitizer = Sanitizer() if stream.isatty() else None
        self._at_line_start = True

    def say(self, text: str) -> None:
        """Show the words at once; raises BrokenPipeError when nobody reads any more."""
        self._show(self._sanitizer.feed(text) if self._sanitizer else text)

    def end(self) -> None:
        """On a terminal what follows gets a line of its own, and hidden characters are told of."""
        if self._sanitizer is None:
            if not self._at_line_start and is_watched() and _is_pipe(self._stream):
                print(file=sys.stderr, flush=True)  # the pipe's other end may be this terminal: `| cat`
            return
        self._show(self._sanitizer.end())
        if not self._at_line_start:
            self._show("\n")
        if self._sanitizer.hidden:
            notice(f"{_counted(self._sanitizer.hidden)} left out; into a pipe the answer goes exact")
            self._sanitizer.hidden = 0

    def _show(self, shown: str) -> None:
        if shown:
            self._at_line_start = shown.endswith("\n")
            self._stream.write(shown)
            self._stream.flush()


def _is_pipe(stream: TextIO) -> bool:
    return stat.S_ISFIFO(os.fstat(stream.fileno()).st_mode)


def _counted(hidden: int) -> str:
    return "1 hidden character was" if hidden == 1 else f"{hidden:,} hidden characters were"

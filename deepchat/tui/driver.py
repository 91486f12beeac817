"""Textual's driver for Unix terminals, hardened: no byte ends the app, or is typed when nobody typed it."""

from __future__ import annotations

import atexit
import io
import os
import select
import time
from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from threading import Event, main_thread
from typing import TYPE_CHECKING, Any, ClassVar, Final, assert_never

from textual import constants, events
from textual._xterm_parser import XTermParser
from textual.message import Message

from deepchat.tui import line_editing
from deepchat.tui.bursts import LEAST_PASTED, Bursts
from deepchat.tui.keys_in import KeysIn
from deepchat.tui.sequences import Pasted, Pressed, Reported, Token, Typed
from deepchat.tui.stepping_aside import SteppingAside
from deepchat.tui.terminal import give_back

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer
    from textual.app import App

HUNG_UP: Final = 129
"""The exit status when the terminal is gone, as in a shell: 128 and SIGHUP."""
_READ_BYTES: Final = 1 << 14
_LOOK_S: Final = 0.5
"""So often the input thread looks whether the program is still there."""


class PasteCut(Message):
    """The paste just told of was longer than is kept."""

    def __init__(self, cut: int) -> None:
        super().__init__()
        self.cut = cut
        """Characters that are missing at its end."""


class SafeLinuxDriver(SteppingAside):
    """Reads through `KeysIn`, writes UTF-8 whatever comes, and gives the terminal back even when nobody asks it to."""

    heard_before: ClassVar[bytes] = b""
    """What was read from the terminal before the app ran; it counts as typed first."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)  # pyright: ignore[reportUnknownMemberType]  # any App
        self._file = self._paper = _Paper(io.BufferedWriter(_Screen(2)), "utf-8", "replace", newline="")
        self._handed = 0
        self.exit_event = _Exit()

    @property
    def is_behind(self) -> bool:
        """The terminal has not taken in yet what was written: what is written now would only be seen after it."""
        return self._paper.taken < self._handed

    def write(self, data: str) -> None:
        self._handed += not self.is_away
        super().write(data)

    def start_application_mode(self) -> None:
        line_editing.switch_off()
        atexit.register(give_back)
        super().start_application_mode()
        self.attrs_before = line_editing.as_found() or self.attrs_before  # else Textual puts back what we have changed

    def stop_application_mode(self) -> None:
        super().stop_application_mode()
        atexit.unregister(give_back)
        line_editing.put_back()

    def run_input_thread(self) -> None:
        """Tell the app what comes in, until it ends or the terminal is gone."""
        parser = XTermParser(self._debug)
        keys, bursts = KeysIn(constants.ESCAPE_DELAY), Bursts(LEAST_PASTED)  # what waited comes as if at once
        decode = getincrementaldecoder("utf-8")("replace").decode
        self._tell(bursts.feed(self._typed_early(keys, decode), 0.0), parser)
        now_s = last_s = 0.0  # by a clock that goes only while nothing comes
        # A program that ends without stopping its driver waits for this thread.
        while not self.exit_event.is_set() and main_thread().is_alive():
            keys_end_s = None if keys.waits_s is None else last_s + keys.waits_s
            ends = [end_s for end_s in (keys_end_s, bursts.ends_s) if end_s is not None]
            comes, waited_s = self._wait(min([_LOOK_S, *(end_s - now_s for end_s in ends)]))
            now_s += waited_s
            if comes:
                piece = self._read()
                if not piece:
                    self._loop.call_soon_threadsafe(self._hang_up)
                    return
                last_s = now_s
                self._tell(bursts.feed(keys.feed(decode(piece)), now_s), parser)
                continue
            if bursts.ends_s is not None and now_s >= bursts.ends_s:
                self._tell(bursts.pause(), parser)
            if keys_end_s is not None and now_s >= keys_end_s:
                self._tell(bursts.feed(keys.pause(), now_s), parser)

    def _wait(self, at_most_s: float) -> tuple[bool, float]:
        """Whether anything comes, and after how long; what came while this thread was at work has come at once."""
        either = [self.fileno, self.exit_event]
        if ready := select.select(either, [], [], 0)[0]:
            return self.fileno in ready, 0.0
        began = time.monotonic()
        ready = select.select(either, [], [], max(0, at_most_s))[0]
        return self.fileno in ready, time.monotonic() - began

    def _typed_early(self, keys: KeysIn, decode: Callable[[bytes], str]) -> Iterator[Token]:
        """What waits there already."""
        heard, SafeLinuxDriver.heard_before = SafeLinuxDriver.heard_before, b""
        if select.select([self.fileno], [], [], 0)[0]:
            heard += self._read()
        edited = line_editing.take_edited()
        yield from _as_pressed(keys.feed(decode(heard[:edited])))
        yield from keys.feed(decode(heard[edited:]))

    def _read(self) -> bytes:
        with suppress(OSError):  # Linux says so when the other side is closed
            return os.read(self.fileno, _READ_BYTES)
        return b""

    def _tell(self, tokens: Iterable[Token], parser: XTermParser) -> None:
        for token in tokens:
            for message in _messages(token, parser):
                self.process_message(message)

    def _hang_up(self) -> None:
        self._app.exit(return_code=HUNG_UP)


def _as_pressed(tokens: Iterable[Token]) -> Iterator[Token]:
    """What was typed while the terminal edited lines: Enter was a line break then, and without words for the shell."""
    known = list(tokens)
    has_words = any(char.isprintable() for token in known if isinstance(token, Typed) for char in token.text)
    for token in known:
        if not isinstance(token, Typed):
            yield token
        elif text := token.text.replace("\n", "\r" if has_words else ""):
            yield Typed(text)


def _messages(token: Token, parser: XTermParser) -> Iterator[Message]:
    match token:
        case Typed(text) | Reported(text):
            yield from parser.feed(text)
        case Pressed(key):
            yield events.Key(key, None)
        case Pasted(text, cut):
            yield events.Paste(text)
            if cut:
                yield PasteCut(cut)
        case _:
            assert_never(token)


class _Screen(io.RawIOBase):
    """The terminal to write on; once it is gone, what is written goes nowhere, and nobody has to wait for it."""

    def __init__(self, file: int) -> None:
        super().__init__()
        self._terminal = file

    def fileno(self) -> int:
        return self._terminal

    def writable(self) -> bool:
        return True

    def write(self, content: ReadableBuffer, /) -> int:
        written = memoryview(content)
        try:
            return os.write(self._terminal, written)
        except BlockingIOError:  # somebody who shares the terminal has made it so
            select.select([], [self._terminal], [])
            return 0
        except OSError:
            return len(written)


class _Paper(io.TextIOWrapper):
    """Counts what is written, so that it is known when all of it is with the terminal."""

    taken = 0
    """So many writes are."""
    _begun = 0

    def write(self, text: str, /) -> int:
        self._begun += 1
        return super().write(text)

    def flush(self) -> None:
        begun = self._begun
        super().flush()
        self.taken = begun


class _Exit(Event):
    """An event that a select can wait for, so that the end of the app waits for no time limit."""

    def __init__(self) -> None:
        super().__init__()
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)

    def fileno(self) -> int:
        return self._reader

    def set(self) -> None:
        super().set()
        os.write(self._writer, b"\0")

    def clear(self) -> None:
        super().clear()
        with suppress(BlockingIOError):
            os.read(self._reader, _READ_BYTES)

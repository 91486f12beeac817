"""What a terminal sends, taken apart: keys, pastes and reports stay; replies and malformed sequences never get through.

A sequence counts only when it is whole and of a known shape, so nothing that a terminal says by itself is ever typed,
and however the stream is cut into pieces, the same comes out.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from typing import Final

from deepchat.tui.pastes import Paste
from deepchat.tui.sequences import Pressed, Token, Typed, read_sequence, with_alt

ESCAPE_WAIT_S: Final = 0.1
"""After an escape, what follows sooner belongs to it; a key pressed by hand comes later."""
SEQUENCE_WAIT_S: Final = 1.0
"""What was begun and can't be a key is waited for longer, then dropped: slow lines cut sequences in two."""
PASTE_WAIT_S: Final = 10.0
"""A paste whose end is lost must not swallow all that is typed from then on."""
_MOST_HELD: Final = 4096
_PASTE_BEGINS: Final = "\x1b[200~"
_PASTE_ENDS: Final = "\x1b[201~"
_KEY_WITH_ALT: Final = 2

# A reply that is a string begins so; else it was a key pressed together with Alt.
_STRING: Final = r"(?:\][0-9lLI]|P[0-9>!|$=+~]|_[A-Za-z0-9]|[\^X][0-9])[^\x07\x18\x1a\x1b\x9c]*"
_PARAMETERS: Final = r"[0-?]+[ -/]*"
_WHOLE: Final = re.compile(
    r"\x1b(?:"
    r"\[\[[A-E]"  # the Linux console's function keys
    r"|\[M[^\x1b]{3}"  # the oldest mouse reports: three characters, any
    r"|\[\d{1,2}\$"  # rxvt, with Shift
    r"|\[<[-\d;]+[Mm]"  # the mouse, also with the minus that one terminal sends
    rf"|\[(?:{_PARAMETERS}[@-~]|[ -/]*[@-LN-Z\\-~])"
    r"|O[0-9;]*[A-Za-z]"
    rf"|{_STRING}(?:[\x07\x18\x1a\x9c]|\x1b\\)"
    r")"
)
_BEGUN: Final = re.compile(
    rf"\x1b(?:\[(?:\[|M[^\x1b]{{0,2}}|<[-\d;]*|{_PARAMETERS}|[ -/]*)|O[0-9;]*"
    rf"|{_STRING}\x1b?|[\]P_^X])?\Z"
)
_BROKEN: Final = re.compile(rf"\x1b(?:\[<[-\d;]+|\[{_PARAMETERS}|O[0-9;]+|{_STRING}(?=\x1b))")
_STRING_ENDS: Final = re.compile(r"[\x07\x18\x1a\x9c]|\x1b\\|(?=\x1b[^\\])")
_CONTROL_ENDS: Final = re.compile(r"[@-~]|(?=[^ -?])")
_C1: Final = dict.fromkeys(range(0x80, 0xA0))


class KeysIn:
    """The stream of what a terminal sends, fed piece by piece."""

    def __init__(self, escape_wait_s: float = ESCAPE_WAIT_S) -> None:
        self._escape_wait_s = escape_wait_s
        self._held = ""
        """The begin of something whose end has not come."""
        self._skipped: re.Pattern[str] | None = None
        """What will end a sequence that is too long to be held, and so means nothing."""
        self._paste: Paste | None = None

    @property
    def waits_s(self) -> float | None:
        """After so long without anything new, `pause` decides about what is held; None when nothing is."""
        if self._paste is not None:
            return PASTE_WAIT_S
        if self._skipped or len(self._held) > _KEY_WITH_ALT:
            return SEQUENCE_WAIT_S
        return self._escape_wait_s if self._held else None

    def feed(self, piece: str) -> Iterator[Token]:
        """What is known by now to have been typed, pasted or reported."""
        text, self._held = self._held + piece, ""
        while text:
            if self._paste is not None:
                text = yield from self._through_paste(self._paste, text)
            elif self._skipped:
                text = self._past(self._skipped, text)
            elif text[0] == "\x1b":
                text = yield from self._through_sequence(text)
            else:
                plain, escape, rest = text.partition("\x1b")
                if plain := plain.translate(_C1):
                    yield Typed(plain)
                text = escape + rest

    def pause(self) -> Iterator[Token]:
        """Nothing came for `waits_s`: what is held is no more than it is."""
        held, self._held = self._held, ""
        if self._paste is not None:
            self._paste.add(held)
            yield self._paste.ended()
            self._paste = None
        elif held == "\x1b" and not self._skipped:
            yield Pressed("escape")
        elif len(held) == _KEY_WITH_ALT:
            yield from with_alt(held[1])
        self._skipped = None

    def _through_sequence(self, text: str) -> Generator[Token, None, str]:
        """Past what stands at the front; returns what is left."""
        if text.startswith(_PASTE_BEGINS):
            self._paste = Paste()
            return text.removeprefix(_PASTE_BEGINS)
        if whole := _WHOLE.match(text):
            yield from read_sequence(whole[0])
            return text[whole.end() :]
        if _BEGUN.match(text):
            if len(text) <= _MOST_HELD:
                self._held = text
                return ""
            self._skipped = _STRING_ENDS if text[1] in "]P_^X" else _CONTROL_ENDS
            return text[len(text.removesuffix("\x1b")) :]
        if broken := _BROKEN.match(text):
            return text[broken.end() :]
        if text[1] == "\x1b":
            yield Pressed("escape")
            return text[1:]
        yield from with_alt(text[1])
        return text[2:]

    def _past(self, what: re.Pattern[str], text: str) -> str:
        if end := what.search(text):
            self._skipped = None
            return text[end.end() :]
        # An escape may be the half of what ends a string.
        self._held = text[len(text.removesuffix("\x1b")) :]
        return ""

    def _through_paste(self, paste: Paste, text: str) -> Generator[Token, None, str]:
        inside, ended, rest = text.partition(_PASTE_ENDS)
        if not ended:
            sizes = range(len(_PASTE_ENDS) - 1, 0, -1)
            maybe = next((size for size in sizes if text.endswith(_PASTE_ENDS[:size])), 0)
            inside, self._held = text[: len(text) - maybe], text[len(text) - maybe :]
        paste.add(inside)
        if ended:
            self._paste = None
            yield paste.ended()
        return rest

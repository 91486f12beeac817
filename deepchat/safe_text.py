"""Exact text -> SafeText: safe to show on a terminal, one code point at a time."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NewType

SafeText = NewType("SafeText", str)
"""Text that no terminal obeys and that hides nothing; what is stored, sent and piped stays exact."""

MOST_MARKS: Final = 8
"""Combining marks that one letter may carry; more only serve to paint over the lines around it."""
LONGEST_LINE: Final = 600
_MOST_HELD_TAGS: Final = 4096

_BIDI: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_INVISIBLE: Final = frozenset(
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060\u2061\u2062\u2063\u2064\u2065"
    "\u206a\u206b\u206c\u206d\u206e\u206f\u3164\ufeff\uffa0\ufff9\ufffa\ufffb"
)
_JOINERS: Final = frozenset("\u200c\u200d")
_BLACK_FLAG: Final = "\U0001f3f4"
_FLAGS: Final = tuple(
    "".join(chr(0xE0000 + ord(letter)) for letter in land) + "\U000e007f" for land in ("gbeng", "gbsct", "gbwls")
)
_CARE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad"
    # Blocks in which combining marks live, and the invisible, joining and directing characters.
    "\u0300-\u036f\u0483-\u0489\u0591-\u109f\u115f\u1160\u135d-\u135f\u1712-\u1ab0\u1ab0-\u1c37\u1cd0-\u1cf9"
    "\u1dc0-\u1dff\u200b-\u200f\u2028-\u202e\u2060-\u206f\u20d0-\u20ff\u2cef-\u2cf1\u2d7f\u2de0-\u2dff"
    "\u302a-\u302f\u3099\u309a\u3164\ua66f-\ua69f\ua6f0\ua6f1\ua802-\uabed\ud800-\udfff\ufb1e\ufdd0-\ufdef"
    "\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\uffa0\ufff9-\ufffb\ufffe\uffff\U000101fd-\U0001e94a\U0001f3f4"
    + "".join(f"{chr(plane * 0x10000 + 0xFFFE)}{chr(plane * 0x10000 + 0xFFFF)}" for plane in range(1, 17))
    + "\U000e0000-\U000e01ef]+"
)
"""Runs of characters that need a look; all others are safe as they are."""


def make_safe(text: str, *, code: bool = False) -> SafeText:
    """The text, safe. In code nothing is dropped in silence: what would be hidden stands there as a marker."""
    sanitizer = Sanitizer(code=code)
    return SafeText(sanitizer.feed(text) + sanitizer.end())


def hidden_count(text: str) -> int:
    """How many characters of the text can't be seen."""
    sanitizer = Sanitizer()
    sanitizer.feed(text)
    sanitizer.end()
    return sanitizer.hidden


def one_line(text: str, most: int = LONGEST_LINE) -> SafeText:
    """The text on one line of at most so many characters, safe: for errors, notices and titles."""
    line = " ".join(make_safe(text[: 4 * most]).split())
    return SafeText(line if len(line) <= most else line[: most - 1] + "…")


def _is_clean(piece: str) -> bool:
    """Whether nothing in it needs a look; for ASCII, ten times as fast as by the expression."""
    if piece.isascii():
        return piece.replace("\n", "").replace("\t", "").isprintable()
    return _CARE.search(piece) is None


class Sanitizer:
    """Makes a stream safe piece by piece; however it is cut into pieces, the whole comes out the same."""

    def __init__(self, *, code: bool = False) -> None:
        self.hidden = 0
        """Characters that were dropped so far, because they can't be seen or only steer the eye."""
        self._code = code
        self._after_cr = False
        self._tags = ""
        self._start_over("")

    def feed(self, piece: str) -> SafeText:
        """What of the stream is safe to show by now."""
        if not (self._after_cr or self._tags) and _is_clean(piece):
            if piece:
                self._start_over(piece[-1])
            return SafeText(piece)
        shown: list[str] = []
        at = 0
        for run in _CARE.finditer(piece):
            if run.start() > at:
                shown.append(self._clean(piece[at : run.start()]))
            shown.extend(map(self._take, run[0]))
            at = run.end()
        if at < len(piece):
            shown.append(self._clean(piece[at:]))
        return SafeText("".join(shown))

    def end(self) -> SafeText:
        """What was held back until it was known that nothing follows."""
        return SafeText(self._end_tags() + self._end_cr(""))

    def _clean(self, text: str) -> str:
        held = self._end_tags() + self._end_cr(text[0])
        self._start_over(text[-1])
        return held + text

    def _take(self, char: str) -> str:
        """One character that needs a look."""
        if "\U000e0000" <= char <= "\U000e007f":
            return self._end_cr(char) + self._take_tag(char)
        held = self._end_tags() + self._end_cr(char)
        if char == "\r":
            self._after_cr = True
            self._start_over("")
            return held
        return held + self._shown(char)

    def _shown(self, char: str) -> str:
        number = ord(char)
        if char in _BIDI or char in _INVISIBLE:
            return self._hide(char)
        if number < 0xA0:
            return self._control(char)
        if char in "\u2028\u2029":
            self._start_over("")
            return self._marker(char) if self._code else "\n"
        if char in _JOINERS:
            self._joiners += 1
            return char if self._base and self._joiners == 1 else self._hide(char)
        if "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef":
            return self._variation(char)
        if 0xD800 <= number <= 0xDFFF or 0xFDD0 <= number <= 0xFDEF or number & 0xFFFE == 0xFFFE:
            self._start_over("\ufffd")
            return "\ufffd"
        if unicodedata.category(char).startswith("M"):
            self._marks += 1
            return char if self._marks <= MOST_MARKS else self._hide(char)
        self._start_over(char)
        return char

    def _control(self, char: str) -> str:
        self._start_over("")
        if char == "\x7f":
            return "\u2421"
        if char == "\x85" and not self._code:
            return "\n"
        return chr(0x2400 + ord(char)) if ord(char) < 0x20 else self._marker(char)

    def _variation(self, char: str) -> str:
        self._variations += 1
        fits = bool(self._base) if char <= "\ufe0f" else unicodedata.name(self._base or " ").startswith("CJK")
        return char if fits and self._variations == 1 else self._hide(char)

    def _hide(self, char: str) -> str:
        if self._code:
            return self._marker(char)
        self.hidden += 1
        return ""

    @staticmethod
    def _marker(char: str) -> str:
        return f"⟨U+{ord(char):04X}⟩"

    def _take_tag(self, char: str) -> str:
        """Tags are held until their run ends: three flags are made of them, and else they are letters in hiding."""
        self._tags += char
        return self._end_tags() if len(self._tags) >= _MOST_HELD_TAGS else ""

    def _end_tags(self) -> str:
        tags, self._tags = self._tags, ""
        if not tags or (self._base == _BLACK_FLAG and tags in _FLAGS):
            return tags
        if not self._code:
            self.hidden += len(tags)
            return ""
        words = "".join(chr(ord(tag) - 0xE0000) for tag in tags)
        return f"⟨hidden: {words!a}⟩"

    def _end_cr(self, following: str) -> str:
        """A carriage return before a line feed is a part of it; alone it would let text be overwritten."""
        if not self._after_cr:
            return ""
        self._after_cr = False
        if following == "\n":
            return ""
        return "\u240d" if self._code else "\n"

    def _start_over(self, base: str) -> None:
        """From here on, marks and joiners belong to this character; to none when it is empty."""
        self._base = "" if base.isspace() else base
        self._marks = self._joiners = self._variations = 0

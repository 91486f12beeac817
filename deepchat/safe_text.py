"""Exact text -> SafeText: safe to show on a terminal, one code point at a time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final, NewType

SafeText = NewType("SafeText", str)
"""Text that no terminal obeys and that hides nothing; what is stored, sent and piped stays exact."""

MOST_MARKS: Final = 8
"""Combining marks that one letter may carry; more only serve to paint over the lines around it."""
LONGEST_LINE: Final = 600
_MOST_HELD_TAGS: Final = 4096

_STEERING: Final = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""They turn the direction of writing."""
_UNSEEN: Final = (
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060\u2061\u2062\u2063\u2064\u2065"
    "\u206a\u206b\u206c\u206d\u206e\u206f\u3164\ufeff\uffa0\ufff0\ufff1\ufff2\ufff3\ufff4\ufff5\ufff6\ufff7\ufff8"
    "\ufff9\ufffa\ufffb\U0001bca0\U0001bca1\U0001bca2\U0001bca3\U0001d173\U0001d174\U0001d175\U0001d176\U0001d177"
    "\U0001d178\U0001d179\U0001d17a"
)
_JOINERS: Final = "\u200c\u200d"
_BLACK_FLAG: Final = "\U0001f3f4"
_FLAGS: Final = tuple(
    "".join(chr(0xE0000 + ord(letter)) for letter in land) + "\U000e007f" for land in ("gbeng", "gbsct", "gbwls")
)
_CARE: Final = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad"
    # Blocks in which combining marks live, and the invisible, joining and directing characters.
    "\u0300-\u036f\u0483-\u0489\u0591-\u109f\u115f\u1160\u135d-\u135f\u1712-\u1c37\u1cd0-\u1cf9\u1dc0-\u1dff"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u20d0-\u20ff\u2cef-\u2cf1\u2d7f\u2de0-\u2dff\u302a-\u302f\u3099\u309a"
    "\u3164\ua66f-\ua69f\ua6f0\ua6f1\ua802-\uabed\ud800-\udfff\ufb1e\ufdd0-\ufdef\ufe00-\ufe0f\ufe20-\ufe2f\ufeff"
    # Beyond the first plane each range is searched for by itself: two wide ones cost least, and leave emoji out.
    "\uffa0\ufff0-\ufffb\ufffe\uffff\U000101fd-\U0001e94a\U0001fffe-\U0010ffff]"
)
_CAREFUL: Final = re.compile(f"{_CARE}{_CARE}*")
"""A run of characters that need a look; all others are safe as they are. (`+` would be searched for more slowly.)"""


def _marker(char: str) -> str:
    return f"⟨U+{ord(char):04X}⟩"


def _replacements(*, code: bool) -> Iterator[tuple[str, str]]:
    """What is shown instead of a character wherever it stands; nothing for one that is dropped."""
    yield from ((chr(number), chr(0x2400 + number)) for number in range(0x20) if chr(number) not in "\n\t")
    yield "\x7f", "\u2421"
    yield from ((chr(number), _marker(chr(number))) for number in range(0x80, 0xA0))
    yield from ((char, _marker(char) if code else "") for char in _STEERING + _UNSEEN)
    yield from ((char, _marker(char) if code else "\n") for char in "\u2028\u2029")
    if not code:
        yield from ((char, "\n") for char in "\r\x85")


_IN_PROSE: Final = dict(_replacements(code=False))
_IN_CODE: Final = dict(_replacements(code=True))


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
    # However long the text is, the look at it is bounded.
    start = text[: 4 * most]
    line = " ".join(make_safe(start).split())
    if len(line) <= most and start == text:
        return SafeText(line)
    return SafeText(make_safe(line[: most - 1]) + "…")


def _is_clean_ascii(piece: str) -> bool:
    """Whether nothing in it needs a look, found ten times as fast as by an expression."""
    return piece.isascii() and piece.replace("\n", "").replace("\t", "").isprintable()


def _is_broken(char: str) -> bool:
    """Whether it is half of a surrogate pair, or one of the numbers that will never be a character."""
    return "\ud800" <= char <= "\udfff" or "\ufdd0" <= char <= "\ufdef" or ord(char) & 0xFFFE == 0xFFFE


def _is_ideograph(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or "\U00020000" <= char <= "\U0003fffd"


class Sanitizer:
    """Makes a stream safe piece by piece; however it is cut into pieces, the whole comes out the same."""

    def __init__(self, *, code: bool = False) -> None:
        self.hidden = 0
        """Characters that were dropped so far, because they can't be seen or only steer the eye."""
        self._code = code
        self._replaced = _IN_CODE if code else _IN_PROSE
        self._held = ""
        """A carriage return at the end of a piece: before a line feed it is a part of it, else it would overwrite."""
        self._tags = ""
        """Tags are held until their run ends: three flags are made of them, and else they are letters in hiding."""
        self._start_over("")

    def feed(self, piece: str) -> SafeText:
        """What of the stream is safe to show by now."""
        if self._held or "\r" in piece:
            piece = self._held + piece
            self._held = "\r" if piece.endswith("\r") else ""
            piece = piece.removesuffix("\r").replace("\r\n", "\n")
        return SafeText(self._safe(piece))

    def end(self) -> SafeText:
        """What was held back until it was known that nothing follows."""
        held, self._held = self._held, ""
        return SafeText(self._safe(held) + self._end_tags())

    def _safe(self, text: str) -> str:
        if _is_clean_ascii(text):
            return self._clean(text) if text else ""
        shown: list[str] = []
        at = 0
        for run in _CAREFUL.finditer(text):
            if run.start() > at:
                shown.append(self._clean(text[at : run.start()]))
            shown.extend(map(self._take, run[0]))
            at = run.end()
        if at < len(text):
            shown.append(self._clean(text[at:]))
        return "".join(shown)

    def _clean(self, text: str) -> str:
        held = self._end_tags()
        self._start_over(text[-1])
        return held + text

    def _take(self, char: str) -> str:
        """One character that needs a look."""
        if "\U000e0000" <= char <= "\U000e007f":
            self._tags += char
            return self._end_tags() if len(self._tags) >= _MOST_HELD_TAGS else ""
        return self._end_tags() + self._shown(char) if self._tags else self._shown(char)

    def _shown(self, char: str) -> str:
        replaced = self._replaced.get(char)
        if replaced:
            self._start_over(replaced[-1])
        elif replaced == "":
            self.hidden += 1
        return self._weighed(char) if replaced is None else replaced

    def _weighed(self, char: str) -> str:
        """A character that depends on what stands before it."""
        if char in _JOINERS:
            self._joiners += 1
            return char if self._base and self._joiners == 1 else self._hide(char)
        if "\ufe00" <= char <= "\ufe0f":
            self._variations += 1
            return char if self._base and self._variations == 1 else self._hide(char)
        if "\U000e0080" <= char <= "\U000e0fff":
            self._variations += 1
            varies = "\U000e0100" <= char <= "\U000e01ef" and _is_ideograph(self._base)
            return char if varies and self._variations == 1 and not self._code else self._hide(char)
        if unicodedata.category(char)[0] == "M":
            self._marks += 1
            return char if self._marks <= MOST_MARKS else self._hide(char)
        shown = "\ufffd" if _is_broken(char) else char
        self._start_over(shown)
        return shown

    def _hide(self, char: str) -> str:
        if self._code:
            marker = _marker(char)
            self._start_over(marker[-1])
            return marker
        self.hidden += 1
        return ""

    def _end_tags(self) -> str:
        tags, self._tags = self._tags, ""
        if tags and self._base == _BLACK_FLAG and tags in _FLAGS:
            self._start_over(tags[-1])
            return tags
        if not (tags and self._code):
            self.hidden += len(tags)
            return ""
        words = "".join(chr(ord(tag) - 0xE0000) for tag in tags)
        self._start_over("⟩")
        return f"⟨hidden: {words!a}⟩"

    def _start_over(self, base: str) -> None:
        """From here on, marks and joiners belong to this character; to none when it is empty."""
        # A marker of ours ends in ⟩, and nothing hides behind one.
        self._base = "" if base.isspace() or base == "⟩" else base
        self._marks = self._joiners = self._variations = 0

"""The source of one line, read from its left, and how each kind of block is told by its start."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

_BLANKS: Final = " \t"
_TAB: Final = 4
CODE_INDENT: Final = 4
"""What is indented so far is code, or belongs to what is open."""

HEADING: Final = re.compile(r"(#{1,6})(?:[ \t]+|$)")
RULE: Final = re.compile(r"(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
FENCE: Final = re.compile(r"(`{3,})([^`]*)$|(~{3,})(.*)$")
UNDERLINE: Final = re.compile(r"(=+|-+)[ \t]*$")
BULLET: Final = re.compile(r"([-+*])(?=[ \t]|$)")
NUMBER: Final = re.compile(r"(\d{1,9})([.)])(?=[ \t]|$)")
NOTE: Final = re.compile(r"\[\^([^\]\s\[]{1,100})\]:")
TASK: Final = re.compile(r"\[([ xX])\][ \t]+(?=\S)")
COLUMNS: Final = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_NEVER: Final = re.compile(r"(?!)")
_TAG: Final = (
    r"(?:<[A-Za-z][A-Za-z0-9-]*(?:\s+[A-Za-z_:][\w.:-]*(?:\s*=\s*(?:[^\s\"'=<>`]+|'[^']*'|\"[^\"]*\"))?)*\s*/?>"
    r"|</[A-Za-z][A-Za-z0-9-]*\s*>)"
)
_BLOCK_TAGS: Final = (
    "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt"
    "|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu"
    "|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead|title|tr"
    "|track|ul"
)


class Scan:
    """A line being read; tabs reach to the next of every fourth columns, and may be read in part."""

    __slots__ = ("_at", "_column", "_owed", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._at: int = 0
        self._column: int = 0
        self._owed: int = 0
        """Columns of a tab that was read in part."""

    def indent(self) -> int:
        """How many blank columns come next."""
        column = self._column + self._owed
        for at in range(self._at, len(self._text)):
            char = self._text[at]
            if char == " ":
                column += 1
            elif char == "\t":
                column += _TAB - column % _TAB
            else:
                break
        return column - self._column

    def skip_blanks(self, most: int) -> None:
        """Reads over at most so many blank columns."""
        while most > 0:
            if self._owed:
                step = min(most, self._owed)
                self._owed -= step
                self._column += step
                most -= step
            elif self._at < len(self._text) and self._text[self._at] in _BLANKS:
                self._owed = 1 if self._text[self._at] == " " else _TAB - self._column % _TAB
                self._at += 1
            else:
                return

    def skip(self, characters: int) -> None:
        """Reads over so many characters, none of them a blank."""
        self._at += characters
        self._column += characters

    @property
    def rest(self) -> str:
        """What has not been read."""
        return " " * self._owed + self._text[self._at :]

    @property
    def body(self) -> str:
        """The same without the blanks it begins with."""
        return self._text[self._at :].lstrip(_BLANKS)


@cache
def _html() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    """How each kind of HTML block begins and ends."""
    kinds = (
        (r"<(?:script|pre|style|textarea)(?=\s|>|$)", r"</(?:script|pre|style|textarea)>"),
        (r"<!--", r"-->"),
        (r"<\?", r"\?>"),
        (r"<![A-Z]", r">"),
        (r"<!\[CDATA\[", r"\]\]>"),
        (rf"</?(?:{_BLOCK_TAGS})(?=\s|/?>|$)", ""),
        (rf"{_TAG}\s*$", ""),
    )
    ignored = re.IGNORECASE
    return tuple((re.compile(start, ignored), re.compile(end, ignored) if end else _NEVER) for start, end in kinds)


def html_end(body: str, *, in_paragraph: bool) -> re.Pattern[str] | None:
    """What ends the HTML block that begins so (it may never come: a blank line does too); None when it is none."""
    if not body.startswith("<"):  # most never do, and need no rules for it
        return None
    kinds = _html()[:-1] if in_paragraph else _html()
    return next((end for start, end in kinds if start.match(body)), None)


def ends_at_blank(end: re.Pattern[str]) -> bool:
    """Whether an HTML block is over at an empty line."""
    return end is _NEVER


def cells_of(row: str) -> list[str]:
    """The cells of a table's row."""
    row = row.strip()
    parts: list[str] = re.split(r"(?<!\\)\|", row.removeprefix("|"))
    if not parts[-1].strip():
        parts.pop()
    return [part.strip().replace("\\|", "|") for part in parts]

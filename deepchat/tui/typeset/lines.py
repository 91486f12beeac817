"""Plain styled lines: all that a painter and a copier need to know of set text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

STYLES: Final = (
    "text",
    "em",
    "strong",
    "strike",
    "code",
    "link",
    "image",
    "h1",
    "h2",
    "h3",
    "h4",
    "bullet",
    "task.open",
    "task.done",
    "quote",
    "rule",
    "table.head",
    "table.rule",
    "html",
    "note",
    "code.block",
    "code.label",
    "code.text",
    "code.keyword",
    "code.string",
    "code.number",
    "code.comment",
    "code.name",
    "code.type",
    "code.operator",
    "code.error",
    "code.added",
    "code.removed",
)
"""Every name that a piece's style may be made of; a painter has a look for each."""

LEAST_WIDTH: Final = 8
"""Narrower text than this is set as if there were so much room: a wide letter, a bullet and a bar must fit."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where some of a line's characters lead."""

    start: int
    """The first of them, counted in the line's whole text."""
    end: int
    """Behind the last of them."""
    target: str
    """Exactly what was written, whatever it is: who opens it has to judge it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of set text."""

    pieces: tuple[tuple[str, str], ...] = ()
    """Text, and the names of its styles joined by blanks ("strong em"); no piece is empty."""
    gutter: int = 0
    """How many characters at its start belong to the page and not to the text (indentation, quote bars, a code
    block's margin); they are not copied."""
    glue: str = "\n"
    """What stands between this line and the next when they are copied: a line break, or what a wrap left out."""
    fill: str = ""
    """The style that fills the rest of the line to the edge ("code.block"), if any."""
    links: tuple[Link, ...] = ()
    """Which of its characters lead somewhere."""

    @property
    def text(self) -> str:
        """What the line reads, its gutter included."""
        return "".join([text for text, _ in self.pieces])

    def is_image(self, link: Link) -> bool:
        """Whether a link of this line leads to a picture that is shown as words; one around a picture is a link."""
        start = 0
        for text, style in self.pieces:
            if start <= link.start < start + len(text):
                return "image" in style.split() and "link" not in style.split()
            start += len(text)
        return False


BLANK: Final = Line()


def copied(lines: Sequence[Line], start_column: int = 0, end_column: int | None = None) -> str:
    """The logical text of the lines: wraps joined again, gutters left out.

    Of the first line only what begins at `start_column`, of the last only what ends before `end_column` (characters
    of the line's text).
    """
    parts: list[str] = []
    last = len(lines) - 1
    for number, line in enumerate(lines):
        start = max(line.gutter, start_column if number == 0 else 0)
        parts.append(line.text[start : end_column if number == last else None])
        if number != last:
            parts.append(line.glue)
    return "".join(parts)

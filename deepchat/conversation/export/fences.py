"""Where code stands in Markdown: between fences, as CommonMark has them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_OPENING: Final = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})[ \t]*([^\s`]*)")
_TICKS: Final = re.compile("`+")
_CLOSING: Final = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*\r?$")


@dataclass(frozen=True, slots=True)
class Prose:
    text: str


@dataclass(frozen=True, slots=True)
class Code:
    text: str
    """Without its fences."""
    language: str
    fence: str
    """What opened it."""
    is_closed: bool


def pieces(text: str) -> Iterator[Prose | Code]:
    """The text as it alternates between prose and code; joined by line ends and fences, they are all of it."""
    lines: list[str] = []
    opened: re.Match[str] | None = None
    for line in text.split("\n"):
        if opened is None:
            opened = _OPENING.match(line)
            if opened is None:
                lines.append(line)
            elif lines:
                yield Prose("\n".join(lines))
                lines = []
        elif _closes(opened[1], line):
            yield Code("\n".join(lines), opened[2], opened[1], is_closed=True)
            lines, opened = [], None
        else:
            lines.append(line)
    if opened is not None:
        yield Code("\n".join(lines), opened[2], opened[1], is_closed=False)
    elif lines:
        yield Prose("\n".join(lines))


def fenced(text: str, language: str = "") -> str:
    """The text as a block of code, in a fence that it can't close."""
    longest = max(map(len, _TICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _closes(fence: str, line: str) -> bool:
    closing = _CLOSING.match(line)
    return closing is not None and closing[1].startswith(fence)

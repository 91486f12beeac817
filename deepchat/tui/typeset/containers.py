"""What blocks stand in (quotes, lists, notes), and what of it is seen at the start of their lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final

from deepchat.tui.typeset.lines import Line, Link
from deepchat.tui.typeset.styled import Pieces, Run, links_of, pieces_of
from deepchat.tui.typeset.wrap import cells

MOST_NESTED: Final = 20
"""Deeper than this, the marks of quotes and lists are text."""
BAR: Final = "▌ "
BULLETS: Final = "•◦▪"
_LONGEST_LABEL: Final = 12


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation."""

    key: int
    """Tells it from all others of its text."""


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list; it has nothing but items."""

    key: int
    """Tells it from all others of its text."""
    mark: str
    """What its items are marked with in the source: a bullet, or what follows the number."""
    number: int = field(default=0, compare=False)
    """The number of the item it has come to."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list."""

    key: int
    """Tells it from all others of its text."""
    indent: int
    """How far what belongs to it is indented in the source."""
    marker: str = field(compare=False)
    """What it shows before its first line."""
    style: str = field(default="bullet", compare=False)
    """The style of its marker."""


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote."""

    key: int
    """Tells it from all others of its text."""
    label: str
    """What it is referred to by."""


Container = Quote | ListOf | Item | Note
Stack = tuple[Container, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands before the lines of a block, and the room that is left for them."""

    first: Pieces
    """Before its first line."""
    rest: Pieces
    """Before all others; as wide as before the first."""
    gutter: int
    """How many characters before its first line are not copied."""
    width: int
    """The room that is left, in cells."""
    base: str
    """The style of what has no other."""

    def gutter_of(self, before: Pieces) -> int:
        """How much of its first line is not copied when all that belongs to the page is `before`; a marker is."""
        whole = sum([len(text) for text, _ in before])
        return self.gutter if self.gutter < sum([len(text) for text, _ in self.first]) else whole

    def line(self, number: int, runs: list[Run], glue: str = "\n") -> Line:
        """The block's line of that number, with those runs."""
        before = self.rest if number else self.first
        at = sum([len(text) for text, _ in before])
        links: tuple[Link, ...] = links_of(runs, at)
        return Line(before + pieces_of(runs), at if number else self.gutter, glue, "", links)


def shared(one: Stack, other: Stack) -> int:
    """How many containers both stand in."""
    return len(list(takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))))


def frame(stack: Stack, unmarked: int, width: int) -> Frame:
    """The frame of a block in those containers; items from number `unmarked` on have not shown their markers yet."""
    room = width // 2
    parts = [part for index, container in enumerate(stack) if (part := _part(container, index >= unmarked))]
    used = 0
    kept: list[tuple[str, str, bool]] = []
    for text, style, is_marker in reversed(parts):
        # Deep down, the outer containers give up their indentation: half of the line is left for the text.
        if used + cells(text) > room:
            if not kept:
                kept.append((text[-room:], style, is_marker))
                used = cells(kept[0][0])
            break
        kept.append((text, style, is_marker))
        used += cells(text)
    kept.reverse()
    first = tuple([(text, style) for text, style, _ in kept])
    rest = tuple([(" " * cells(text), "text") if is_marker else (text, style) for text, style, is_marker in kept])
    base = "quote" if any(isinstance(container, Quote) for container in stack) else "text"
    return Frame(first, rest, _gutter(kept), width - used, base)


def _part(container: Container, shows_marker: bool) -> tuple[str, str, bool] | None:
    match container:
        case Quote():
            return BAR, "quote", False
        case ListOf():
            return None
        case Item(marker=marker, style=style):
            return (marker, style, True) if shows_marker else (" " * cells(marker), "text", False)
        case Note(label=label):
            shown = label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"
            marker = f"[{shown}] "
            return (marker, "note", True) if shows_marker else (" " * cells(marker), "text", False)


def _gutter(parts: list[tuple[str, str, bool]]) -> int:
    """All before the first marker, and the blanks it begins with; a marker is part of the text."""
    before = 0
    for text, _, is_marker in parts:
        if is_marker:
            return before + len(text) - len(text.lstrip())
        before += len(text)
    return before


def gap(stack: Stack, width: int) -> Line:
    """An empty line within those containers: only the bars of quotes are seen."""
    pieces = list(frame(stack, len(stack), width).rest)
    while pieces and not pieces[-1][0].strip():
        pieces.pop()
    if pieces:
        text, style = pieces[-1]
        pieces[-1] = (text.rstrip(), style)
    return Line(tuple(pieces), sum([len(text) for text, _ in pieces]))


def marker_of(number: int | None, mark: str, depth: int) -> str:
    """What an item shows: a bullet by depth, or its number."""
    if number is None:
        return f" {BULLETS[min(depth, len(BULLETS) - 1)]} "
    return f"{number}{mark} ".rjust(4)

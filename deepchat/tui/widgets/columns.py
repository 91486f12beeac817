"""Columns of a list: what stands in them, how they sort, and which of them have room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from re import Pattern
from typing import Final, Generic, TypeVar

from textual.content import Content, Span

Item = TypeVar("Item")
Order = tuple[int, str]
"""What items sort by: a number, or a word, or the one and then the other."""

MATCH_STYLE: Final = "$text-accent underline"
"""How what was searched for stands out; on the row under the cursor only the line under it stays."""
MUTED_STYLE: Final = "$foreground-muted"
"""What is less important; `$text-muted` looks at the paper behind it, which the text of a cell does not know."""


@dataclass(frozen=True, slots=True)
class Column(Generic[Item]):
    head: str
    cell: Callable[[Item], Content]
    """What stands there, asked for only when the row is seen."""
    width: int
    """How many cells of the terminal it takes; of one that grows, the fewest that are worth it."""
    share: int = 0
    """Its part of the room that is left over; 0 does not grow."""
    rank: int = 0
    """Where there is no room, the highest rank goes first; 0 stays, and is cut instead."""
    right: bool = False
    """Numbers stand to the right."""
    gap: int = 2
    """Blanks before it."""
    order: Callable[[Item], Order | None] | None = None
    """What its items sort by; None of an item is not known, and comes last whichever way. Without it, nothing sorts."""
    largest_first: bool = False
    is_searched: bool = False
    """Whether words of the filter are shown where they stand in it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a column stands, when it does."""

    column: int
    x: int
    width: int


def places(columns: Sequence[Column[Item]], room: int) -> list[Place]:
    """The columns that fit beside each other, widened to fill the room."""
    shown = list(range(len(columns)))
    least_wanted = sorted((at for at in shown if columns[at].rank), key=lambda at: columns[at].rank)
    while least_wanted and _taken(columns, shown) > room:
        shown.remove(least_wanted.pop())
    spare = room - _taken(columns, shown)
    shares = sum(columns[at].share for at in shown)
    placed: list[Place] = []
    x = 0
    for at in shown:
        column = columns[at]
        x += column.gap if placed else 0
        extra = spare * column.share // shares if shares else 0
        width = max(min(column.width + extra, room - x), 0)
        placed.append(Place(at, x, width))
        x += width
    return [place for place in placed if place.width]


def _taken(columns: Sequence[Column[Item]], shown: Sequence[int]) -> int:
    return sum(columns[at].width + (columns[at].gap if n else 0) for n, at in enumerate(shown))


def head_line(columns: Sequence[Column[Item]], placed: Sequence[Place], sorted_by: int, arrow: str) -> Content:
    """The heads above their columns, the arrow beside the one that the rows are sorted by."""

    def head(at: int) -> Content:
        column = columns[at]
        if at != sorted_by:
            return Content(column.head)
        return Content(f"{arrow} {column.head}" if column.right else f"{column.head} {arrow}").stylize("bold")

    return _line([(place, head(place.column), columns[place.column].right) for place in placed])


def row_line(
    columns: Sequence[Column[Item]], placed: Sequence[Place], item: Item, searched: Pattern[str] | None
) -> Content:
    """An item's cells in their places."""
    cells: list[tuple[Place, Content, bool]] = []
    for place in placed:
        column = columns[place.column]
        cell = column.cell(item)
        if searched and column.is_searched:
            cell = cell.highlight_regex(searched, style=MATCH_STYLE)
        cells.append((place, cell, column.right))
    return _line(cells)


def _line(cells: Iterable[tuple[Place, Content, bool]]) -> Content:
    """The cells in one piece; as text and spans, since this runs for every row that comes into sight."""
    text: list[str] = []
    spans: list[Span] = []
    x = length = 0
    for place, cell, right in cells:
        cell = cell.truncate(place.width, ellipsis=True)
        blanks = place.width - cell.cell_length
        before = place.x - x + (blanks if right else 0)
        length += before
        spans += [Span(start + length, end + length, style) for start, end, style in cell.spans]
        text += [" " * before, cell.plain, "" if right else " " * blanks]
        length += len(cell.plain) + (0 if right else blanks)
        x = place.x + place.width
    return Content("".join(text), spans)


def in_order(items: Sequence[Item], column: Column[Item], *, is_reversed: bool) -> list[int]:
    """The places of the items, sorted by a column; those that it knows nothing of come last."""
    known: list[tuple[Order, int]] = []
    unknown: list[int] = []
    for at, item in enumerate(items):
        order = column.order(item) if column.order else None
        if order is None:
            unknown.append(at)
        else:
            known.append((order, at))
    known.sort(key=lambda each: each[0], reverse=is_reversed != column.largest_first)
    return [at for _, at in known] + unknown

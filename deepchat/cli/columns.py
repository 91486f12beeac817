"""Tables on stdout: aligned, without colours, and as wide as the terminal lets them be."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from unicodedata import combining, east_asian_width

from deepchat.safe_text import one_line

_GAP: Final = "  "
_WIDEST: Final = 200
"""Cells of a terminal: into a pipe too, where one long title would make every line as long."""
_WIDTHS: Final = {"W": 2, "F": 2}


@dataclass(frozen=True, slots=True)
class Column:
    head: str
    right: bool = False
    """Numbers stand to the right."""
    rank: int = 0
    """Where there is no room, the highest rank goes first; 0 stays."""
    least: int = 0
    """Before any column goes, this one's cells are cut, down to so many characters; 0 is never cut."""


def print_table(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    """Print the rows under their heads; a terminal that is too narrow gets fewer columns, a pipe gets all."""
    cells = [[column.head for column in columns], *([*map(_on_one_line, row)] for row in rows)]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    shown = _that_fit(columns, widths, _room())
    for line in cells:
        print(_GAP.join(_set(line[at], widths[at], columns[at]) for at in shown).rstrip())


def _on_one_line(cell: str) -> str:
    # Nearly all cells are like this, and a list may have 100,000 of them.
    if cell.isascii() and cell.isprintable() and len(cell) <= _WIDEST and " ".join(cell.split()) == cell:
        return cell
    return cut(one_line(cell), _WIDEST)


def width(text: str) -> int:
    """How many cells of a terminal it takes."""
    if text.isascii():
        return len(text)
    return sum(_WIDTHS.get(east_asian_width(char), 1) for char in text if not combining(char))


def cut(text: str, most: int) -> str:
    """Its beginning, in so many cells of a terminal at most."""
    if width(text) <= most:
        return text
    while width(text) > most - 1:
        text = text[:-1]
    return f"{text}…"


def _set(cell: str, room: int, column: Column) -> str:
    cell = cut(cell, room)
    blanks = " " * (room - width(cell))
    return f"{blanks}{cell}" if column.right else f"{cell}{blanks}"


def _room() -> int | None:
    """The terminal's width; None into a pipe, where nobody looks."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _that_fit(columns: Sequence[Column], widths: list[int], room: int | None) -> list[int]:
    """The places of the columns to show; widths that can shrink are shrunk."""
    shown = list(range(len(columns)))
    while room is not None and (over := sum(widths[at] for at in shown) + len(_GAP) * (len(shown) - 1) - room) > 0:
        if elastic := [at for at in shown if 0 < columns[at].least < widths[at]]:
            widths[elastic[0]] = max(columns[elastic[0]].least, widths[elastic[0]] - over)
            continue
        last = max(shown, key=lambda at: columns[at].rank)
        if not columns[last].rank:
            break
        shown.remove(last)
    return shown

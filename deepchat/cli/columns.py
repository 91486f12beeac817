"""Tables on stdout: aligned, without colours, and as wide as the terminal lets them be."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from deepchat.safe_text import one_line

_GAP: Final = "  "
_LONGEST_CELL: Final = 300


@dataclass(frozen=True, slots=True)
class Column:
    head: str
    right: bool = False
    """Numbers stand to the right."""
    rank: int = 0
    """Where there is no room, the highest rank goes first; 0 stays."""


def print_table(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
    """Print the rows under their heads; a terminal that is too narrow gets fewer columns, a pipe gets all."""
    cells = [[one_line(cell, _LONGEST_CELL) for cell in row] for row in rows]
    heads = [column.head for column in columns]
    widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    shown = _that_fit(columns, widths, _room())
    for line in (heads, *cells):
        padded = (line[at].rjust(widths[at]) if columns[at].right else line[at].ljust(widths[at]) for at in shown)
        print(_GAP.join(padded).rstrip())


def _room() -> int | None:
    """The terminal's width; None into a pipe, where nobody looks."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def _that_fit(columns: Sequence[Column], widths: Sequence[int], room: int | None) -> list[int]:
    """The places of the columns to show."""
    shown = list(range(len(columns)))
    while room is not None and sum(widths[at] for at in shown) + len(_GAP) * (len(shown) - 1) > room:
        last = max(shown, key=lambda at: columns[at].rank)
        if not columns[last].rank:
            break
        shown.remove(last)
    return shown

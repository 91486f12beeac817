"""The thumb of a scrollbar: of a page that grows it moves by less than a cell, and only cells it enters are painted.

Textual paints all of a scrollbar with every row that comes, which costs more than to paint the row.
"""

from __future__ import annotations

from math import ceil
from typing import cast

from textual.geometry import Region
from textual.reactive import Reactive
from textual.scrollbar import ScrollBar


def move(bar: ScrollBar, rows: int, row: float) -> None:
    """Let it know how many rows there are, and which of them is the first in sight."""
    size, position = cast("list[Reactive[float]]", [ScrollBar.window_virtual_size, ScrollBar.position])
    before = _edges(bar)
    bar.set_reactive(size, rows)
    bar.set_reactive(position, row)
    after = _edges(bar)
    if before is None or after is None:
        if before != after:
            bar.refresh()
        return
    for old, new in zip(before, after, strict=True):
        if old != new:
            bar.refresh(Region(0, min(old, new), bar.size.width, abs(old - new) + 1))


def _edges(bar: ScrollBar) -> tuple[int, int] | None:
    """The cells in which it begins and ends, as Textual works it out; None when all is in sight, and there is none."""
    height, rows, window = bar.size.height, bar.window_virtual_size, bar.window_size
    if not height or window >= rows or rows == height:
        return None
    size = max(1.0, window * height / rows)
    start = (height - size) * bar.position / (rows - window)
    return int(start), min(ceil(start + size), height) - 1

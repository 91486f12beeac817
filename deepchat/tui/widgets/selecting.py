"""What is selected on a page, and the logical text of it: soft wraps joined, margins left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from deepchat.tui.typeset.lines import Line, copied
from deepchat.tui.widgets.painting import MARGIN, Span

if TYPE_CHECKING:
    from textual.selection import Selection

    from deepchat.tui.widgets.sheet import Sheet
    from deepchat.tui.widgets.sheets import Sheets

ROWS_A_MESSAGE: Final = 32_768
"""A place in a selection is a message and a line of it in one number, which Textual's faster half keeps in 32 bits."""
MOST_MESSAGES: Final = 2**31 // ROWS_A_MESSAGE
_END: Final = 10**9

Place = tuple[int, int, int]
"""A message, a line of it, a character of that."""


def spot(index: int, line: int) -> int:
    """The number of a place in a selection."""
    return min(index, MOST_MESSAGES - 1) * ROWS_A_MESSAGE + min(line, ROWS_A_MESSAGE - 1)


def span_on(selection: Selection, index: int, line: int, shown: Line) -> Span | None:
    """What of this line is selected."""
    span = selection.get_span(spot(index, line))
    if span is None:
        return None
    start, end = span
    return max(0, start - MARGIN), len(shown.text) if end == -1 else max(0, end - MARGIN), "selection"


def copied_between(sheets: Sheets, selection: Selection) -> str:
    """What a selection says; of whole messages in it, their words as they were written."""
    if not len(sheets):
        return ""
    first, last = _ends(sheets, selection)
    parts: list[str] = []
    for index in range(first[0], last[0] + 1):
        begins = first[1:] if index == first[0] else (0, 0)
        ends = last[1:] if index == last[0] else (_END, _END)
        is_whole = begins[0] == 0 and ends == (_END, _END)
        parts.append(sheets.words_of(index) if is_whole else _of_one(sheets[index], begins, ends))
    return "\n\n".join(part for part in parts if part)


def _of_one(sheet: Sheet, begins: tuple[int, int], ends: tuple[int, int]) -> str:
    """Its head and its foot are ours, not part of what was said."""
    first, behind = max(1, begins[0]), min(ends[0] + 1, sheet.words_at.stop)
    lines = [sheet.line(line) for line in range(first, behind)]
    return copied(lines, begins[1] if first == begins[0] else 0, ends[1] if ends[0] < behind else None)


def _ends(sheets: Sheets, selection: Selection) -> tuple[Place, Place]:
    start, end = selection
    first = _place(start.y, start.x) if start else (0, 0, 0)
    last = _place(end.y, end.x) if end else (len(sheets) - 1, _END, _END)
    return min(first, (len(sheets) - 1, _END, _END)), min(last, (len(sheets) - 1, _END, _END))


def _place(y: int, x: int) -> Place:
    return y // ROWS_A_MESSAGE, y % ROWS_A_MESSAGE, max(0, x - MARGIN)

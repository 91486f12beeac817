"""Tables: columns as wide as they need and the page allows; where it allows too little, one field under the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from itertools import zip_longest
from typing import Final, Literal, NamedTuple

from deepchat.tui.typeset.containers import Frame
from deepchat.tui.typeset.inline import Inline
from deepchat.tui.typeset.lines import Line
from deepchat.tui.typeset.styled import Run, Styled
from deepchat.tui.typeset.wrap import cells, wrap

LEAST_COLUMN: Final = 6
"""Cells: a table whose columns would be narrower is laid out as records."""
MOST_ROWS_MOVED: Final = 12
"""From so many rows on, a row that is not whole yet widens no column: all others would have to be laid out again."""
MOST_COLUMNS: Final = 64
"""Wider ones are no tables any more, and are shown as they were written."""
_BAR: Final = Run(" │ ", "table.rule")

Align = Literal["left", "right", "center"]
Row = Sequence[Styled]


class Plan(NamedTuple):
    """How a table is laid out."""

    widths: tuple[int, ...]
    """The columns' cells; none when each row is a record."""
    has_rules: bool
    """Whether rules part the rows, because some take more than one line."""


def alignments(delimiters: Iterable[str]) -> list[Align]:
    """How the columns are aligned, by the cells of the row below their heads."""
    sides = [(cell.startswith(":"), cell.endswith(":")) for cell in delimiters]
    return ["center" if left and right else "right" if right else "left" for left, right in sides]


def plan(wanted: Sequence[int], words: Sequence[int], width: int) -> Plan:
    """The widths of columns that want so many cells, and whose longest words so many, in a page of that width."""
    room = width - len(_BAR.text) * (len(wanted) - 1)
    if sum(wanted) <= room:
        return Plan(tuple(wanted), has_rules=False)
    if room < sum(min(each, LEAST_COLUMN) for each in wanted):
        return Plan((), has_rules=True)
    whole = _shared_out(words, room)
    more = _shared_out([want - has for want, has in zip(wanted, whole, strict=True)], room - sum(whole))
    return Plan(tuple(map(sum, zip(whole, more, strict=True))), has_rules=True)


def _shared_out(wanted: Sequence[int], room: int) -> list[int]:
    """Those who want little get all of it; what is left is shared by the others alike."""
    given = list(wanted)
    left = len(wanted)
    for column in sorted(range(len(wanted)), key=lambda column: wanted[column]):
        given[column] = min(wanted[column], room // left)
        room -= given[column]
        left -= 1
    return given


class Table:
    """A table that grows by rows."""

    def __init__(
        self, page: list[Line], frame: Frame, inline: Inline, head: Sequence[str], aligns: Sequence[Align]
    ) -> None:
        self.settled = len(page)
        """The page's lines before this one are not its concern any more."""
        self._page = page
        self._frame = frame
        self._inline = inline
        self._aligns = aligns
        self._rows: list[Row] = []
        self._lines: list[Line] = []
        self._wanted = [1] * len(self._aligns)
        self._words = [1] * len(self._aligns)
        self._plan = Plan((), has_rules=False)
        self._is_trial = False
        self._add([inline.set(cell, "table.head", in_cell=True) for cell in head])

    def copy(self) -> Table:
        """One that may go another way."""
        twin = copy(self)
        twin._rows, twin._lines, twin._is_trial = list(self._rows), list(self._lines), True
        return twin

    def add(self, row: Sequence[str]) -> None:
        """One more row; what it has too many is dropped, what it has too few stays empty."""
        shown = [self._inline.set(cell, self._frame.base, in_cell=True) for cell in row[: len(self._aligns)]]
        self._add(shown + [Styled(())] * (len(self._aligns) - len(shown)))

    def show(self) -> None:
        """Puts its lines on the page."""
        self._page[self.settled :] = self._lines

    def _add(self, row: Row) -> None:
        self._rows.append(row)
        if not self._is_trial or len(self._rows) <= MOST_ROWS_MOVED:
            most = self._frame.width
            self._wanted = [min(max(pair), most) for pair in zip(self._wanted, map(_wanted, row), strict=True)]
            self._words = [min(max(pair), most) for pair in zip(self._words, map(_longest_word, row), strict=True)]
            planned = plan(self._wanted, self._words, most)
            if planned != self._plan:
                self._plan = planned
                self._lines = []
                for number, each in enumerate(self._rows):
                    self._lay(number, each)
                return
        self._lay(len(self._rows) - 1, row)

    def _lay(self, number: int, row: Row) -> None:
        if number == 1 or (number > 1 and self._plan.has_rules):
            self._put([Run(self._rule(), "table.rule")], is_rule=True)
        if self._plan.widths:
            self._lay_columns(row)
        else:
            self._lay_record(number, row)

    def _rule(self) -> str:
        if self._plan.widths:
            return "─┼─".join("─" * width for width in self._plan.widths)
        return "─" * self._frame.width

    def _lay_columns(self, row: Row) -> None:
        columns = zip(row, self._plan.widths, self._aligns, strict=True)
        for parts in zip_longest(*(_column(*column) for column in columns)):
            runs: list[Run] = []
            for part, width in zip(parts, self._plan.widths, strict=True):
                runs += [_BAR] if runs else []
                runs += part or [Run(" " * width, "text")]
            if not runs[-1].text.strip(" "):
                runs.pop()
            self._put(runs)

    def _lay_record(self, number: int, row: Row) -> None:
        """Each field on lines of its own, named by its column's head; the heads alone when there is no row yet."""
        if number == 1:
            self._lines = []
        for head, cell in zip(self._rows[0], row, strict=True):
            runs = _all(head)
            if number:
                runs += [Run(": ", "table.rule"), *_all(cell)]
            field = Styled(runs)
            for cut in wrap(field.text, self._frame.width):
                self._put(field.runs(cut.start, cut.end), glue=cut.glue)

    def _put(self, runs: list[Run], glue: str = "\n", *, is_rule: bool = False) -> None:
        line = self._frame.line(len(self._lines), runs, "" if is_rule else glue)
        if is_rule:
            line = Line(line.pieces, len(line.text), "", line.fill)
        self._lines.append(line)


def _all(cell: Styled) -> list[Run]:
    return cell.runs(0, len(cell.text))


def _wanted(cell: Styled) -> int:
    return max(1, *map(cells, cell.text.split("\n"))) if "\n" in cell.text else max(1, cells(cell.text))


def _longest_word(cell: Styled) -> int:
    # A longer word is cut anyway, and a text without blanks has no words to keep whole.
    return max([1, *(cells(word) for word in cell.text.split() if word.isascii())])


def _column(cell: Styled, width: int, align: Align) -> list[list[Run]]:
    """The lines of one cell, each filled to the column's width."""
    lines: list[list[Run]] = []
    for cut in wrap(cell.text, width):
        runs = cell.runs(cut.start, cut.end)
        spare = width - cells(cell.text[cut.start : cut.end])
        before = {"left": 0, "center": spare // 2, "right": spare}[align]
        blanks = (Run(" " * before, "text"), Run(" " * (spare - before), "text"))
        lines.append([*([blanks[0]] if before else []), *runs, *([blanks[1]] if spare > before else [])])
    return lines

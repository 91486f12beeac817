"""The messages of a conversation one above the other: only those that are looked at are set."""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from deepchat.tui.entries import NO_ENTRIES, Entries
from deepchat.tui.widgets.heights import Heights

if TYPE_CHECKING:  # the first frame shows no message
    from deepchat.tui.entries import Entry
    from deepchat.tui.widgets.sheet import Sheet

MOST_ROWS_SET: Final = 400
"""Lines take several times the memory of their text: only the latest so many are kept; the others are set again when
they are looked at."""
_MARKUP: Final = "*_`~\\"
"""What may stand between two letters of the source that are neighbours on the page."""


class Sheets:
    """Rows of them; a height is a guess until somebody looks there."""

    def __init__(self) -> None:
        self.width = 0
        self.shows_thoughts = False
        self._entries = NO_ENTRIES
        self._sheets: dict[int, Sheet] = {}
        """Those that somebody has looked at: of very many, most never are."""
        self._heights = Heights()
        self._set: OrderedDict[int, int] = OrderedDict()
        """The messages that have lines, and how many, the one that was looked at longest ago first."""
        self.rows_set = 0
        """How many lines they have in all."""
        self._in_sight = range(0)

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, index: int) -> Sheet:
        if self.width:
            self._lay(index)
        return self._sheet(index)

    @property
    def rows(self) -> int:
        return self._heights.total

    def top(self, index: int) -> int:
        """The row on which a message begins."""
        return self._heights.top(index)

    def at(self, row: int) -> tuple[int, int]:
        """Which message has this row, and which of its lines it is."""
        index = self._heights.at(row)
        return index, row - self._heights.top(index)

    def is_in_sight(self, index: int, row: int, rows: int) -> bool:
        """Whether anything of this message is among so many rows from there on."""
        top = self.top(index)
        return top < row + rows and row < top + len(self[index])

    def put(self, entries: Sequence[Entry], *, is_live: bool) -> None:
        """These messages; those that were here stay as they are. When it is live, the last one streams."""
        last = len(entries) - 1
        self._entries = entries = Entries.of(entries)
        for place in [*self._sheets]:
            if place > last or not _goes_on(self._sheets[place], entries[place], is_live=is_live and place == last):
                self._drop(place)
        if is_live and last >= 0 and last not in self._sheets:
            self._sheets[last] = self._fresh(entries[last], is_live=True)
        self._guess()

    def set_width(self, width: int) -> None:
        if width != self.width:
            self.width = width
            self._guess()

    def grown_at(self, index: int) -> None:
        """That one has changed."""
        if self.width:
            self._heights.put(index, self._sheet(index).lay(self.width))

    def measure(self, row: int, rows: int) -> int:
        """Know how tall all is that is seen from this row on; gives by how much what lies above it grew."""
        if not self._entries or not self.width:
            return 0
        index, line = self.at(max(0, row))
        first, above, seen = index, 0, -line
        while index < len(self._entries) and seen < rows:
            self._in_sight = range(first, index + 1)
            height = self._lay(index)
            more = self._heights.put(index, height)
            if seen < 0 and more:
                above += more
            seen += height
            index += 1
        return above

    def measure_end(self, rows: int) -> None:
        """Know how tall the last ones are that fill so many rows."""
        index, seen = len(self._entries) - 1, 0
        while index >= 0 and seen < rows and self.width:
            self._in_sight = range(index, len(self._entries))
            height = self._lay(index)
            self._heights.put(index, height)
            seen += height
            index -= 1

    def fold_all(self) -> None:
        """Show all thoughts, or none."""
        self.shows_thoughts = not self.shows_thoughts
        for sheet in self._sheets.values():
            sheet.is_open = self.shows_thoughts
            sheet.again()
        self._guess()

    def find(self, words: str, after: tuple[int, int], *, backwards: bool) -> tuple[int, int] | None:
        """The next place where these words stand, whatever their case: a message, and a line of it."""
        count, step = len(self._entries), -1 if backwards else 1
        for away in range(count + 1):
            index = (after[0] + step * away) % count
            lines = self._lines_with(words, index)
            if away == 0:
                lines = [line for line in lines if (line < after[1] if backwards else line > after[1])]
            if lines:
                return index, lines[-1 if backwards else 0]
        return None

    def rank(self, words: str, index: int) -> tuple[int, int]:
        """Which one this message is of all that say these words, and how many do."""
        saying = [at for at in range(len(self._entries)) if self._says(words, at)]
        return bisect_right(saying, index), len(saying)

    def words_of(self, index: int) -> str:
        """Exactly what a message says; it need not be set for that."""
        sheet = self._sheets.get(index)
        return sheet.words if sheet else self._entries.kept[index].text

    def place_of(self, node_id: str) -> int:
        """Where a message stands; -1 when it is not on this branch."""
        return self._entries.place_of(node_id)

    def _lines_with(self, words: str, index: int) -> list[int]:
        if not self._says(words, index):
            return []
        sheet = self[index]
        return [line for line in sheet.words_at if words in sheet.line(line).text.casefold()] or [0]

    def _says(self, words: str, index: int) -> bool:
        said = self.words_of(index).casefold()
        if words in said:
            return True
        for mark in _MARKUP:  # one after the other: of very long texts, all at once takes seconds
            said = said.replace(mark, "")
        return words in said

    def _lay(self, index: int) -> int:
        height = self._sheet(index).lay(self.width)
        self.rows_set += height - self._set.get(index, 0)
        self._set[index] = height
        self._set.move_to_end(index)
        if self.rows_set > MOST_ROWS_SET:
            self._let_go(index)
        return height

    def _let_go(self, but: int) -> None:
        """Of those looked at longest ago, never of what is in sight."""
        for index in [index for index in self._set if index != but and index not in self._in_sight]:
            self.rows_set -= self._set.pop(index)
            self._sheets[index].forget()
            if self.rows_set <= MOST_ROWS_SET:
                return

    def _guess(self) -> None:
        guesses: list[int] = []
        if self.width and self._entries:
            from deepchat.tui.widgets.sheet import estimates

            guesses = estimates([one.text for one in self._entries.kept], self.width)
            for place, sheet in self._sheets.items():
                guesses[place] = sheet.estimate(self.width)
        self._heights = Heights(guesses)

    def _sheet(self, index: int) -> Sheet:
        sheet = self._sheets.get(index)
        if sheet is None:
            sheet = self._sheets[index] = self._fresh(self._entries[index])
        return sheet

    def _drop(self, index: int) -> None:
        del self._sheets[index]
        self.rows_set -= self._set.pop(index, 0)

    def _fresh(self, entry: Entry, *, is_live: bool = False) -> Sheet:
        from deepchat.tui.widgets.sheet import Sheet

        sheet = Sheet(entry, is_live=is_live)
        sheet.is_open = self.shows_thoughts
        return sheet


def _goes_on(sheet: Sheet, entry: Entry, *, is_live: bool) -> bool:
    """Let it show the message, if it is the one that it showed before; else False."""
    is_over = sheet.is_live and not is_live and entry.node.message.role == "assistant"
    if is_over or _is_same(sheet, entry, is_live=is_live):
        sheet.show(entry, is_over=is_over)
        return True
    return False


def _is_same(sheet: Sheet, entry: Entry, *, is_live: bool) -> bool:
    """A question gets its id once it is on disk; an answer that streams keeps what it has heard."""
    if sheet.is_live != is_live:
        return False
    old, new = sheet.entry.node, entry.node
    return is_live or old.id == new.id or old.message == new.message


def fold(sheet: Sheet) -> None:
    """Show its thoughts, or hide them."""
    sheet.is_open = not sheet.is_open
    sheet.again()

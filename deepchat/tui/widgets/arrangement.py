"""Which lines a list has: its items filtered, sorted and put under headings; knows no widget."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Generic

from deepchat.tui.widgets.columns import Column, Item, in_order

NOWHERE: Final = -1


@dataclass(frozen=True, slots=True)
class Table(Generic[Item]):
    """What a list needs to know of its items."""

    columns: Sequence[Column[Item]]
    key: Callable[[Item], str]
    """What an item is known by as it changes and moves."""
    words: Callable[[Item], str]
    """What the filter looks in."""
    group: Callable[[Item], str]
    """The heading it stands under, while the items are in the order in which they came; empty for none."""
    groups_while_filtered: bool = True
    has_heads: bool = True
    waiting: str = ""
    """What is said before anybody knows whether there are items."""
    empty: str = ""
    """What is said where there is no item at all."""
    nothing: str = ""
    """What is said where none has the words."""


@dataclass(frozen=True, slots=True)
class Heading:
    words: str


@dataclass(frozen=True, slots=True)
class LastLine:
    """The line after all items, which no filter takes away."""


@dataclass(frozen=True, slots=True)
class Excuse:
    """Stands where no item does."""

    words: str


Line = int | Heading | Excuse | LastLine
"""The number of an item, or what stands between them."""
_LAST_LINE: Final = LastLine()


class Arrangement(Generic[Item]):
    """Items as lines."""

    def __init__(self, table: Table[Item]) -> None:
        self.table = table
        self._is_known = not table.waiting
        self.items: Sequence[Item] = ()
        self.lines: list[Line] = []
        self.number_shown = 0
        """How many items the filter lets through."""
        self.pattern: re.Pattern[str] | None = None
        """What is looked for, to be shown where it stands."""
        self.sorted_by = NOWHERE
        """The column; without one the items are in the order in which they came."""
        self.is_reversed = False
        self.has_last = False
        self._sought: list[str] = []
        self._words: list[str] = []
        self._numbers: dict[str, int] = {}
        self._at: dict[Line, int] = {}
        self.arrange()

    def put(self, items: Sequence[Item]) -> None:
        """Let these be the items."""
        self.items, self._is_known = items, True
        self._words = []
        self._numbers = {self.table.key(item): number for number, item in enumerate(items)}
        self.arrange()

    def find(self, words: str) -> None:
        """Keep the items that have all these words, in any order and any case."""
        self._sought = words.casefold().split()
        longest_first = sorted(self._sought, key=len, reverse=True)
        self.pattern = re.compile("|".join(map(re.escape, longest_first)), re.IGNORECASE) if longest_first else None
        self.arrange()

    def sort_by(self, column: int) -> None:
        """Sort by a column; once more turns it round, and a third time brings back the order in which they came.

        NOWHERE brings that back at once.
        """
        if column == NOWHERE or (column == self.sorted_by and self.is_reversed):
            self.sorted_by, self.is_reversed = NOWHERE, False
        elif column != self.sorted_by:
            self.sorted_by, self.is_reversed = column, False
        else:
            self.is_reversed = True
        self.arrange()

    def item(self, key: str) -> Item | None:
        """The item of that key, shown or not."""
        return self.items[self._numbers[key]] if key in self._numbers else None

    def item_on(self, line: int) -> Item | None:
        """The item on a line, if it has one."""
        found = self.lines[line] if 0 <= line < len(self.lines) else None
        return self.items[found] if isinstance(found, int) else None

    def line_of(self, key: str) -> int:
        """Where the item of that key stands; NOWHERE when it is not shown."""
        return self._at.get(self._numbers[key], NOWHERE) if key in self._numbers else NOWHERE

    def can_stop(self, line: int) -> bool:
        """Whether the cursor may be there: on items, and on the last line."""
        return 0 <= line < len(self.lines) and isinstance(self.lines[line], int | LastLine)

    def next_stop(self, line: int, step: int) -> int:
        """The first line from there on where the cursor may be, upwards or downwards; else NOWHERE."""
        while 0 <= line < len(self.lines):
            if self.can_stop(line):
                return line
            line += step
        return NOWHERE

    def arrange(self) -> None:
        """Work out the lines anew."""
        wanted = self._wanted()
        self.number_shown = len(wanted)
        self.lines = [*self._under_headings(wanted), *self._rest(wanted)]
        self._at = {line: at for at, line in enumerate(self.lines)}

    def _wanted(self) -> list[int]:
        numbers: Sequence[int] = range(len(self.items))
        if self.sorted_by != NOWHERE:
            numbers = in_order(self.items, self.table.columns[self.sorted_by], is_reversed=self.is_reversed)
        if not self._sought:
            return list(numbers)
        if not self._words:
            self._words = [self.table.words(item).casefold() for item in self.items]
        words = self._words
        return [number for number in numbers if all(word in words[number] for word in self._sought)]

    def _under_headings(self, numbers: Sequence[int]) -> Iterator[Line]:
        grouped = self.sorted_by == NOWHERE and (self.table.groups_while_filtered or not self._sought)
        under = ""
        for number in numbers:
            if grouped and (group := self.table.group(self.items[number])) != under:
                under = group
                yield Heading(group)
            yield number

    def _rest(self, numbers: Sequence[int]) -> Iterator[Line]:
        empty = self.table.empty if self._is_known else self.table.waiting
        excuse = self.table.nothing if self.items else empty
        if excuse and not numbers:
            yield Excuse(excuse)
        if self.has_last:
            yield _LAST_LINE

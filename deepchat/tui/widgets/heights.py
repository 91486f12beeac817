"""How tall the messages of a conversation are, one above the other: some measured, most only guessed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate


class Heights:
    """Rows; a message begins where the one before it ends."""

    def __init__(self, heights: Iterable[int] = ()) -> None:
        self._tops = [0, *accumulate(heights)]

    def __len__(self) -> int:
        return len(self._tops) - 1

    @property
    def total(self) -> int:
        return self._tops[-1]

    def top(self, index: int) -> int:
        """The first row of a message; of the one after the last, the end."""
        return self._tops[index]

    def height(self, index: int) -> int:
        return self._tops[index + 1] - self._tops[index]

    def at(self, row: int) -> int:
        """Which message has this row; the nearest, when none has."""
        return max(0, min(bisect_right(self._tops, row) - 1, len(self) - 1))

    def put(self, index: int, height: int) -> int:
        """It is so tall; gives by how much that is more than it was."""
        more = height - self.height(index)
        if more:
            for below in range(index + 1, len(self._tops)):
                self._tops[below] += more
        return more

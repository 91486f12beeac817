"""How tall the messages of a conversation are, one above the other: some measured, most only guessed."""

from __future__ import annotations

from collections.abc import Iterable


class Heights:
    """Rows; a message begins where the one before it ends.

    Sums of stretches, each as long as the lowest set bit of the number of messages up to its end, so that a change and
    a look cost a few steps however many there are: https://en.wikipedia.org/wiki/Fenwick_tree
    """

    def __init__(self, heights: Iterable[int] = ()) -> None:
        self._heights = list(heights)
        self._sums = [0, *self._heights]
        for end in range(1, len(self._sums)):
            if (further := end + (end & -end)) < len(self._sums):
                self._sums[further] += self._sums[end]
        self.total = sum(self._heights)

    def __len__(self) -> int:
        return len(self._heights)

    def top(self, index: int) -> int:
        """The first row of a message; of the one after the last, the end."""
        rows = 0
        while index:
            rows += self._sums[index]
            index -= index & -index
        return rows

    def at(self, row: int) -> int:
        """Which message has this row; the nearest, when none has."""
        index, step = 0, 1 << len(self).bit_length()
        while step := step >> 1:
            if index + step <= len(self) and self._sums[index + step] <= row:
                index += step
                row -= self._sums[index]
        return max(0, min(index, len(self) - 1))

    def put(self, index: int, height: int) -> int:
        """It is so tall; gives by how much that is more than it was."""
        more = height - self._heights[index]
        self._heights[index] = height
        self.total += more
        end = index + 1
        while more and end < len(self._sums):
            self._sums[end] += more
            end += end & -end
        return more

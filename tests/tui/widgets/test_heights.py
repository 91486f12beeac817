"""How tall messages are, as a list of all their rows would say it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from deepchat.tui.widgets.heights import Heights

HEIGHTS = st.lists(st.integers(1, 50), min_size=1, max_size=30)


@given(HEIGHTS, st.lists(st.tuples(st.integers(0, 29), st.integers(1, 50))), st.integers(-5, 2000))
def test_they_are_what_a_list_of_rows_says(heights: list[int], changes: list[tuple[int, int]], row: int) -> None:
    known = Heights(heights)
    for place, height in changes:
        index = place % len(heights)
        assert known.put(index, height) == height - heights[index]
        heights[index] = height
    rows = [index for index, height in enumerate(heights) for _ in range(height)]
    assert known.total == len(rows)
    assert [known.top(index) for index in range(len(heights))] == [rows.index(index) for index in range(len(heights))]
    assert known.at(row) == rows[max(0, min(row, len(rows) - 1))]


def test_without_messages_there_are_no_rows() -> None:
    assert (len(Heights()), Heights().total) == (0, 0)

"""Columns share the room that there is: what matters less goes first, and what is cut ends in an ellipsis."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content

from deepchat.tui.widgets.columns import Column, head_line, in_order, places, row_line

Item = tuple[str, int | None]


def column(width: int = 5, share: int = 0, rank: int = 0, *, right: bool = False) -> Column[Item]:
    return Column("head", lambda item: Content(item[0]), width, share, rank, right)


columns = st.lists(
    st.builds(column, st.integers(1, 30), st.integers(0, 3), st.integers(0, 5), right=st.booleans()),
    min_size=1,
    max_size=8,
)


@given(columns, st.integers(0, 200))
def test_columns_stand_beside_each_other_within_the_room(them: list[Column[Item]], room: int) -> None:
    x = 0
    for place in places(them, room):
        assert place.x >= x
        assert place.width > 0
        x = place.x + place.width
    assert x <= room


@given(columns, st.integers(1, 200))
def test_what_matters_more_never_goes_before_what_matters_less(them: list[Column[Item]], room: int) -> None:
    shown = {place.column for place in places(them, room)}
    gone = [them[at].rank for at in range(len(them)) if at not in shown and them[at].rank]
    if gone:
        assert all(them[at].rank <= min(gone) for at in shown)


@given(columns, st.integers(1, 120), st.text(st.characters(exclude_categories=["C", "Z", "M"]), max_size=40))
def test_a_row_is_as_wide_as_its_places_whatever_stands_in_it(them: list[Column[Item]], room: int, text: str) -> None:
    placed = places(them, room)
    row = row_line(them, placed, (text, None), None)
    if placed:
        assert row.cell_length == placed[-1].x + placed[-1].width


def test_what_is_cut_ends_in_an_ellipsis() -> None:
    them = [column(5), column(5, right=True)]
    assert row_line(them, places(them, 12), ("東京の天気", None), None).plain == "東京…  東京…"


def test_the_room_that_is_left_goes_to_those_that_grow() -> None:
    them = [column(5, share=1), column(5), column(5, share=3)]
    assert [place.width for place in places(them, 31)] == [8, 5, 14]


def test_the_arrow_stands_at_the_head_by_which_rows_are_sorted() -> None:
    them = [column(8), column(8, right=True)]
    placed = places(them, 18)
    assert head_line(them, placed, 0, "▲").plain == "head ▲        head"
    assert head_line(them, placed, 1, "▼").plain == "head        ▼ head"


@given(st.lists(st.tuples(st.text(max_size=3), st.none() | st.integers())), st.booleans(), st.booleans())
def test_what_is_not_known_comes_last_whichever_way(items: list[Item], largest_first: bool, is_reversed: bool) -> None:
    by: Column[Item] = Column(
        "n",
        lambda item: Content(item[0]),
        5,
        order=lambda item: None if item[1] is None else (item[1], ""),
        largest_first=largest_first,
    )
    found = [items[at][1] for at in in_order(items, by, is_reversed=is_reversed)]
    known = [number for number in found if number is not None]
    assert found == known + [None] * (len(found) - len(known))
    assert known == sorted(known, reverse=largest_first != is_reversed)

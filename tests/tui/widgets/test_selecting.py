"""What is selected is copied as logical text: wraps joined, code without its margin, whole messages as written."""

from __future__ import annotations

from textual.geometry import Offset
from textual.selection import SELECT_ALL, Selection

from deepchat.tui.entries import Entry
from deepchat.tui.typeset.lines import Line
from deepchat.tui.widgets.painting import MARGIN
from deepchat.tui.widgets.selecting import MOST_MESSAGES, ROWS_A_MESSAGE, copied_between, span_on, spot
from deepchat.tui.widgets.sheets import Sheets
from tests.tui.widgets.saying import answer, question

LONG = "one two three four five six seven eight nine ten eleven twelve"
CODE = "Look:\n\n```python\nif x:\n    return 1\n```\n\nThat was **it**."


def sheets_of(*entries: Entry, width: int = 20) -> Sheets:
    sheets = Sheets()
    sheets.set_width(width)
    sheets.put(entries, is_live=False)
    return sheets


def between(sheets: Sheets, first: tuple[int, int, int], last: tuple[int, int, int]) -> str:
    """From a message, a line and a character to another."""
    places = [Offset(column + MARGIN, spot(index, line)) for index, line, column in (first, last)]
    return copied_between(sheets, Selection.from_offsets(*places))


def line_with(sheets: Sheets, words: str, index: int = 0) -> int:
    return next(at for at in range(len(sheets[index])) if words in sheets[index].line(at).text)


def test_soft_wraps_are_joined() -> None:
    sheets = sheets_of(answer(LONG))
    last = sheets[0].words_at[-1]
    assert last > 2
    assert between(sheets, (0, 1, 4), (0, last, 6)).startswith("two three four")
    assert "\n" not in between(sheets, (0, 1, 4), (0, last, 6))


def test_code_is_copied_without_its_margin_and_with_its_indentation() -> None:
    sheets = sheets_of(answer(CODE), width=40)
    first, last = line_with(sheets, "if x"), line_with(sheets, "return 1")
    assert between(sheets, (0, first, 0), (0, last, 40)) == "if x:\n    return 1"


def test_a_message_that_is_selected_whole_is_copied_as_it_was_written() -> None:
    sheets = sheets_of(question("why?"), answer(CODE), question("really?"))
    assert between(sheets, (1, 0, 0), (2, 0, 0)) == CODE
    assert between(sheets, (1, 0, 9), (2, 0, 3)) == CODE
    assert copied_between(sheets, SELECT_ALL) == f"why?\n\n{CODE}\n\nreally?"


def test_of_several_messages_the_first_and_the_last_are_copied_in_part() -> None:
    sheets = sheets_of(question("why is it so?"), answer(CODE), question("really though?"))
    assert between(sheets, (0, 1, 4), (2, 1, 6)) == f"is it so?\n\n{CODE}\n\nreally"


def test_heads_and_feet_are_never_copied() -> None:
    sheets = sheets_of(answer("so far", state="stopped", legs=3), width=60)
    assert between(sheets, (0, 0, 0), (0, len(sheets[0]) - 1, 60)) == "so far"
    assert between(sheets, (0, 2, 0), (0, len(sheets[0]) - 1, 60)) == ""


def test_nothing_is_copied_of_nothing() -> None:
    assert copied_between(sheets_of(), SELECT_ALL) == ""


def test_a_selection_that_is_older_than_the_messages_does_no_harm() -> None:
    sheets = sheets_of(answer("short"))
    assert between(sheets, (0, 1, 0), (7, 90, 80)) == "short"
    assert between(sheets, (5, 1, 0), (7, 90, 80)) == ""


def test_a_place_is_one_number_that_fits_into_32_bits() -> None:
    assert spot(3, 7) == 3 * ROWS_A_MESSAGE + 7
    assert spot(MOST_MESSAGES + 5, ROWS_A_MESSAGE + 5) == 2**31 - 1


def test_what_is_marked_begins_behind_the_margin() -> None:
    line = Line((("some words", "text"),))
    selection = Selection(Offset(MARGIN + 5, spot(2, 4)), Offset(MARGIN + 3, spot(2, 6)))
    assert span_on(selection, 2, 3, line) is None
    assert span_on(selection, 2, 4, line) == (5, 10, "selection")
    assert span_on(selection, 2, 5, line) == (0, 10, "selection")
    assert span_on(selection, 2, 6, line) == (0, 3, "selection")
    assert span_on(selection, 2, 7, line) is None

"""Many messages above each other: rows are right wherever one looks, and only what is seen costs anything."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from deepchat.tui.entries import Entry
from deepchat.tui.widgets.sheet import MOST_COUNTED, Sheet, estimate, estimates
from deepchat.tui.widgets.sheets import MOST_ROWS_SET, Sheets
from tests.tui.widgets.saying import answer, coming, numbered, question

TEXTS = st.lists(st.text("ab \n", min_size=1, max_size=120), min_size=1, max_size=12)


def sheets_of(entries: list[Entry], width: int = 40, *, is_live: bool = False) -> Sheets:
    sheets = Sheets()
    sheets.set_width(width)
    sheets.put(entries, is_live=is_live)
    return sheets


def naive_rows(entries: list[Entry], width: int) -> list[tuple[int, int]]:
    """Each row as its message and its line."""
    heights = [Sheet(entry).lay(width) for entry in entries]
    return [(index, line) for index, height in enumerate(heights) for line in range(height)]


@settings(max_examples=100, deadline=None)
@given(TEXTS, st.integers(8, 60), st.lists(st.tuples(st.integers(0, 200), st.integers(1, 30)), max_size=8))
def test_wherever_it_was_looked_rows_are_what_setting_all_of_it_says(
    texts: list[str], width: int, looks: list[tuple[int, int]]
) -> None:
    entries = [question(text, f"q{at}") for at, text in enumerate(texts)]
    sheets = sheets_of(entries, width)
    for row, rows in looks:
        sheets.measure(row, rows)
    sheets.measure(0, 10_000)
    rows = naive_rows(entries, width)
    assert sheets.rows == len(rows)
    assert [sheets.at(row) for row in range(len(rows))] == rows


@settings(max_examples=100, deadline=None)
@given(TEXTS, st.integers(8, 60), st.integers(0, 300), st.integers(1, 30))
def test_what_is_seen_after_a_look_is_known_exactly(texts: list[str], width: int, row: int, rows: int) -> None:
    entries = [question(text, f"q{at}") for at, text in enumerate(texts)]
    sheets = sheets_of(entries, width)
    while above := sheets.measure(row, rows):
        row += above
    heights = [Sheet(entry).lay(width) for entry in entries]
    first, last = sheets.at(max(0, row))[0], sheets.at(max(0, row) + rows - 1)[0]
    for index in range(first, last + 1):
        end = sheets.top(index + 1) if index + 1 < len(entries) else sheets.rows
        assert end - sheets.top(index) == heights[index]


def test_ten_thousand_messages_cost_what_is_seen_of_them() -> None:
    few, many = numbered(300), numbered(10_000)

    def cost(entries: list[Entry], rows: int) -> float:
        """CPU seconds of the cheapest of three runs, which others disturbed least."""
        costs: list[float] = []
        for _ in range(3):
            start = time.process_time()
            sheets = sheets_of(entries)
            sheets.measure_end(rows)
            sheets.measure(sheets.rows // 2, min(rows, 50))
            costs.append(time.process_time() - start)
        return min(costs)

    cost(few, 50)
    all_of_them = cost(few, 1_000_000) * len(many) / len(few)
    assert cost(many, 50) < all_of_them / 4


def test_so_many_rows_are_kept_and_the_heights_of_the_others_stay_known() -> None:
    entries = numbered(400)
    sheets = sheets_of(entries)
    for row in range(0, 400 * 30, 30):
        sheets.measure(row, 50)
        assert sheets.rows_set <= MOST_ROWS_SET
    assert sheets.rows_set > MOST_ROWS_SET - 50
    rows = sheets.rows
    assert rows == len(naive_rows(entries, 40)) > 2 * MOST_ROWS_SET
    sheets.put([*entries, question("one more")], is_live=False)
    assert sheets.top(len(entries)) == rows
    sheets.put([], is_live=False)
    assert sheets.rows_set == 0


def test_what_is_in_sight_is_kept_however_tall_it_is() -> None:
    tall = "- a\n" * (2 * MOST_ROWS_SET)
    sheets = sheets_of([*numbered(5), answer(tall, "tall"), question("why?"), *numbered(20)])
    sheets.measure(sheets.top(5), 1)
    sheets.measure(sheets.top(6) - 10, 40)
    lines = [sheets[at].line(1) for at in (5, 6, 7)]
    for _ in range(3):
        assert all(sheets[at].line(1) is line for at, line in zip((5, 6, 7), lines, strict=True))
    sheets.measure_end(20)
    sheets.measure_end(20)
    assert sheets.rows_set < MOST_ROWS_SET


def test_what_is_put_again_is_not_set_again() -> None:
    entries = numbered(3)
    sheets = sheets_of(entries)
    before = [sheets[at] for at in range(3)]
    sheets.put([*entries, question("more")], is_live=False)
    assert all(sheets[at] is before[at] for at in range(3))


def test_a_question_that_gets_its_id_stays_where_it_is_and_an_answer_that_streams_keeps_its_words() -> None:
    sheets = sheets_of([question("why?", "asked"), coming()], is_live=True)
    asked, live = sheets[0], sheets[1]
    live.say("because")
    sheets.put([question("why?", "q1"), coming()], is_live=True)
    assert (sheets[0], sheets[1]) == (asked, live)
    assert sheets[0].entry.node.id == "q1"
    sheets.put([question("why?", "q1"), answer("because it is", "a1")], is_live=False)
    assert sheets[1] is live
    assert (live.words, live.is_live) == ("because it is", False)


def test_words_are_found_on_the_page_whatever_marks_them_and_in_every_line_that_says_them() -> None:
    sheets = sheets_of([answer("a lamp\n\na **lam**p", "a1"), question("none"), answer("LAMP", "a2")])
    assert sheets.find("lamp", (0, 0), backwards=False) == (0, 1)
    assert sheets.find("lamp", (0, 1), backwards=False) == (0, 3)
    assert sheets.find("lamp", (0, 3), backwards=False) == (2, 1)
    assert sheets.find("lamp", (2, 1), backwards=False) == (0, 1)
    assert sheets.find("lamp", (0, 1), backwards=True) == (2, 1)
    assert sheets.find("lamp", (2, 1), backwards=True) == (0, 3)
    assert sheets.find("lantern", (0, 0), backwards=False) is None


def test_the_only_place_is_found_again() -> None:
    sheets = sheets_of([answer("a lamp")])
    assert sheets.find("lamp", (0, 1), backwards=False) == (0, 1)
    assert sheets.find("lamp", (0, 1), backwards=True) == (0, 1)


def test_all_thoughts_are_shown_and_hidden_together_those_that_come_too() -> None:
    sheets = sheets_of([answer("yes", reasoning="hm"), answer("no", reasoning="hm")])
    heights = len(sheets[0])
    sheets.fold_all()
    sheets.put([*(sheets[at].entry for at in range(2)), answer("well", reasoning="hm")], is_live=False)
    assert {len(sheets[at]) for at in range(3)} == {heights + 2}
    sheets.fold_all()
    assert {len(sheets[at]) for at in range(3)} == {heights}


def test_a_message_is_known_by_its_id() -> None:
    sheets = sheets_of(numbered(3))
    assert [sheets.place_of(name) for name in ("m0", "m2", "m3")] == [0, 2, -1]


def test_very_many_are_guessed_to_be_nearly_as_tall_as_each_by_itself() -> None:
    texts = ["why?", "- so\n" * 20, "a longer question, in one line " * 5, "a paragraph\n\n" * 3] * MOST_COUNTED
    guessed = sum(estimates(texts, 40))
    assert abs(guessed / sum(estimate(text, 40) for text in texts) - 1) < 0.05
    assert estimates(texts[:4], 40) == [estimate(text, 40) for text in texts[:4]]
    assert estimates([""] * (MOST_COUNTED + 1), 40)

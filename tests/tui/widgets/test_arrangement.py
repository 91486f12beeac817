"""Items filtered, sorted and put under headings, each shown once, with a cursor that stops at items alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content

from deepchat.tui.widgets.arrangement import NOWHERE, Arrangement, Excuse, Heading, LastLine, Table
from deepchat.tui.widgets.columns import Column

WORDS = ["llama", "Llama", "qwen", "deep", "seek"]
TABLE: Table[str] = Table(
    [Column("word", Content, 10, order=lambda word: (0, word))],
    key=lambda word: word,
    words=lambda word: word,
    group=lambda word: word[:1],
    empty="nothing here",
    nothing="nothing like it",
)
items = st.lists(st.text("ab c", min_size=1, max_size=6), unique=True, max_size=12)


def arranged(*words: str) -> Arrangement[str]:
    rows = Arrangement(TABLE)
    rows.put(words)
    return rows


@given(items, st.text("ab ", max_size=4), st.integers(0, 3), st.booleans())
def test_every_item_with_the_words_is_shown_once(them: list[str], words: str, sorts: int, has_last: bool) -> None:
    rows = arranged(*them)
    rows.has_last = has_last
    for _ in range(sorts):
        rows.sort_by(0)
    rows.find(words)
    shown = [rows.items[line] for line in rows.lines if isinstance(line, int)]
    wanted = [item for item in them if all(word in item for word in words.split())]
    assert sorted(shown) == sorted(wanted)
    assert rows.number_shown == len(wanted)
    assert (LastLine() in rows.lines) is has_last
    assert all(rows.item_on(rows.line_of(item)) == item for item in shown)
    assert all(rows.line_of(item) == NOWHERE for item in set(them) - set(shown))


def test_words_count_in_any_order_and_case() -> None:
    rows = arranged("meta-llama/Llama-3.3-70B", "deepseek-ai/DeepSeek-V3")
    rows.find("70b META")
    assert rows.lines == [Heading("m"), 0]


def test_the_third_sort_brings_back_the_order_in_which_items_came_and_their_headings() -> None:
    rows = arranged("b", "c", "a")
    seen = [rows.lines]
    for _ in range(3):
        rows.sort_by(0)
        seen.append(rows.lines)
    came = [Heading("b"), 0, Heading("c"), 1, Heading("a"), 2]
    assert seen == [came, [2, 0, 1], [1, 0, 2], came]


def test_the_cursor_stops_at_items_and_at_the_last_line_only() -> None:
    rows = arranged("a", "b")
    rows.has_last = True
    rows.arrange()
    assert [rows.can_stop(line) for line in range(-1, 6)] == [False, False, True, False, True, True, False]
    assert rows.next_stop(0, 1) == 1
    assert rows.next_stop(0, -1) == NOWHERE
    assert rows.next_stop(2, -1) == 1


def test_a_list_says_why_it_is_empty() -> None:
    rows = arranged()
    assert rows.lines == [Excuse("nothing here")]
    rows.put(["a"])
    rows.find("b")
    assert rows.lines == [Excuse("nothing like it")]


def test_letters_that_mean_something_in_a_pattern_mean_themselves() -> None:
    rows = arranged("a.b", "axb")
    rows.find("a.b")
    assert [rows.items[line] for line in rows.lines if isinstance(line, int)] == ["a.b"]
    assert rows.pattern is not None
    assert not rows.pattern.search("axb")

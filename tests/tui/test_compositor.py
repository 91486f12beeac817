"""What is written in parts comes to the same on the terminal as the whole screen would."""

from __future__ import annotations

import gc
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from deepchat.tui.compositor import Standing, ThriftyScreen
from deepchat.tui.sure_widths import is_sure
from tests.tui.screen import Screen
from tests.tui.stage import opened

CONSOLE = Console(color_system="truecolor", force_terminal=True)
WIDTH, HEIGHT = 12, 3
STYLES = (Style(color="red", bgcolor="blue"), Style(bgcolor="blue"), Style(underline=True))

rows = st.lists(st.tuples(st.sampled_from(("ab", "日", " ", "   ", "x")), st.sampled_from(STYLES)), max_size=5)
spans = st.sampled_from(((0, 12), (0, 6), (6, 12), (3, 9)))
Change = tuple[int, tuple[int, int], Sequence[tuple[str, Style]]]
changes: st.SearchStrategy[Sequence[Change]] = st.lists(st.tuples(st.integers(0, HEIGHT - 1), spans, rows), max_size=12)


def strip(pieces: Sequence[tuple[str, Style]], width: int) -> Strip:
    return Strip([Segment(*piece) for piece in pieces]).adjust_cell_length(width, STYLES[1])


@given(changes)
def test_what_stands_there_already_need_not_be_written_again(
    changes: list[tuple[int, tuple[int, int], Sequence[tuple[str, Style]]]],
) -> None:
    thrifty, lavish, standing = Screen(WIDTH, HEIGHT), Screen(WIDTH, HEIGHT), Standing()
    for y, (x, end), pieces in changes:
        shown = strip(pieces, end - x)
        thrifty.feed("".join(standing.put((y, x, end, shown), CONSOLE)))
        lavish.feed(f"\x1b[{y + 1};{x + 1}H{shown.render(CONSOLE)}")
        assert thrifty.lines == lavish.lines
        assert not list(standing.put((y, x, end, shown), CONSOLE))


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("plain", True), ("Grüße — “ja” …", True), ("❯ ─ │ █ ▼", True), ("Ωμέγα, шум, שלום", True),
        ("日本語、한국어", True),
        ("e\u0301", False), ("\u200bx", False), ("soft\xadly", False), ("हिन्दी", False), ("👍", False), ("☎", False),
        ("Grüße 👍", False), ("ü\x1b", False), ("\u0482", True), ("\u0483", False), ("\uffe6", True), ("\uffe7", False),
    ],
)  # fmt: skip
def test_all_terminals_agree_on_alphabets_and_boxes_and_on_little_else(text: str, sure: bool) -> None:
    assert is_sure(strip([(text, STYLES[0])], WIDTH)) is sure
    assert is_sure(strip([(text, STYLES[0])], WIDTH)) is sure  # what was seen is no other


def test_blanks_at_the_end_are_written_as_far_as_other_words_stood_there() -> None:
    standing = Standing()
    long, short = (strip([(text, STYLES[0])], WIDTH) for text in ("ababab", "ab"))
    assert "".join(standing.put((0, 0, WIDTH, long), CONSOLE)).count(" ") == 6
    assert "".join(standing.put((0, 0, WIDTH, short), CONSOLE)).count(" ") == 4
    standing.forget()
    assert "".join(standing.put((0, 0, WIDTH, short), CONSOLE)).count(" ") == 10


class Rows(Widget):
    """Tells which of its rows were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[int] = []

    def render_lines(self, crop: Region) -> list[Strip]:
        self.asked += crop.line_range
        return super().render_lines(crop)


class Pair(ThriftyScreen[None]):
    CSS = "Rows { width: 1fr; height: 1fr; } Behind { layout: horizontal; }"

    def __init__(self) -> None:
        super().__init__()
        self.left, self.right, self.behind = Rows(), Rows(), Behind()

    def compose(self) -> ComposeResult:
        with self.behind:
            yield self.left
            yield self.right


class Behind(Rows, Horizontal):
    """Covered by what is in it."""


class Measured(Widget):
    """Learns how large it is as widgets do."""

    DEFAULT_CSS = "Measured { height: 2; }"
    told: Size | None = None

    def on_resize(self, event: events.Resize) -> None:
        self.told = event.size


async def test_who_is_looked_for_before_the_first_layout_learns_how_large_it_is() -> None:
    screen: ThriftyScreen[None] = ThriftyScreen()
    async with opened(screen) as seen:
        measured = Measured()
        with seen.pilot.app.batch_update():
            await screen.mount(measured)
            compositor = screen._compositor  # pyright: ignore[reportPrivateUsage]  # as Textual does at a layout
            compositor.update_widgets({measured})
            assert measured in compositor.full_map
        await seen.until(lambda: measured.told == measured.size)
        assert measured.size.height == 2


async def test_only_rows_that_changed_are_rendered_and_nothing_behind_them() -> None:
    pair = Pair()
    async with opened(pair) as seen:
        for each in (pair.left, pair.right, pair.behind):
            each.asked.clear()
        pair.left.refresh(Region(0, 3, 5, 2))
        pair.right.refresh(Region(0, 7, 5, 1))
        await seen.until(lambda: bool(pair.right.asked))
        assert (sorted(pair.left.asked), pair.right.asked, pair.behind.asked) == ([3, 4], [7], [])


async def test_a_row_that_was_painted_over_is_gone_without_a_search_for_garbage() -> None:
    pair = Pair()
    async with opened(pair) as seen:

        async def strips_after_a_frame() -> int:
            pair.left.asked.clear()
            pair.left.refresh()
            await seen.until(lambda: bool(pair.left.asked))
            return sum(isinstance(each, Strip) for each in gc.get_objects())

        gc.disable()
        try:
            before = [await strips_after_a_frame() for _ in range(3)][-1]
            assert [await strips_after_a_frame() for _ in range(3)][-1] < before + pair.left.size.height
        finally:
            gc.enable()

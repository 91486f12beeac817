"""Nothing that a terminal obeys leaves with a line, and every line stays as wide as it was."""

from __future__ import annotations

import re
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import ControlType, Segment
from rich.style import Style
from textual.color import Color

from deepchat.safe_text import make_safe
from deepchat.tui.line_filter import LineGate, WithoutColours
from tests.tui.pty_app import on_pty

BLACK: Final = Color(0, 0, 0)
HOSTILE: Final = (
    "\x1b]52;c;cm0gLXJm\x07",
    "\x1b]0;owned\x1b\\",
    "\x1b[2J\x1b[c\x1b[6n",
    "\x1bP1$r0m\x1b\\",
    "\x9b31m\x9d0;owned\x9c",
    "safe\u202etxt.exe",
    "\u2066isolate\u2069",
    "hidden\U000e0072\U000e006d",
    "zero\u200bwidth\ufeff",
    "back\b\b\b\bspace\r\x7f\x00",
    "line\u2028two\x85three\nfour\tfive",
)
FLAG_OF_ENGLAND: Final = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
NEVER: Final = re.compile(
    "[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)
TEXTUALS_OWN: Final = re.compile(r"\x1b(?:\[[\d;]*[mH]|\[\?\d+(?:[hl]|\$p)|\[(?:>\d+|<)u|\]22;[a-z-]+\x07)")
"""Colours, places, modes, kitty's keys, the shape of the pointer: what Textual itself has to send."""


def through(*texts: str) -> list[str]:
    return [segment.text for segment in LineGate().apply([Segment(text) for text in texts], BLACK)]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a\x1b[2Jb", "a[2Jb"),
        ("a\tb\nc\x85", "abc"),
        ("x\u202ey\u2066", "xy"),
        ("soft\u00adhyphen", "soft hyphen"),
        ("\u115fx", "  x"),
        ("tag\U000e0041", "tag"),
        ("\ud800", " "),
    ],
)
def test_what_is_dangerous_is_taken_out_and_its_place_kept(text: str, left: str) -> None:
    assert through(text) == [left]


@pytest.mark.parametrize(
    "text",
    ["plain", "Größe “quoted” ✓ │", "日本語", "👩\u200d👧", "❤\ufe0f", "e\u0301", "مرحبا", FLAG_OF_ENGLAND],
)
def test_what_is_harmless_passes_as_it_is(text: str) -> None:
    segments = [Segment(text, Style(bold=True))]
    assert LineGate().apply(segments, BLACK) is segments


def test_marks_are_stacked_only_so_high() -> None:
    assert through("e" + "\u0301" * 50) == ["e" + "\u0301" * 8]


def test_codes_and_links_are_taken_off_and_counted_when_they_held_text() -> None:
    gate = LineGate()
    code = Segment("\x1b[2J", None, [(ControlType.CLEAR,)])
    link = Segment("look", Style(bold=True, link="https://example.com/\x1b]0;owned\x07"))
    assert gate.apply([link, code], BLACK) == [Segment("look", Style(bold=True)), Segment("[2J")]
    assert gate.caught == 1


@given(st.text(st.one_of(st.characters(), st.sampled_from("".join(HOSTILE))), max_size=30))
def test_whatever_comes_nothing_is_obeyed_and_the_width_holds(text: str) -> None:
    (left,) = through(text)
    assert not NEVER.search(left.replace("".join(re.findall("\U0001f3f4[\U000e0000-\U000e007f]+", left)) or "\0", ""))
    assert "\x1b" not in left
    assert "\t" not in left
    assert "\n" not in left
    assert cell_len(left) == cell_len(text)


@given(st.text(max_size=30))
def test_what_was_made_safe_before_passes_as_it_is(text: str) -> None:
    line = " ".join(make_safe(text).split())
    assert through(line) == [line]


APP: Final = """
import sys
from collections.abc import Sequence
from rich.style import Style
from rich.text import Text
from textual.app import App, ComposeResult
from textual.content import Content
from textual.filter import LineFilter
from textual.widgets import DataTable, Input, Label, OptionList, RichLog, Static, TextArea
from deepchat.tui.driver import SafeLinuxDriver
from deepchat.tui.line_filter import LineGate, WithoutColours
from tests.tui.test_line_filter import HOSTILE
GATE = LineGate()
class Hostile(App[None]):
    def get_line_filters(self) -> Sequence[LineFilter]:
        return [*super().get_line_filters(), GATE]
    def compose(self) -> ComposeResult:
        text = "".join(HOSTILE)
        for one in HOSTILE:
            yield Static(Content(one))
        yield Static(Text(text, style=Style(link="https://example.com/\\x1b]0;owned\\x07")))
        yield Label(Content(text))
        yield Input(text)
        yield TextArea(text)
        yield OptionList(Content(text))
        log = RichLog()
        log.write(text)
        yield log
        titled = Static("titled")
        titled.styles.border = ("solid", "red")
        titled.border_title = text.replace("[", "(")
        yield titled
    def on_mount(self) -> None:
        self.notify("done", title="".join(HOSTILE), markup=False, timeout=600)
Hostile(driver_class=SafeLinuxDriver).run()
"""


@pytest.mark.parametrize("env", [{}, {"NO_COLOR": "1"}], ids=["colours", "monochrome"])
def test_no_widget_of_a_real_app_lets_anything_out(env: dict[str, str]) -> None:
    with on_pty("-c", APP, columns=100, lines=70, env=env) as app:
        app.wait_for("titled")
        app.wait_for("done")
        app.send("\x11")
        assert app.wait_exit() == 0
        painted = app.raw.decode()
    sequences = re.findall(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\].*?(?:\x07|\x1b\\)|.)", painted)
    assert not [one for one in sequences if not TEXTUALS_OWN.fullmatch(one)]
    left = TEXTUALS_OWN.sub("", painted)
    assert not NEVER.search(left.replace("\r", "").replace("\n", ""))
    assert "\x1b" not in left
    colours = re.findall(r"[34]8;2;(\d+);(\d+);(\d+)", painted)
    assert colours
    if "NO_COLOR" in env:
        assert all(red == green == blue for red, green, blue in colours)


def test_without_colours_what_stood_on_another_one_is_turned_round_and_nothing_else_is_left_of_them() -> None:
    coloured = [Segment("plain", Style.parse("bold #ff0000")), Segment("chosen", Style.parse("white on blue"))]
    plain, chosen = (segment.style for segment in WithoutColours().apply(coloured, BLACK))
    assert plain is not None
    assert chosen is not None
    assert (plain.bold, plain.reverse, chosen.reverse) == (True, None, True)
    for style in (plain, chosen):
        assert style.color is not None
        assert style.bgcolor is not None
        assert style.color.is_default
        assert style.bgcolor.is_default

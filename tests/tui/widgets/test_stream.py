"""What comes in pieces is shown as it comes, however much of it comes."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from deepchat.safe_text import SafeText
from deepchat.tui.typeset.lines import Line
from deepchat.tui.typeset.typesetter import set_whole
from deepchat.tui.widgets.stream import END_SHOWN, LONGEST_SHOWN, Stream
from tests.tui.typeset.texts import cut_markdown


def dressed(line: Line) -> Line:
    return replace(line, fill="quote")


@settings(max_examples=100, deadline=None)
@given(cut_markdown())
def test_lines_are_dressed_once_they_come_and_when_they_change(cut: tuple[list[SafeText], int]) -> None:
    pieces, width = cut
    plain, fine = Stream(), Stream(dressed)
    for at, piece in enumerate(pieces):
        plain.feed(piece)
        fine.feed(piece)
        if at % 3 == 0:  # nobody looks each time
            assert fine.lines(width) == [dressed(line) for line in plain.lines(width)]
    assert fine.lines(33) == [dressed(line) for line in plain.lines(33)]


def test_of_megabytes_the_beginning_and_the_newest_are_shown_and_all_is_kept() -> None:
    pieces = [f"Line {number} of very many.\n\n" for number in range(18_000)]
    stream = Stream()
    for at in range(0, len(pieces), 1000):
        stream.feed("".join(pieces[at : at + 1000]))
        shown = stream.lines(80)
        assert shown[0].text == "Line 0 of very many."
        assert f"Line {at + 999} of very many." in (shown[-1].text, shown[-2].text)
        assert sum(len(line.text) for line in shown) < LONGEST_SHOWN + 2 * END_SHOWN
    assert "".join(stream.words) == "".join(pieces)
    told = [line.text for line in stream.lines(80) if "characters are not shown here" in line.text]
    assert len(told) == 1


def test_megabytes_without_a_line_break_that_come_at_once_are_shown_in_part() -> None:
    stream = Stream()
    stream.lines(80)
    stream.feed("a" * LONGEST_SHOWN + "b" * LONGEST_SHOWN)
    stream.feed("the end")
    text = "".join(line.text for line in stream.lines(80))
    assert text.endswith("the end")
    assert len(text) < LONGEST_SHOWN + 2 * END_SHOWN


def test_another_width_sets_anew_what_is_shown() -> None:
    stream = Stream()
    words = "some words " * (LONGEST_SHOWN // 8)
    stream.feed(words)
    stream.lines(80)
    again = Stream()
    again.feed(words)
    assert stream.lines(40) == again.lines(40)
    assert again.lines(40)[:1000] == set_whole(SafeText(words[: LONGEST_SHOWN // 4]), 40)[:1000]

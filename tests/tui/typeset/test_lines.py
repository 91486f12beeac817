"""Lines are copied as the text they were set from, and are cut where no letter is harmed."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepchat.safe_text import SafeText, make_safe
from deepchat.tui.typeset.code_copies import CodeBlock, code_blocks
from deepchat.tui.typeset.flow import LONGEST_ADDRESS
from deepchat.tui.typeset.lines import Line, Link, copied
from deepchat.tui.typeset.plain import set_plain
from deepchat.tui.typeset.typesetter import Typesetter, set_whole
from deepchat.tui.typeset.wrap import cells
from tests.tui.typeset.texts import markdown, widths

LETTERS = ("👩‍👩‍👧", "🇩🇪", "❤️", "👍🏽", "é", "日", "कि")


@settings(max_examples=150, deadline=None)
@given(st.one_of(markdown, st.text(max_size=200).map(make_safe)), widths)
def test_plain_text_is_copied_exactly_and_stays_within_the_page(text: SafeText, width: int) -> None:
    lines = set_plain(text, width)
    assert copied(lines) == text.expandtabs(4)
    assert all(cells(line.text) <= width for line in lines)


@pytest.mark.parametrize("letter", LETTERS)
def test_what_is_seen_as_one_letter_is_never_cut(letter: str) -> None:
    for width in (8, 9, 10, 11):
        for line in set_plain(SafeText(letter * 40), width):
            assert line.text.replace(letter, "") == ""


def test_part_of_the_lines_is_copied_from_column_to_column() -> None:
    lines = set_whole(SafeText("> some words that wrap\n\n- item"), 16)
    assert [line.text for line in lines] == ["▌ some words", "▌ that wrap", "", " • item"]
    assert copied(lines) == "some words that wrap\n\n• item"
    assert copied(lines, 7, 3) == "words that wrap\n\n• "
    assert copied(lines[:1], 0, 4) == "so"


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S", "Zs")), max_size=60), min_size=1))
def test_code_is_copied_without_its_margin_label_and_wraps(code: list[str]) -> None:
    text = "\n".join(line.replace("~", "-") for line in code)
    markdown_text = SafeText(f"~~~python\n{text}\n~~~\n")
    assert copied(set_whole(markdown_text, 30)) == text
    assert code_blocks(markdown_text) == [CodeBlock("python", text)]


def test_a_link_keeps_its_exact_target_across_wraps() -> None:
    lines = set_whole(SafeText("go [to *this* place](http://x.y/a%2Fb?c=1&amp;d) or https://bare.link/a_(b)."), 12)
    targets = [line.text[link.start : link.end] + " " + link.target for line in lines for link in line.links]
    assert lines[0].links == (Link(3, 10, "http://x.y/a%2Fb?c=1&d"),)
    assert targets[1] == "place http://x.y/a%2Fb?c=1&d"
    assert "".join(each.split()[0] for each in targets[2:]) == "https://bare.link/a_(b)"


LONG_ADDRESS = f"http://x.y/{'a' * 800}"


@pytest.mark.parametrize("before", ["", "See ", "word " * 237, "word " * 238 + "wo ", "**open " + "word " * 230])
@pytest.mark.parametrize(("start", "end"), [("", ""), ("<", ">"), ("[here it is](", ")"), ("![a picture](", ")")])
@pytest.mark.parametrize("step", [7, 20_000])
def test_an_address_is_cut_in_no_long_paragraph(before: str, start: str, end: str, step: int) -> None:
    text = f"{before}{start}{LONG_ADDRESS}{end} and so on"
    typesetter = Typesetter(60)
    for at in range(0, len(text), step):
        typesetter.feed(SafeText(text[at : at + step]))
    typesetter.end()
    assert {link.target for line in typesetter.lines for link in line.links} == {LONG_ADDRESS}


@pytest.mark.parametrize("letters", range(1_160, 1_204, 4))
@pytest.mark.parametrize(
    ("before", "behind"), [("：", "、"), ("（", "）"), ("<", ">"), ("*", "*"), ("![a picture](", ")")]
)
@pytest.mark.parametrize("step", [7, 20_000])
def test_an_address_is_cut_in_no_long_paragraph_without_blanks(
    before: str, behind: str, letters: int, step: int
) -> None:
    text = f"{'日' * letters}{before}http://x.y/a-long/way{behind}{'本' * 3_000}"
    typesetter = Typesetter(60)
    for at in range(0, len(text), step):
        typesetter.feed(SafeText(text[at : at + step]))
    typesetter.end()
    targets = [link.target for line in typesetter.lines for link in line.links]
    assert targets
    assert all(target.startswith("http://x.y/a-long/way") for target in targets)
    assert copied(typesetter.lines).count("本") == 3_000


def test_a_word_with_an_address_that_is_over_is_cut_where_others_are() -> None:
    typesetter = Typesetter(60)
    typesetter.feed(SafeText("日" * 500 + "http://x.y/ab、" + "本" * 700))
    assert typesetter.settled


def test_an_address_without_end_is_cut_all_the_same() -> None:
    targets = {link.target for line in set_whole(SafeText("http://x.y/" + "a" * 40_000), 60) for link in line.links}
    assert [len(target) for target in targets] == [LONGEST_ADDRESS]


def test_what_is_defined_late_is_set_right_at_the_end() -> None:
    typesetter = Typesetter(60)
    typesetter.feed(SafeText("See [this][r] and[^1].\n\n"))
    assert typesetter.lines[0] == Line((("See [this][r] and[^1].", "text"),))
    typesetter.feed(SafeText("[r]: http://late.example/\n[^1]: A note."))
    typesetter.end()
    assert typesetter.lines[0].pieces == (
        ("See ", "text"),
        ("this", "link"),
        (" and", "text"),
        ("[1]", "note"),
        (".", "text"),
    )
    assert typesetter.lines[0].links == (Link(4, 8, "http://late.example/"),)
    assert typesetter.lines[-1].text == "[1] A note."


def test_the_room_costs_nothing_until_something_is_set() -> None:
    code = (
        "import sys, deepchat.tui.typeset.code_copies; print({'markdown_it', 'pygments', 'textual'} & {*sys.modules})"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"

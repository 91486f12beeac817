"""A long paragraph is read in parts, and reads as if it had been read at once."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepchat.safe_text import SafeText
from deepchat.tui.typeset.flow import LONG_PART
from deepchat.tui.typeset.inline import Inline
from deepchat.tui.typeset.styled import Run, Styled
from deepchat.tui.typeset.typesetter import set_whole
from tests.tui.typeset.texts import FRAGMENTS

PLACES = re.compile(r"[ \n](?=[^ \n])")
SPANS = (
    "**some strong words here**",
    "***more of** both*",
    "_quiet words_",
    "~~gone for good~~",
    "`some code`",
    "`` some ` code ``",
    "[a link](http://x.y/z 'and its title')",
    "[one [in](two) three](four)",
    "![a picture](of.a/thing)",
    "<i class='a b'>",
    "<!-- a note -->",
    "\\* 2 * 3 snake_case a[1] [b] (c)",
)
words = st.sampled_from((*(each.strip("\n") for each in FRAGMENTS if "\n\n" not in each), *SPANS))
sentences = st.lists(words, min_size=1, max_size=12).map(" ".join)


@settings(max_examples=600, deadline=None)
@given(sentences)
def test_what_follows_a_place_where_nothing_is_open_reads_by_itself(text: str) -> None:
    inline = Inline()
    whole = inline.set(text, "text")
    for place in PLACES.finditer(text):
        if inline.set_closed(text[: place.end()], "text"):
            parts = [inline.set(part, "text") for part in (text[: place.end()], text[place.end() :])]
            runs = [run for part in parts for run in part.runs(0, len(part.text))]
            assert Styled(runs).runs(0, len(whole.text)) == whole.runs(0, len(whole.text))


@pytest.mark.parametrize("span", SPANS)
def test_behind_what_is_closed_nothing_is_open_and_within_it_something_is(span: str) -> None:
    inline = Inline()
    assert inline.set_closed(f"so it is: {span} ", "text")
    if " " in span and not span.startswith("\\"):
        assert inline.set_closed(span[: span.index(" ") + 1], "text") is None


@pytest.mark.parametrize("span", SPANS)
def test_wherever_a_long_paragraph_is_parted_what_stands_there_is_whole(span: str) -> None:
    inline = Inline()
    for before in range(LONG_PART - 60, LONG_PART + 10, 3):
        text = f"{'word ' * 200}"[:before] + f" {span} and so on"
        pieces = [piece for line in set_whole(SafeText(text), 3000) for piece in line.pieces]
        assert pieces == [(run.text, run.style) for run in inline.set(text, "text").runs(0, 10_000)]


def test_how_far_two_texts_look_the_same_is_told() -> None:
    one = Styled([Run("a word", "text"), Run("bold", "strong")])
    assert one.same_until(Styled([Run("a word", "text"), Run("bolder", "strong")])) == 10
    assert one.same_until(Styled([Run("a wound", "text")])) == 4
    assert one.same_until(Styled([Run("a word", "em")])) == 0
    assert Styled([Run("a word and", "text")]).same_until(one) == 6

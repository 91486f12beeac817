"""What a conversation is called: by its first words, or by what a model made of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.conversation.message import assistant, user
from deepchat.session.titles import LONGEST_TITLE, title_in, title_of, title_request


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("Lighthouses of Norway", "Lighthouses of Norway"),
        ('"Lighthouses of Norway."\n', "Lighthouses of Norway"),
        ("\n\n**Title: Learning C#**\n\nIt is about C#.", "Learning C#"),
        ("# Fog and light", "Fog and light"),
        ("Why is the sky blue?", "Why is the sky blue?"),
        ("   \n…\n", "…"),
        ("'''\n\"\"", ""),
        ("", ""),
        ("Evil\x1b]0;pwned\x07\u202egnp\U000e0041", "Evil ]0;pwned  gnp"),
    ],
)
def test_a_title_is_what_stands_in_the_first_line_that_says_something(said: str, title: str) -> None:
    assert title_in(said) == " ".join(title.split())


@given(st.text())
def test_a_title_is_one_short_line_of_characters_that_can_be_seen(said: str) -> None:
    title = title_in(said)
    assert len(title) <= LONGEST_TITLE + 1
    assert title.isprintable()
    assert title == title.strip()


def test_a_long_title_is_cut_between_words() -> None:
    assert title_in("word " * 50) == ("word " * 12).strip() + "…"
    assert title_of(user("word " * 50)) == title_in("word " * 50)


def test_only_the_beginnings_are_sent_for_a_title() -> None:
    (asked,) = title_request(user("q" * 100_000), assistant("a" * 100_000))
    assert len(asked.text) < 5_000
    assert "q" * 2_000 in asked.text

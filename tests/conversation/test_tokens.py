"""How many tokens a text is, roughly and at most; what the simulator counts is the witness."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.conversation.tokens import QUARTERS, estimate_tokens, most_tokens, quarters, tokens_of
from deepchat.simulator.speech_scenes import CODE, ESSAY, HOSTILE, LETTER
from deepchat.simulator.tokens import split

SIGNS = "!?#$%^&*()_+-=[]{}|;:,.<>/" * 40
JSON = '{"a":[1,2,{"b":null}]};\n\t}}' * 30
SHORT_LINES = "x = 1\nif y:\n    z += 23\n" * 50
TEXTS = [
    ESSAY,
    LETTER,
    CODE,
    HOSTILE,
    SIGNS,
    JSON,
    SHORT_LINES,
    "🦊 " * 50,
    "こんにちは、世界。" * 20,
    "Привет, мир. " * 30,
]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("a", 1),
        ("four", 1),
        ("fours", 2),
        ("((", 1),
        ("Привет", 3),
        ("こんにちは", 4),
        ("مرحبا", 3),
        ("🦊", 1),
        ("\ud83d", 1),
    ],
)
def test_tokens_are_estimated_by_letters_and_signs(text: str, tokens: int) -> None:
    assert estimate_tokens(text) == tokens


@given(st.text(), st.text())
def test_an_estimate_is_the_same_in_pieces_and_grows_with_the_text(text: str, more: str) -> None:
    assert quarters(text) + quarters(more) == quarters(text + more)
    assert tokens_of(quarters(text + more)) == estimate_tokens(text + more)
    assert (estimate_tokens(text) == 0) is (text == "")
    assert estimate_tokens(text) <= QUARTERS * len(text)


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:12])
def test_what_a_limit_depends_on_is_no_less_than_a_tokenizer_counts_and_not_much_more(text: str) -> None:
    counted = len(split(text))
    assert counted <= most_tokens(text) <= (2.2 if text.isascii() else 7) * counted


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text[:12])
def test_the_rough_count_is_not_far_off(text: str) -> None:
    counted = len(split(text))
    assert counted / 2.2 <= estimate_tokens(text) <= 2.2 * counted


@given(st.lists(st.text("ab 1.\n", min_size=1, max_size=8), max_size=20))
def test_the_most_is_never_less_than_the_estimate_of_plain_text(words: list[str]) -> None:
    text = "".join(words)
    assert most_tokens(text) * 3 >= estimate_tokens(text)

"""What can't be a key is found out before anything is done with it, and never quoted."""

from __future__ import annotations

import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.config.key_shape import LONGEST, check_key
from deepchat.errors import KeyMalformed

GOOD = [
    "SENTINELabcdefgh0123456789",
    "sk-or-v1-0123abcd",
    "aks_live_SENTINEL.a:b/c+d==",
    "jwt:eyJhbGciOi.e30.x",
    "k" * LONGEST,
]
BAD = [
    ("", "empty"),
    ("\n", "empty"),
    (" \t ", "empty"),
    ("SENTINEL key", "a space or a line break"),
    (" SENTINELkey", "a space or a line break"),
    ("SENTINELkey\n\n", "a space or a line break"),
    ("SENTINEL\r\nX: y", "a space or a line break"),
    ("SENTINEL\u00a0key", "a space or a line break"),
    ("“SENTINEL”", "no key has"),
    ("SENTINELкey", "no key has"),
    ("\ufeffSENTINEL", "no key has"),
    ("SENTINEL\udcff", "no key has"),
    ("SENTINEL\x1b[2J", "control character"),
    ("SENTINEL\0", "control character"),
    ("Bearer SENTINEL", "leave out the word Bearer"),
    ("DEEPINFRA_API_KEY=SENTINEL", "leave out the name"),
    ('"SENTINEL"', "leave out the quotes"),
    ("SENTINEL'", "leave out the quotes"),
    ("SENTINEL" * 1000, "longer than 4,096"),
    ("your_key_here", "placeholder"),
    ("YOUR-API-KEY", "placeholder"),
    ("<key>", "placeholder"),
    ("$DEEPINFRA_TOKEN", "placeholder"),
    ("${DEEPINFRA_TOKEN}", "placeholder"),
    ("sk-...", "placeholder"),
    ("xxxxxxxx", "placeholder"),
    ("changeme", "placeholder"),
    ("paste-it-here", "placeholder"),
]


@pytest.mark.parametrize("key", GOOD)
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_key_is_taken_as_it_is_but_for_one_line_end(key: str, end: str) -> None:
    assert check_key(key + end).reveal() == key


@pytest.mark.parametrize(("text", "why"), BAD)
def test_what_is_no_key_is_told_without_being_quoted(text: str, why: str) -> None:
    with pytest.raises(KeyMalformed, match=why) as caught:
        check_key(text)
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + caught.value.hint
    assert "SENTINEL" not in told
    assert caught.value.__context__ is None


@given(st.text())
def test_whatever_passes_fits_into_a_header(text: str) -> None:
    try:
        value = check_key(text).reveal()
    except KeyMalformed:
        return
    assert value.isascii()
    assert value.isprintable()
    assert 0 < len(value) <= LONGEST
    assert " " not in value

"""Markdown written to be slow to read is read in bounded time, as a whole and in pieces, and never fails."""

from __future__ import annotations

import time

import pytest

from deepchat.safe_text import SafeText
from deepchat.tui.typeset.typesetter import Typesetter, set_whole

HOSTILE = {
    "nested quotes": ">" * 10_000 + " a",
    "nested lists": "- " * 10_000 + "a",
    "deeper and deeper lists": "".join("  " * depth + "- a\n" for depth in range(300)),
    "open brackets": "[" * 10_000,
    "open images": "![" * 5_000,
    "links": "[a](" * 5_000,
    "emphasis": "*a **b " * 1_500,
    "stars": "*" * 10_000 + "a" + "*" * 10_000,
    "backticks": "".join("`" * count + " " for count in range(1, 140)),
    "tags": "<a " * 5_000,
    "definitions": "[a]: " * 4_000,
    "notes": "[^a]: " * 4_000 + "[^a]" * 1_000,
    "combining marks": ("a" + "\u0301" * 8) * 2_000,
    "joined letters": "👩\u200d" * 5_000,
    "a wide table": "|a" * 2_000 + "\n" + "|-" * 2_000 + "\n" + "|b" * 2_000,
    "a code line of brackets": "```python\n" + "(" * 5_000 + "\n" + "'" * 900 + "\n",
    "empty lines": "\n" * 20_000,
    "everything at once": "*_`[~~<" * 2_000,
}
LONG_LINES = {"letters": "x", "words": "word ", "wide letters": "汉字", "cells": "|a", "marks": "= "}
ALLOWED_S = 3.0
"""CPU seconds; what is slow without bounds takes minutes."""
LONG = 300_000
"""Characters; read without bounds, such a line takes minutes, too."""


def cpu_s(text: str, piece: int) -> float:
    began = time.process_time()
    typesetter = Typesetter(80)
    for at in range(0, len(text), piece):
        typesetter.feed(SafeText(text[at : at + piece]))
    typesetter.end()
    return time.process_time() - began


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_set_in_bounded_time(name: str) -> None:
    text = HOSTILE[name]
    assert cpu_s(text, len(text)) < ALLOWED_S
    assert cpu_s(text[:1_000], 4) < ALLOWED_S
    assert cpu_s(text[:5_000], 200) < 2 * ALLOWED_S


@pytest.mark.parametrize("name", LONG_LINES)
def test_a_very_long_line_is_set_like_any_other(name: str) -> None:
    text = LONG_LINES[name] * (LONG // len(LONG_LINES[name]))
    assert cpu_s(text, 3_000) < ALLOWED_S


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_in_pieces_comes_out_as_the_whole(name: str) -> None:
    text = HOSTILE[name][:3_000]
    typesetter = Typesetter(80)
    for at in range(0, len(text), 37):
        typesetter.feed(SafeText(text[at : at + 37]))
    typesetter.end()
    assert typesetter.lines == set_whole(SafeText(text), 80)

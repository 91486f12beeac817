"""How each kind of block looks: a text, a width, and the lines it is set in."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from deepchat.safe_text import SafeText
from deepchat.tui.typeset.lines import Line
from deepchat.tui.typeset.typesetter import set_whole

LOOKS = tomllib.loads(Path(__file__).with_name("looks.toml").read_text())["look"]


def told(line: Line) -> str:
    """The line with what is not plain text named behind it."""
    styles = [f"{style}={text}" for text, style in line.pieces if style != "text" and text.strip()]
    return f"{line.text}| {' · '.join(styles)}".rstrip()


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look["name"])
def test_a_block_looks_as_it_was_drawn(look: dict[str, str]) -> None:
    lines = set_whole(SafeText(look["text"]), int(look["width"]))
    assert [told(line) for line in lines] == look["lines"].splitlines()

"""What is read without the parser reads as the parser would have it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from deepchat.tui.typeset.simple import spans_of

PIECES = (
    *("*", "**", "`", "``", "_", "~", "\\", "&amp;", "<b>", "[a](b)", "![a](b)", "]", "!", "(", ")", '"', "'", "-"),
    *(" ", "\n", "  \n", " \n ", "a", "b1", "ß", "中", "é", "x_y", "**bold**", "*em*", "`code`", "**Note:** ", "–"),
    *(".", "…", ",", ":", "%", "$", "€", "\u00a0", "\u2003", "\u200b", "2 * 3", "**a b**", "http://a.b/c"),
    *("#", ">", "|"),
)
PARSER = MarkdownIt("commonmark").enable("strikethrough")
STYLES = {"em_open": "em", "strong_open": "strong"}


def parsed(source: str) -> list[tuple[str, str]]:
    """Every letter with its style, as the parser reads it; what has another style than ours is marked so."""
    style: list[str] = []
    found: list[tuple[str, str]] = []
    tokens: list[Token] = PARSER.parseInline(source)[0].children or []
    for token in tokens:
        if token.type.endswith("_open"):
            style.append(STYLES.get(token.type, "other"))
        elif token.type.endswith("_close"):
            style.pop()
        elif token.type == "softbreak":
            found.append((" ", " ".join(style)))
        else:
            name = {"text": "", "code_inline": "code"}.get(token.type, "other")
            found += [(letter, " ".join(filter(None, [*style, name]))) for letter in token.content]
    return found


@settings(max_examples=2000, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
@example("a**b**")
@example("**a**b")
@example("**a.**b")
@example("(**a**)")
@example("**a*b**")
@example("*a**")
def test_it_is_read_as_the_parser_reads_it(source: str) -> None:
    spans = spans_of(source)
    if spans is not None:
        assert [(letter, style) for text, style in spans for letter in text] == parsed(source)


@pytest.mark.parametrize(
    "source",
    [
        "The keeper climbs the **stairs** and lights the lamp.",
        "**Note:** it is `a[1] < b` in snake_case, so *really* (**truly**) 42 % of it!",
        "One line\nand another, with **two words**.",
        "https://example.com/a-b?c=d",
        "",
    ],
)
def test_most_that_is_said_needs_no_parser(source: str) -> None:
    assert spans_of(source) is not None


def test_what_needs_no_parser_does_not_load_it() -> None:
    program = (
        "import sys; from deepchat.tui.typeset.typesetter import set_whole;"
        "set_whole('# A **head**\\n\\n- one `x`\\n- *two*\\n\\nso it is', 40); sys.exit('markdown_it' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0

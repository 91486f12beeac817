"""Code is coloured line by line as it would be as a whole, and is there even when it can't be coloured."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepchat.tui.typeset.highlight import LONGEST_LINE, Highlighter

LANGUAGES = (
    "python",
    "c",
    "javascript",
    "typescript",
    "rust",
    "go",
    "java",
    "bash",
    "json",
    "yaml",
    "html",
    "css",
    "sql",
)
ODD = ("diff", "make", "ruby", "php", "lua", "perl", "console", "pycon", "latex", "haml", "jinja", "no-such", "")
CODE = (
    "def f(x):",
    "    return 'y' # z",
    '"""doc',
    "*/ x = 1",
    "/* open",
    "`",
    "${a}",
    "<script>",
    "</b>",
    "((",
    "\\",
    "'",
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from((*LANGUAGES, *ODD)), st.lists(st.sampled_from(CODE), max_size=12))
def test_colouring_changes_no_character(language: str, lines: list[str]) -> None:
    highlighter = Highlighter(language)
    for line in lines:
        assert "".join(text for text, _ in highlighter.line(line)) == line


@pytest.mark.parametrize(
    ("language", "lines", "style"),
    [
        ("python", ["x = '''a", "b", "c'''"], "code.string"),
        ("c", ["int a; /* b", " return 0;", "c */ int d;"], "code.comment"),
        ("javascript", ["let s = `a", "if (b)", "c`;"], "code.string"),
        ("rust", ["/* a", "fn b()", "*/"], "code.comment"),
    ],
)
def test_what_goes_over_several_lines_keeps_its_colour(language: str, lines: list[str], style: str) -> None:
    highlighter = Highlighter(language)
    coloured = [highlighter.line(line) for line in lines]
    assert coloured[0][-1][1] == style
    assert coloured[1] == [(lines[1], style)]
    assert coloured[2][0][1] == style


def test_a_comment_that_only_seems_to_open_opens_nothing() -> None:
    highlighter = Highlighter("c")
    highlighter.line('char *a = "/*"; // and /* here')
    assert highlighter.line("int b;")[0] == ("int", "code.type")


def test_a_copy_goes_its_own_way() -> None:
    highlighter = Highlighter("python")
    highlighter.copy().line("'''")
    assert highlighter.line("return")[0] == ("return", "code.keyword")


def test_changes_are_told_apart_in_a_diff() -> None:
    highlighter = Highlighter("diff")
    assert [highlighter.line(line)[0][1] for line in ("-a", "+b", " c")] == ["code.removed", "code.added", "code.text"]


def test_a_line_too_long_to_be_code_stays_plain() -> None:
    line = "x = 1; " * LONGEST_LINE
    assert Highlighter("python").line(line) == [(line, "code.text")]


def test_for_half_the_name_of_a_language_no_installed_package_is_looked_through() -> None:
    code = """
import sys
from deepchat.tui.typeset.highlight import Highlighter
Highlighter("Python"), Highlighter("pyth"), Highlighter("no-such")
print("pygments.lexers.python" in sys.modules, "importlib.metadata" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "False"]

"""Random Markdown that is hard to cut, and random pieces of a text."""

from __future__ import annotations

from hypothesis import strategies as st

_WORDS = st.sampled_from(
    [
        "the",
        "lighthouse",
        "keeper",
        "wrote",
        "**bold**",
        "`code`",
        "e\u0301te\u0301",
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "\U0001f3f4\u200d\u2620\ufe0f",
        "\u6f14\u793a\u6587\u5b57",
        "\u706f\u53f0\u306e\u5149\u306f\u591c\u660e\u3051\u307e\u3067",
        "\u0645\u0631\u062d\u0628\u0627",
        "[link](https://example.com/?q=1)",
        "$x^2$",
        "<think>",
        "Sure, continuing",
    ]
)
_LINES = st.lists(_WORDS, min_size=1, max_size=9).map(" ".join)
_MARKS = st.sampled_from(["", "# ", "## ", "- ", "  - ", "1. ", "> ", "> > ", "- [ ] ", "    ", "\t", "| "])
_ENDS = st.sampled_from(["\n", "\n\n", "  \n", " \n\n\n", "\n \n", "\r\n", "", "\u3000\n", "\xa0"])
_FIXED = st.sampled_from(
    [
        "| Light | Period |\n| :--- | ---: |\n",
        "|---|---|\n" * 2,
        "---\n\n",
        "}\n" * 3,
        "    \n",
        "ho ho ho\n" * 4,
        "\n" * 5,
        " " * 7,
    ]
)


@st.composite
def _fenced(draw: st.DrawFn) -> str:
    indent = draw(st.sampled_from(["", "  ", "> ", "- "]))
    mark = draw(st.sampled_from(["```", "~~~", "````"]))
    language = draw(st.sampled_from(["", "python", "sh", "md"]))
    body = draw(st.lists(st.one_of(_LINES, st.sampled_from(["    pass", "", "~~~~ x", "``", "}"])), max_size=5))
    return "\n".join([f"{indent}{mark}{language}", *body, f"{indent}{mark}", ""])


documents = st.lists(
    st.one_of(st.tuples(_MARKS, _LINES, _ENDS).map("".join), _FIXED, _fenced()), min_size=1, max_size=25
).map("".join)
"""Headings, lists, tables, fences in fences, joined emoji, marks, other scripts, blanks at line ends, equal lines."""


def pieces_of(draw: st.DrawFn, text: str) -> list[str]:
    """The text in pieces of random sizes, as a wire may bring it."""
    sizes = draw(st.lists(st.integers(1, 30), min_size=1, max_size=8))
    pieces: list[str] = []
    at = 0
    while at < len(text):
        size = sizes[len(pieces) % len(sizes)]
        pieces.append(text[at : at + size])
        at += size
    return pieces

"""Random Markdown, rich in what goes wrong, and ways to cut it."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import strategies as st

from deepchat.safe_text import SafeText

FRAGMENTS = (
    *(
        "word",
        "another word",
        "a",
        "7",
        "1.",
        "1. ",
        "2) ",
        "- ",
        "* ",
        "+ ",
        "- [ ] ",
        "- [x] ",
        "> ",
        ">",
        "#",
        "## ",
    ),
    *("\n", "\n", "\n", "\n\n", "\n\n", "  \n", "\\\n", " ", "  ", "    ", "\t", "      "),
    *("```", "```python\n", "~~~", "~~~ c\n", "````", "`", "``", "def f(x): return 'y' # z", "/* open", "*/", '"""'),
    *("*", "**", "_", "__", "~~", "***bold***", "*em*", "~~gone~~", "`code`", "[", "]", "(", ")", "![", "!"),
    *(
        "[a link](http://x.y/%2F)",
        "<http://auto.link>",
        "https://bare.link/a_b).",
        "![alt](pic.png)",
        "[ref]",
        "[r][ref]",
    ),
    *("[ref]: http://late.example 'title'", "[^1]", "[^1]: ", "[^1]: the note", "    more of it"),
    *(
        "| a | b |",
        "|---|:-:|",
        "\n| a | b |\n|---|--:|\n| c | d |\n",
        "|",
        "\\|",
        "| x |",
        ":--",
        "---",
        "===",
        "***",
        "- - -",
    ),
    *("<div>", "</div>", "<b>", "<br>", "<!--", "-->", "<3", "<?", "?>", "&amp;", "&", "\\", "\\*", "$x$"),
    *("日本語のテキスト", "é́", "👩‍👩‍👧", "🇩🇪", "❤️", "שלום עולם", "x" * 70, "long " * 30, "汉字" * 30),
)

markdown = st.lists(st.sampled_from(FRAGMENTS), max_size=30).map(lambda parts: SafeText("".join(parts)))
widths = st.sampled_from((8, 20, 33, 80, 200))


@st.composite
def cut_markdown(draw: st.DrawFn) -> tuple[list[SafeText], int]:
    """The pieces of a text, and a width."""
    text = draw(markdown)
    places = sorted(draw(st.sets(st.integers(0, len(text)), max_size=12))) if draw(st.booleans()) else range(len(text))
    edges = [0, *places, len(text)]
    return [SafeText(text[a:b]) for a, b in pairwise(edges)], draw(widths)


_ON_ONE_LINE = [fragment for fragment in FRAGMENTS if "\n" not in fragment]
_WORDS = ("so it goes, ", "on and on. ", "one thing more ")


@st.composite
def cut_long_line(draw: st.DrawFn) -> tuple[list[SafeText], int]:
    """The pieces of a text with a line of a few thousand characters, and a width."""
    start = draw(st.sampled_from(("", "", "- ", "> ", "# ", "| a | b |\n|---|---|\n| ", "```python\n", "<div>\n")))
    words = draw(st.lists(st.sampled_from((*_ON_ONE_LINE, *_WORDS)), min_size=20, max_size=40))
    between = draw(st.sampled_from((" ", " ", "", "、")))
    text = start + between.join(words * draw(st.integers(2, 8))) + draw(st.sampled_from(("", "\n", "\n\nthe end")))
    places = sorted(draw(st.sets(st.integers(0, len(text)), max_size=12)))
    return [SafeText(text[a:b]) for a, b in pairwise([0, *places, len(text)])], draw(widths)

"""What is read out of Markdown is what CommonMark's own reader finds in it."""

from __future__ import annotations

import re

from hypothesis import assume, example, given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from deepchat.safe_text import SafeText
from deepchat.tui.typeset.code_copies import code_blocks
from deepchat.tui.typeset.typesetter import set_whole
from tests.tui.typeset.texts import markdown

BLANKS = re.compile(r"\s+")


def reader() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.normalizeLink = lambda url: url
    parser.validateLink = lambda url: True
    return parser


def words_found(tokens: list[Token]) -> str:
    """All that is text, without blanks."""
    found: list[str] = []
    numbers: list[int] = []
    for token in tokens:
        if token.type == "inline":
            found.append(words_found(token.children or []))
        elif token.type == "image":
            found.append(words_found(token.children or []) or "image")
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            numbers.append(int(token.attrs.get("start", 1)))
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            numbers.pop()
        elif token.type == "list_item_open":
            found.append(f"#{numbers[-1]}{token.markup}" if token.info else "#")
            numbers[-1] += 1
        elif token.type == "hr":
            found.append("─")
        else:
            found.append(token.content)
    return BLANKS.sub("", "".join(found))


def words_shown(text: SafeText) -> str:
    shown: list[str] = []
    for line in set_whole(text, 3000):
        for piece, style in line.pieces:
            if style == "rule":
                shown.append("─")
            elif style == "bullet":
                shown.append("#" + piece.strip(" •◦▪"))
            elif "code.label" not in style and style != "table.rule":
                shown.append(piece.replace("▌ ", "").replace("▌", "") if style == "quote" else piece)
    return BLANKS.sub("", "".join(shown))


@settings(max_examples=150, deadline=None)
@given(markdown)
@example(SafeText("- a\n\n\n  b\n- \n\n  c\n> - d\n>\n> e\nf"))
def test_all_words_are_there_in_their_order_and_every_item_and_rule(text: SafeText) -> None:
    # Footnotes, tasks and bare HTML breaks are more than CommonMark knows.
    assume("[^" not in text and "[ ]" not in text and "[x]" not in text and "<br>" not in text and "▌" not in text)
    text = SafeText(f"{text}\n")
    assert words_shown(text) == words_found(reader().parse(text))


@settings(max_examples=150, deadline=None)
@given(markdown)
def test_code_is_copied_exactly(text: SafeText) -> None:
    assume("[^" not in text)
    text = SafeText(f"{text}\n")
    found = [token for token in reader().parse(text) if token.type in ("fence", "code_block")]
    assert [block.text for block in code_blocks(text)] == [token.content.removesuffix("\n") for token in found]

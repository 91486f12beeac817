"""The code blocks of a Markdown text, exactly as they were written, for copying."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """One block of code."""

    language: str
    """What its fence names, in lower case; empty when it names nothing."""
    text: str
    """Its exact text, without a line break at the end."""


def code_blocks(markdown: str) -> list[CodeBlock]:
    """Every fenced or indented block, in the order of the text."""
    from markdown_it import MarkdownIt

    blocks = [token for token in MarkdownIt("commonmark").parse(markdown) if token.type in ("fence", "code_block")]
    return [CodeBlock((token.info.split() or [""])[0].lower(), token.content.removesuffix("\n")) for token in blocks]

"""The code blocks of a Markdown text, exactly as they were written, for copying."""

from __future__ import annotations

from dataclasses import dataclass

from deepchat.tui.typeset.typesetter import codes_of


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """One block of code."""

    language: str
    """What its fence names, in lower case; empty when it names nothing."""
    text: str
    """Its exact text, without a line break at the end."""


def code_blocks(markdown: str) -> list[CodeBlock]:
    """Every fenced or indented block, in the order of the text."""
    return [CodeBlock(code.language, "\n".join(code.written)) for code in codes_of(markdown)]

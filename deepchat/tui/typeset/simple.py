"""Running text with nothing in it but plain emphasis and plain code: most that is said, read without the parser."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_LETTER: Final = r"[^\W_]"
_TEXT: Final = r"[^\\`*_~\[<&]"
_IN_WORD: Final = rf"(?<={_LETTER})_(?={_LETTER})"
_STOPS: Final = r"[.,:;?!)%\"']"
_END: Final = rf"(?:(?<={_LETTER})(?P=marks)(?=[ \n]|{_STOPS}|\Z)|(?<={_STOPS})(?P=marks)(?=[ \n]|\Z))"
"""Marks that can only end what they mark: https://spec.commonmark.org/0.31.2/#delimiter-run"""
_SPAN: Final = re.compile(
    rf"(?P<text>(?:{_TEXT}|{_IN_WORD})+)"
    rf"|(?<![^ \n(\"'])(?P<marks>\*\*?)(?={_LETTER})(?P<marked>{_TEXT}+){_END}"
    r"|(?<!`)`(?P<code>[^`\s](?:[^`]*[^`\s])?)`(?!`)"
)
_BREAKS: Final = re.compile(r" \n|\n ")
_STYLES: Final = {"*": "em", "**": "strong"}


def spans_of(source: str) -> Iterable[tuple[str, str]] | None:
    """Its words and the styles that they have of their own; None when it has to be read by the parser."""
    if _BREAKS.search(source):
        return None
    spans: list[tuple[str, str]] = []
    at = 0
    while at < len(source):
        span = _SPAN.match(source, at)
        if span is None:
            return None
        if text := span["text"]:
            spans.append((text, ""))
        elif code := span["code"]:
            spans.append((code, "code"))
        else:
            spans.append((span["marked"], _STYLES[span["marks"]]))
        at = span.end()
    return [(text.replace("\n", " "), style) for text, style in spans]

"""Does a leg open again the code fence that is open already?"""

from __future__ import annotations

import re
from typing import Final

_FENCE: Final = re.compile(
    r"^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(?P<mark>`{3,}(?=[^`\n]*$)|~{3,})[ \t]*(?P<info>[^\n]*?)[ \t]*\r?$",
    re.MULTILINE,
)
_LINE_END: Final = re.compile(r"[ \t]*(?:\r?\n|$)")


def open_fence(text: str) -> str:
    """The mark and the language of the fence that is open where a text ends; empty when none is."""
    mark = info = ""
    for fence in _FENCE.finditer(text):
        if not mark:
            mark, info = fence["mark"], fence["info"]
        elif fence["mark"].startswith(mark) and not fence["info"]:
            mark = info = ""
    return mark + info


class FenceAgain:
    """The open fence of an answer, to be looked for at the head of a leg.

    Only one with a language is: without one, the same line closes it. No code has such a line, and Markdown about
    Markdown needs a longer mark around it; a model that goes on exactly loses the line only where it forgot to close
    a fence, opens an equal one, and is cut just before that.
    """

    def __init__(self, answer: str, *, at_line_start: bool) -> None:
        fence = open_fence(answer)
        self._fence = fence if fence.strip("`~") else ""
        self._at_line_start = at_line_start
        """Else the fence's own line end is the one that the answer still lacks."""

    def look(self, held: str, must: bool) -> int | None:
        """How much to skip; None while it may be the fence, unless it must decide."""
        text = held.lstrip()
        if not self._fence or not (text.startswith(self._fence) or self._fence.startswith(text)):
            return 0
        after = text[len(self._fence) :]
        if not must and not after.strip(" \t"):
            return None
        line_end = _LINE_END.match(after)
        if not text.startswith(self._fence) or not line_end:
            return 0
        line = line_end[0] if self._at_line_start else line_end[0].rstrip("\r\n")
        return len(held) - len(after) + len(line)

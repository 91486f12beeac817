"""Words of ours or of a server, as lines of the conversation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from deepchat.safe_text import one_line
from deepchat.tui.typeset.lines import Line


@lru_cache(maxsize=1)
def blank_lines(words: tuple[str, ...], width: int) -> Sequence[Line]:
    """What is told where nothing was said yet; every row of it asks for all of them."""
    return notice_lines(words, width, "note")


def notice_lines(notices: Iterable[str], width: int, style: str) -> list[Line]:
    """Each of them wrapped."""
    from deepchat.tui.typeset.plain import set_plain

    lines = [line for notice in notices for line in set_plain(one_line(notice), width)]
    return [Line(tuple((text, style) for text, _ in line.pieces), len(line.text), line.glue) for line in lines]

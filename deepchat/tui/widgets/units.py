"""What of a line is one unit for the cursor: a chip, or an emoji joined of several characters."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from deepchat.tui.widgets.chips import CHIP

_PICTURE: Final = "[\u00a9\u00ae\u203c-\u3299\U0001f000-\U0001faff]"
_CHANGED: Final = "[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
_UNIT: Final = (
    f"{CHIP.pattern}"
    "|[\U0001f1e6-\U0001f1ff]{2}"
    "|[0-9#*]\ufe0f?\u20e3"
    f"|{_PICTURE}{_CHANGED}(?:\u200d{_PICTURE}{_CHANGED})*\u200d?"
)
"""Chips and emoji; the last joiner waits for what is typed next."""


@cache
def _units() -> re.Pattern[str]:
    """Made when it is first asked for: the first frame does without it."""
    return re.compile(_UNIT)


def unit_around(line: str, column: int) -> tuple[int, int] | None:
    """Where the unit begins and ends that this column is inside of, if it is inside of one."""
    if line.isascii():
        return None
    for unit in _units().finditer(line):
        if unit.end() > column:
            return unit.span() if unit.start() < column else None
    return None

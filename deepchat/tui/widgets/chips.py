"""Long pastes folded into chips, which stand in the text as one unit each and are sent as exact text."""

from __future__ import annotations

import re
from typing import Final

MOST_LINES: Final = 10
MOST_CHARS: Final = 8 * 1024
"""A paste beyond either is folded."""
MOST_EDITED_CHARS: Final = 32 * 1024
"""More than this is never put into the text area itself, which would re-wrap it at every key."""
MOST_EDITED_IN_A_LINE: Final = 8 * 1024
_MOST_KEPT: Final = 12
_KILO: Final = 1024

_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
"""They are no characters, so nothing that is typed or pasted can forge a chip."""
CHIP: Final = re.compile(f"{_OPEN}[^{_CLOSE}]*{_CLOSE}")
_SHOWN: Final = str.maketrans({_OPEN: "[", _CLOSE: "]"})


def size_in_words(size_bytes: int) -> str:
    """A size that a person can compare: `310 B`, `4.2 KB`, `1.0 MB`."""
    if size_bytes < _KILO:
        return f"{size_bytes} B"
    size = size_bytes / _KILO
    for unit in ("KB", "MB"):
        if size < 999.95:
            return f"{size:.1f} {unit}"
        size /= _KILO
    return f"{size:.1f} GB"


def _line_count(text: str) -> int:
    return text.count("\n") + (not text.endswith("\n"))


def is_long(text: str) -> bool:
    """Whether a paste of it is folded."""
    return len(text) > MOST_CHARS or _line_count(text) > MOST_LINES


def is_editable(text: str) -> bool:
    """Whether it may stand in the text area as it is, and typing stays swift."""
    return len(text) <= MOST_EDITED_CHARS and max(map(len, text.split("\n"))) <= MOST_EDITED_IN_A_LINE


def shown(text: str) -> str:
    """The text with its chips as a person sees them; every character stays where it was."""
    return text.translate(_SHOWN)


class Chips:
    """The exact texts behind the chips of one composer."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def fold(self, text: str) -> str:
        """The chip that stands for this text."""
        lines = _line_count(text)
        size = size_in_words(len(text.encode()))
        label = f"pasted {lines:,} lines, {size}" if lines > 1 else f"pasted {size}"
        number = 1
        chip = f"{_OPEN}{label}{_CLOSE}"
        while self._texts.get(chip, text) != text:
            number += 1
            chip = f"{_OPEN}{label} #{number}{_CLOSE}"
        self._texts[chip] = text
        return chip

    def text_of(self, chip: str) -> str:
        """What was folded into it."""
        return self._texts[chip]

    def unfolded(self, text: str) -> str:
        """The exact text, with all chips replaced by what they stand for."""
        return CHIP.sub(lambda chip: self._texts[chip[0]], text)

    def refolded(self, text: str) -> str:
        """The text as it may be put back: what was a chip lately is one again, and what is too long becomes one."""
        for chip, exact in self._texts.items():
            text = text.replace(exact, chip)
        return text if is_editable(text) else self.fold(self.unfolded(text))

    def forget_old(self) -> None:
        """Keep the latest only; to be called when none of them stands in the text."""
        for chip in list(self._texts)[:-_MOST_KEPT]:
            del self._texts[chip]

"""What is pasted, put together from its pieces: text and nothing else, and not without end."""

from __future__ import annotations

import re
from typing import Final

from deepchat.tui.sequences import Pasted

MOST_PASTED: Final = 16 << 20
"""Characters of one paste; the rest is counted, not kept."""
_PAINT: Final = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\))")
"""Colours, links and the like in what was copied from another terminal."""
_CONTROLS: Final = {number: None for number in (*range(0x20), *range(0x7F, 0xA0)) if chr(number) not in "\n\t"}


class Paste:
    """One that has not ended."""

    def __init__(self, text: str = "") -> None:
        self._pieces: list[str] = []
        self.came = 0
        """Characters, also those that were not kept."""
        self.add(text)

    def add(self, text: str) -> None:
        """Keep what comes next, as far as there is room."""
        self._pieces.append(text[: max(0, MOST_PASTED - self.came)])
        self.came += len(text)

    def ended(self) -> Pasted:
        """All of it."""
        text = _PAINT.sub("", "".join(self._pieces)).replace("\r\n", "\n").replace("\r", "\n")
        return Pasted(text.translate(_CONTROLS), max(0, self.came - MOST_PASTED))

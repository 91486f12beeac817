"""Walking back through earlier questions, with what is being written kept at the end."""

from __future__ import annotations

from collections.abc import Sequence


class Recall:
    """One walk; what was changed on the way stays changed until something is sent."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._at = 0

    def older(self, current: str, history: Sequence[str]) -> str | None:
        """The question before the current text; none when it is the oldest."""
        if not self._texts:
            self._texts = [*history, current]
            self._at = len(history)
        return self._go(self._at - 1, current)

    def newer(self, current: str) -> str | None:
        """What follows the current text, at last what was being written; none when this is it."""
        return self._go(self._at + 1, current)

    def end(self) -> None:
        """The next walk begins anew."""
        self._texts = []

    def _go(self, to: int, current: str) -> str | None:
        if not 0 <= to < len(self._texts):
            return None
        self._texts[self._at] = current
        self._at = to
        return self._texts[to]

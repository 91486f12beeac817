"""An answer that streams: words and the calls between them in the order in which they come, and thoughts."""

from __future__ import annotations

from collections.abc import Iterable

from deepchat.conversation.parts import Part, Text, ToolCall, ToolResult
from deepchat.tui.said import Said
from deepchat.tui.typeset.lines import Line
from deepchat.tui.widgets.call_lines import with_calls
from deepchat.tui.widgets.stream import Dress, Stream


class Coming:
    """What has come so far."""

    def __init__(self, dress_thought: Dress) -> None:
        self.thought = Stream(dress_thought)
        self._words = Stream()
        """Since the last call."""
        self._told: list[Part] = []
        """Up to the last call or its result, and that too."""
        self._above: list[Line] = []
        """The lines of that, as they were set last."""
        self._at_work = 0
        """So many calls have given nothing back yet."""
        self._settled = 0
        """So many lines stay whatever they give back."""
        self._set_for = (0, False)
        """For which width, and whether the calls were open; no width when they have to be set anew."""

    @property
    def words(self) -> str:
        """Exactly what was said."""
        return "".join(part.text for part in self._told if isinstance(part, Text)) + "".join(self._words.words)

    @property
    def has_spoken(self) -> bool:
        return bool(self._told or self._words.words)

    def say(self, said: Iterable[Said]) -> None:
        """More of it."""
        words: list[str] = []
        for one in said:
            if isinstance(one, str):
                words.append(one)
            else:
                self._words.feed("".join(words))
                words = []
                self._call(one)
        self._words.feed("".join(words))

    def lines(self, width: int, *, is_open: bool) -> list[Line]:
        """All of it, set for this width."""
        if not self._told:
            return self._words.lines(width)
        if self._set_for != (width, is_open):
            self._above = with_calls(self._told, width, is_open=is_open)
            self._set_for = width, is_open
        return [*self._above, Line(), *self._words.lines(width)] if self._goes_on else self._above

    def ended(self, text: str, width: int) -> list[Line] | None:
        """The lines of all of it, now that nothing more comes; None when they have to be set anew."""
        return None if self._told else self._words.ended(text, width)

    @property
    def settled(self) -> int:
        """So many lines stay as they are."""
        if self._at_work:
            return self._settled
        return len(self._above) + bool(self._above) + self._words.settled if self._goes_on else len(self._above)

    @property
    def _goes_on(self) -> bool:
        """Words came after the last call, and not blanks alone."""
        return any(map(str.strip, self._words.words))

    def _call(self, one: ToolCall | ToolResult) -> None:
        self._settled = self.settled
        self._at_work = max(0, self._at_work + (1 if isinstance(one, ToolCall) else -1))
        if self._words.words:
            self._told.append(Text("".join(self._words.words)))
            self._words = Stream()
        self._told.append(one)
        self._set_for = 0, False

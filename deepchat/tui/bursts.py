"""A paste without marks is known by its speed: its line ends break lines, where Enter would send them one by one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from deepchat.tui.pastes import Paste
from deepchat.tui.sequences import Reported, Token, Typed

LEAST_PASTED: Final = 20
"""Characters of a burst; a slow line can bring together fewer than these of what was typed by hand."""
FASTEST_S: Final = 0.01
"""What comes sooner behind a key is of one burst with it: so fast nobody types, and no key repeats.

So long it stays open whether the line end of a short burst is Enter.
"""
LINE_WAIT_S: Final = 0.05
"""Some terminals and networks bring a paste line by line; so long the line end of a long burst may not be Enter."""
END_WAIT_S: Final = 0.1
"""A paste is over when so long nothing came; over a network it comes in pieces."""
_KEYS: Final = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f"
_PARTS: Final = re.compile(f"(?P<keys>[{_KEYS}]+)|[^{_KEYS}]+")
"""Keys, or text with its line ends: all other characters, which are not named, for that takes 3 ms to compile."""
_LINE_END: Final = re.compile(r"[\r\n]")
_GOES_ON: Final = re.compile(r"[\r\n][^\r\n]")


class Bursts:
    """What was typed, pressed or pasted goes through, each in its turn; what must have been pasted is made a paste."""

    def __init__(self, came: int = 0) -> None:
        self._came = came
        """Characters of the burst."""
        self._held = ""
        """Its last words; in them are line ends, which may be Enter."""
        self._paste: Paste | None = None
        """The burst is one."""
        self._last_s = 0.0
        """When the last came of what counts."""

    @property
    def ends_s(self) -> float | None:
        """At that time `pause` ends the burst, if nothing comes before; None when that tells nothing."""
        return self._last_s + self._lull_s if self._paste or self._held else None

    def feed(self, tokens: Iterable[Token], at_s: float) -> Iterator[Token]:
        """What is known by now of that which came together, at this time by a clock that the program's work holds up.

        The mouse, the focus and what means nothing go on with no burst: they come all the time.
        """
        if at_s > self._last_s + self._lull_s:
            yield from self.pause()
        for token in tokens:
            if isinstance(token, Reported):
                yield token
                continue
            self._last_s = at_s
            if isinstance(token, Typed):
                for part in _PARTS.finditer(token.text):
                    yield from self._through(part[0], is_text=part["keys"] is None)
            else:
                yield from self._told()
                yield token

    def pause(self) -> Iterator[Token]:
        """The burst is over."""
        yield from self._told()
        self._paste = None
        self._came = 0

    @property
    def _lull_s(self) -> float:
        if self._paste:
            return END_WAIT_S
        return LINE_WAIT_S if self._came >= LEAST_PASTED else FASTEST_S

    def _through(self, part: str, *, is_text: bool) -> Iterator[Token]:
        self._came += len(part)
        words = self._held + part
        if self._paste:
            self._paste.add(part)
        elif not is_text:
            yield from self._told()
            yield Typed(part)
        elif self._came >= LEAST_PASTED and _GOES_ON.search(words):
            self._held, self._paste = "", Paste(words)
        elif self._came > 1 and _LINE_END.search(words):
            self._held = words
        else:
            self._held = ""
            yield Typed(words)

    def _told(self) -> Iterator[Token]:
        """What is known now, as nothing that follows can be of one piece with it."""
        held, self._held = self._held, ""
        if held:
            yield Typed(held)
        paste = self._paste
        if paste:
            self._paste = Paste()  # its burst may go on, and then sends nothing either
            if paste.came:
                yield paste.ended()

"""Words that come in pieces, as lines: of very many, only the beginning and the end."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from deepchat.safe_text import SafeText, Sanitizer
from deepchat.tui.typeset.lines import Line
from deepchat.tui.widgets.notice_lines import notice_lines

if TYPE_CHECKING:
    from deepchat.tui.typeset.typesetter import Typesetter

LONGEST_SHOWN: Final = 400_000
"""Characters; of a longer text the beginning and the end are shown, and all of it is copied and exported."""
END_SHOWN: Final = 20_000
BEGIN_SHOWN: Final = LONGEST_SHOWN - END_SHOWN

Dress = Callable[[Line], Line]
"""What is made of each line."""


def left_out(characters: int) -> str:
    """What stands in the place of so many."""
    return f"… {characters:,} characters are not shown here, but are kept, copied and exported …"


class Stream:
    """What has come so far."""

    def __init__(self, dress: Dress | None = None) -> None:
        self.words: list[str] = []
        """Exactly as they came."""
        self._dress = dress
        self._sanitizer = Sanitizer()
        self._begin = _Stretch(dress)
        self._end: _Stretch | None = None
        """What came after it, when that is full."""
        self._left_out = 0
        """So many characters are in neither."""

    def feed(self, piece: str) -> None:
        """More of it; nothing at all is no beginning of it."""
        if not piece:
            return
        self.words.append(piece)
        safe = self._sanitizer.feed(piece)
        room = BEGIN_SHOWN - self._begin.length
        if room > 0:
            self._begin.add(SafeText(safe[:room]))
        if len(safe) > room:
            self._add_to_end(safe[room:] if room > 0 else safe)

    def lines(self, width: int) -> list[Line]:
        """All lines that are shown; another width sets them anew."""
        begin = self._begin.lines(width)
        if self._end is None:
            return begin
        told = notice_lines([left_out(self._left_out)] if self._left_out else [], width, "note")
        return [*begin, *told, *self._end.lines(width)]

    def ended(self, text: str, width: int) -> list[Line] | None:
        """All lines, now that nothing more comes; None when this is another text, or was not set for this width."""
        if self._end or "".join(self.words) != text:
            return None
        self._begin.add(self._sanitizer.end())
        return self._begin.ended(width)

    @property
    def settled(self) -> int:
        """So many lines stay as they are."""
        return self._begin.settled

    def _add_to_end(self, safe: str) -> None:
        end = self._end or _Stretch(self._dress)
        if end.length + len(safe) > 2 * END_SHOWN:
            text = end.text + safe
            cut = text.find("\n", len(text) - END_SHOWN) + 1 or len(text) - END_SHOWN
            self._left_out += cut
            end, safe = _Stretch(self._dress), text[cut:]
        end.add(SafeText(safe))
        self._end = end


class _Stretch:
    """Some of it, without a gap."""

    def __init__(self, dress: Dress | None) -> None:
        self.length = 0
        self._dress = dress
        self._pieces: list[SafeText] = []
        self._typesetter: Typesetter | None = None
        self._width = 0
        self._dressed: list[Line] = []
        self._stay = 0
        """So many lines were dressed for good."""

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    @property
    def settled(self) -> int:
        """So many lines stay as they are."""
        return self._typesetter.settled if self._typesetter else 0

    def add(self, safe: SafeText) -> None:
        self.length += len(safe)
        self._pieces.append(safe)
        if self._typesetter:
            self._typesetter.feed(safe)

    def lines(self, width: int) -> list[Line]:
        if self._typesetter is None or self._width != width:
            from deepchat.tui.typeset.typesetter import Typesetter  # not before there is something to set

            self._typesetter, self._width = Typesetter(width), width
            self._typesetter.feed(SafeText(self.text))
            self._dressed, self._stay = [], 0
        if self._dress is None:
            return self._typesetter.lines
        del self._dressed[self._stay :]
        self._dressed += map(self._dress, self._typesetter.lines[self._stay :])
        self._stay = self._typesetter.settled
        return self._dressed

    def ended(self, width: int) -> list[Line] | None:
        """All lines, now that nothing more comes; None when they are for another width."""
        if self._typesetter is None or self._width != width:
            return None
        self._typesetter.end()
        return self.lines(width)

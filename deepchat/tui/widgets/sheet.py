"""One message as it lies on the page: a head, folded thoughts, its words, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from deepchat.conversation.parts import ToolResult
from deepchat.safe_text import make_safe
from deepchat.tui.entries import Entry
from deepchat.tui.said import Said
from deepchat.tui.typeset.lines import Line
from deepchat.tui.widgets.call_lines import with_calls
from deepchat.tui.widgets.coming import Coming
from deepchat.tui.widgets.notice_lines import notice_lines
from deepchat.tui.widgets.sheet_edges import foot, head, thinking_words
from deepchat.tui.widgets.stream import BEGIN_SHOWN, END_SHOWN, LONGEST_SHOWN, left_out

_ROWS_AROUND: Final = 2
MOST_COUNTED: Final = 500
"""Messages whose lines are counted to tell how tall they are: it takes as long as all else of opening them."""


class Sheet:
    """Lines are there once it is laid out for a width; as long as its answer streams they grow."""

    __slots__ = (
        "_after",
        "_before",
        "_body",
        "_coming",
        "_known",
        "_width",
        "entry",
        "is_open",
        "is_raw",
        "status",
        "thought_s",
    )

    def __init__(self, entry: Entry, *, is_live: bool = False) -> None:
        self.entry = entry
        self.thought_s: float | None = None
        """How long it thought, when that was heard."""
        self.status: Sequence[str] = ()
        """What is told below its words while it streams."""
        self.is_raw = False
        """Its words are shown as they came, not as Markdown."""
        self.is_open = False
        """Its thoughts are shown."""
        self._coming = Coming(_as_thought) if is_live else None
        """Nothing, for most of many messages."""
        self._width = 0
        self._known = (0, 0)
        """How many rows it took when it was last set, and for which width."""
        self._before: Sequence[Line] = ()
        self._body: Sequence[Line] = ()
        self._after: Sequence[Line] = ()

    def __len__(self) -> int:
        return len(self._before) + len(self._body) + len(self._after)

    def __bool__(self) -> bool:
        """It is there also before it is laid out, when it has no lines."""
        return True

    def line(self, index: int) -> Line:
        """One of its lines, head and all."""
        for part in (self._before, self._body, self._after):
            if index < len(part):
                return part[index]
            index -= len(part)
        return Line()

    @property
    def is_live(self) -> bool:
        """Whether its answer streams."""
        return self._coming is not None

    @property
    def words(self) -> str:
        """Exactly what it says."""
        return self._coming.words if self._coming else self.entry.node.message.text

    @property
    def thoughts(self) -> str:
        """Exactly what was thought."""
        return "".join(self._coming.thought.words) if self._coming else self.entry.node.message.reasoning

    @property
    def words_at(self) -> range:
        """The lines that its words take: what is before and behind them is ours."""
        return range(len(self._before), len(self._before) + len(self._body))

    @property
    def settled(self) -> int:
        """So many lines stay as they are while it streams."""
        if self._coming is None or self.is_open:
            return 1  # thoughts may come after words, and move them down
        return len(self._before) + self._coming.settled

    def estimate(self, width: int) -> int:
        """How many rows it takes: exactly, if it was set for this width before, else roughly."""
        if self._width == width:
            return len(self)
        if self._known[0] == width:
            return self._known[1]
        return estimate(self.entry.node.message.text, width)

    def lay(self, width: int) -> int:
        """Set it for this width, if that was not done; gives how many rows it takes."""
        if self._width != width:
            self._width = width
            self._set()
        return len(self)

    def forget(self) -> None:
        """Let go of its lines; they are set again when they are looked at."""
        if self._width and not self.is_live:
            self._known = (self._width, len(self))
            self._width = 0
            self._before, self._body, self._after = (), (), ()

    def show(self, entry: Entry, *, is_over: bool = False) -> None:
        """The same message, further on or with other siblings; or the answer that streamed, now that it is over."""
        lines: list[Line] | None = None
        if is_over and self._coming:
            if not self.is_raw:
                lines = self._coming.ended(entry.node.message.text, self._width)
            self._coming, self.status = None, ()
        elif entry == self.entry:
            return
        self.entry = entry
        if lines is None:
            self.again()
        else:
            self._body = lines
            self._grow()

    def say(self, *said: Said) -> None:
        if self._coming:
            self._coming.say(said)
            self._grow()

    def think(self, piece: str) -> None:
        if self._coming:
            self._coming.thought.feed(piece)
            self._grow()

    def tell(self, status: Sequence[str]) -> None:
        """What is told below its words until something else is."""
        self.status = status
        self._grow()

    def again(self) -> None:
        """Set it anew, after it was folded or shown raw."""
        self._known = (0, 0)
        if self._width:
            self._set()

    def _set(self) -> None:
        if not self._coming:
            self._body = self._words_set()
        self._grow()

    def _words_set(self) -> list[Line]:
        exact, role = self.entry.node.message.text, self.entry.node.message.role
        parts = self.entry.node.message.parts
        if role == "assistant" and not self.is_raw and any(isinstance(part, ToolResult) for part in parts):
            return with_calls(parts, self._width, is_open=self.is_open)
        return _set(exact, self._width, is_raw=self.is_raw, is_markdown=role == "assistant")

    def _grow(self) -> None:
        """The edges of what streams change with it."""
        if not self._width:
            return
        if self._coming:
            self._body = self._coming.lines(self._width, is_open=self.is_open)
        thoughts = self._thoughts_set() if self.is_open else []
        self._before = [head(self.entry, self._width, self._thinking, is_live=self.is_live), *thoughts]
        self._after = [*self._told(), Line()]

    @property
    def _thinking(self) -> str:
        """What the head tells of its thoughts; nothing when there are none."""
        if not (self._coming.thought.words if self._coming else self.thoughts):
            return ""
        still = self._coming is not None and not self._coming.has_spoken
        return thinking_words(self.thought_s, still_thinks=still, is_open=self.is_open)

    def _thoughts_set(self) -> list[Line]:
        width = self._width - 2
        if self._coming:
            lines = self._coming.thought.lines(width)
        else:
            lines = [_as_thought(line) for line in _set(self.thoughts, width)]
        return [*lines, Line()] if lines else []

    def _told(self) -> list[Line]:
        if self.is_live:
            return notice_lines(self.status, self._width, "note")
        return foot(self.entry, self._width, is_raw=self.is_raw)


def _as_thought(line: Line) -> Line:
    links = ()  # a thought leads nowhere
    pieces = (("│ ", "thought.rule"), *((text, f"{names} thought") for text, names in line.pieces))
    return Line(pieces, line.gutter + 2, line.glue, line.fill, links)


def _set(exact: str, width: int, *, is_raw: bool = False, is_markdown: bool = True) -> list[Line]:
    """The lines of a text, however long it is."""
    from deepchat.tui.typeset.plain import set_plain
    from deepchat.tui.typeset.typesetter import set_whole

    shown = make_safe(_bounded(exact), code=is_raw)
    if is_raw or not is_markdown or len(exact) > LONGEST_SHOWN:
        return set_plain(shown, width)
    return set_whole(shown, width)


def _bounded(text: str) -> str:
    if len(text) <= LONGEST_SHOWN:
        return text
    return f"{text[:BEGIN_SHOWN]}\n\n{left_out(len(text) - LONGEST_SHOWN)}\n\n{text[-END_SHOWN:]}"


def estimate(text: str, width: int) -> int:
    """How many rows a message takes that was never set, roughly."""
    if len(text) > LONGEST_SHOWN:
        text = text[:LONGEST_SHOWN]
    return _ROWS_AROUND + 1 + text.count("\n") + len(text) // max(1, width)


def estimates(texts: Sequence[str], width: int) -> list[int]:
    """The same for each of these; of very many, some tell how long the lines of all are."""
    if len(texts) <= MOST_COUNTED:
        return [estimate(text, width) for text in texts]
    some = texts[:: len(texts) // MOST_COUNTED | 1]  # an odd step: questions and answers take turns
    rows = sum(estimate(text, width) - _ROWS_AROUND for text in some)
    rows_each = rows / max(1, sum(map(len, some)))
    return [_ROWS_AROUND + int(min(len(text), LONGEST_SHOWN) * rows_each) for text in texts]

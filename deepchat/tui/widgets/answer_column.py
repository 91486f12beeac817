"""One answer beside others: its words in a frame, and below them what they take."""

from __future__ import annotations

from typing import Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive

from deepchat.conversation.in_words import cost_words
from deepchat.safe_text import one_line
from deepchat.tui.entries import Entry
from deepchat.tui.pace import Figures
from deepchat.tui.widgets.bar import Bar
from deepchat.tui.widgets.ink import Ink
from deepchat.tui.widgets.transcript import Transcript

_LONGEST_NAME: Final = 80


class AnswerColumn(Vertical):
    """What is shown in it is given to its transcript."""

    DEFAULT_CSS = """
    AnswerColumn {
        width: 1fr;
        height: 1fr;
        border: round $panel;
        border-title-color: $text-muted;
        &:focus-within { border: round $accent; border-title-color: $text-accent; }
        &.-kept { border: round $success; border-title-color: $text-success; }
    }
    """

    figures: reactive[Figures | None] = reactive(None)

    def __init__(self, name: str, coming: Entry, ink: Ink) -> None:
        super().__init__()
        self._who = one_line(name, _LONGEST_NAME)
        self._coming = coming
        self._bar = Bar()
        self.transcript = Transcript(ink)
        self.border_title = Content(self._who)

    def compose(self) -> ComposeResult:
        yield self.transcript
        yield self._bar

    def on_mount(self) -> None:
        self.transcript.put((self._coming,), is_live=True)

    def watch_figures(self, figures: Figures | None) -> None:
        """The cost at the right, which stays in sight the longest."""
        if figures is None:
            return
        rate = f" · {figures.rate:,.0f} tok/s" if figures.rate else ""
        told = f"{figures.tokens_told} tokens{rate} · {figures.seconds:.1f} s"
        self._bar.left = Content.styled(told, "$text-muted")
        self._bar.right = Content(cost_words(figures.cost) if figures.legs else "–")

    def mark_kept(self, *, waits: bool) -> None:
        """The conversation goes on from it."""
        self.add_class("-kept")
        self.border_title = Content(f"{self._who} · kept{' when it is whole' if waits else ''}")

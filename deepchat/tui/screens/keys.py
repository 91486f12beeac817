"""What the terminal really sends for a key, and what that does."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.types import CSSPathType
from textual.widgets import Static

from deepchat.safe_text import one_line
from deepchat.tui.screens.dialog import Dialog

_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_MOST_TOLD: Final = 100
_KEY_CELLS: Final = 12
_BREAKS: Final = ("shift+enter", "alt+enter", "ctrl+j")
_OPEN: Final = "○"
_HEARD: Final = "●"
_HINT: Final = (
    "These break the line; press them to see whether they come. A terminal that sends enter for shift+enter can't "
    "tell the two apart: map shift+enter to ctrl+j there, or press ctrl+j or alt+enter. In tmux: set -s extended-keys "
    "on. A key that never shows was taken before it came here."
)


class Keys(Dialog[None]):
    """Every key is told and does nothing else, but for those that the app keeps to itself wherever one is."""

    AUTO_FOCUS = ""
    CSS_PATH: ClassVar[CSSPathType | None] = ["dialog.tcss", "keys.tcss"]
    TITLE_OF_BOX = "Keys"

    def __init__(self, bindings: Mapping[str, str] = _NONE) -> None:
        """What our keys do, by Textual's names for them."""
        super().__init__()
        self._does = bindings
        self._told: list[Content] = []
        self._heard: set[str] = set()
        self._was_escape = False
        self._breaks = Static(classes="breaks")
        self._pressed = Static(classes="pressed")

    def parts(self) -> ComposeResult:
        yield self._breaks
        yield Static(Content(_HINT), classes="hint")
        yield self._pressed
        yield Static(Content.assemble(("esc esc", "$text-accent"), " close"), classes="way-out")

    def on_mount(self) -> None:
        self._show()

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        if event.key == "escape" and self._was_escape:
            self.dismiss(None)
            return
        self._was_escape = event.key == "escape"
        self._heard.add(event.key)
        self._tell(self._told_of(event))

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self._was_escape = False
        count = len(event.text)
        self._tell(_row("paste", "", f"{count:,} character{'' if count == 1 else 's'}, as one piece"))

    def _told_of(self, event: events.Key) -> Content:
        character = event.character if event.is_printable and event.character else ""
        does = next((self._does[name] for name in [event.key, *event.aliases] if name in self._does), "")
        if not does and event.key in _BREAKS:
            does = "breaks the line"
        return _row(event.key, character, does or ("is written" if character else "does nothing"))

    def _tell(self, row: Content) -> None:
        self._told = [row, *self._told][:_MOST_TOLD]
        self._show()

    def _show(self) -> None:
        self._breaks.update(self._breaks_heard())
        asked = Content.styled("Press any key: here stands what the terminal sent.", "$text-muted")
        self._pressed.update(Content("\n").join(self._told or [asked]))

    def _breaks_heard(self) -> Content:
        """Which of the keys that break the line have come."""
        marks = [
            Content.styled(f"{_HEARD} {key}", "$text-success") if key in self._heard else Content(f"{_OPEN} {key}")
            for key in _BREAKS
        ]
        return Content("  ").join(marks)


def _row(key: str, character: str, does: str) -> Content:
    return Content.assemble(
        (f"{one_line(key):<{_KEY_CELLS}} ", "bold $text-accent"), f"{one_line(character):<3}", (one_line(does), "")
    )

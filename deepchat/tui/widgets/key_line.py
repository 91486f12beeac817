"""The keys that mean something now, on one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.app import RenderResult
from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

_GAP: Final = "  "
_MORE: Final = "…"
_NAMES: Final = {"enter": "⏎", "escape": "esc", "delete": "del", "slash": "/"}


class KeyLine(Widget):
    """What the focused widget and those around it do at which key; only what has room is told."""

    DEFAULT_CSS = """
    KeyLine {
        height: 1;
        padding: 0 1;
        color: $text-muted;
    }
    """

    def __init__(self, *first: tuple[str, str]) -> None:
        """`first` are keys and words that no binding tells, such as those of a line to type into."""
        super().__init__()
        self._first = first

    def on_mount(self) -> None:
        self.watch(self.screen, "focused", self._look_again)

    def render(self) -> RenderResult:
        width = self.size.width
        told = Content("")
        keys = [*self._first, *_told(self.screen)]
        for number, (key, what) in enumerate(keys):
            one = Content.assemble((_GAP if number else "", ""), (key, "$text-accent"), " ", what)
            rest = len(_GAP + _MORE) if number + 1 < len(keys) else 0
            if told.cell_length + one.cell_length + rest > width:
                return told + Content(_GAP + _MORE if number else _MORE)
            told += one
        return told

    def _look_again(self) -> None:
        self.refresh()


def _told(screen: Screen[object]) -> Sequence[tuple[str, str]]:
    return [
        (_key(active.binding), active.binding.description)
        for active in screen.active_bindings.values()
        if active.binding.show and active.enabled
    ]


def _key(binding: Binding) -> str:
    if binding.key_display:
        return binding.key_display
    *modifiers, name = binding.key.split("+")
    shown = "+".join([*modifiers, _NAMES.get(name, name)])
    return shown.replace("ctrl+", "^")

"""The list of what may stand in place of the word being typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from deepchat.safe_text import one_line
from deepchat.tui.widgets.offers import Choice

MOST_ROWS: Final = 8


class Choices(Widget):
    """The list of offers, over what lies above it."""

    DEFAULT_CSS = """
    Choices {
        display: none;
        overlay: screen;
        constrain: inside inside;
        offset: 0 -100%;
        width: 100%;
        max-width: 78;
        height: auto;
        background: $panel;
        color: $foreground;
        &.-open { display: block; }
        & .choices--chosen { color: $block-cursor-foreground; background: $block-cursor-background; text-style: bold; }
        & .choices--about { color: $text-muted; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"choices--chosen", "choices--about"}

    choice: reactive[Choice] = reactive(Choice(), layout=True)

    @dataclass
    class Picked(Message):
        """An offer was clicked."""

        at: int
        """Its place among the offers."""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A row for each offer, to a bound."""
        return min(MOST_ROWS, len(self.choice.offers), max(1, viewport.height - 2))

    def render(self) -> Content:
        """The rows around the chosen offer."""
        offers = self.choice.offers
        named = max((Content(one_line(offer.shown)).cell_length for offer in offers), default=0)
        width = self.content_size.width
        rows = range(self._first, min(len(offers), self._first + self.content_size.height))
        return Content("\n").join(self._row(at, min(named, width - 4), width) for at in rows)

    def watch_choice(self, choice: Choice) -> None:
        """Show the list while there is something in it."""
        self.set_class(bool(choice), "-open")

    def on_click(self, event: events.Click) -> None:
        """Tell which offer was clicked."""
        offset = event.get_content_offset(self)
        if offset is not None and self._first + offset.y < len(self.choice.offers):
            self.post_message(self.Picked(self._first + offset.y))

    @property
    def _first(self) -> int:
        """The first offer in sight: the chosen one stays in the middle where it can."""
        rows = self.content_size.height
        return max(0, min(self.choice.at - rows // 2, len(self.choice.offers) - rows))

    def _row(self, at: int, named: int, width: int) -> Content:
        offer = self.choice.offers[at]
        name = Content(one_line(offer.shown)).truncate(named, ellipsis=True, pad=True)
        about, chosen = Content(one_line(offer.about)), at == self.choice.at
        if not chosen:
            about = about.stylize(self.get_visual_style("choices--about"))
        # The names stand right above the word that they complete.
        row = Content("   ").append(name).append("  ").append(about)
        row = row.truncate(width - 1, ellipsis=True).pad_right(1).truncate(width, pad=True)
        return row.stylize(self.get_visual_style("choices--chosen")) if chosen else row

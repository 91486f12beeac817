"""A text area that folds long pastes into chips, takes paths for files, and steps over each unit at once."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

from rich.text import Text
from textual import events, on
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import Edit, EditResult, Location, Selection

from deepchat.tui.widgets.chips import CHIP, Chips, is_editable, is_long, shown
from deepchat.tui.widgets.dropped import dropped_files
from deepchat.tui.widgets.typed import fit
from deepchat.tui.widgets.units import unit_around

MOST_ROWS: Final = 10
_LAST_WORD: Final = re.compile(r"\S*\s*$")


class ChipArea(TextArea):
    """Grows with its text; what it holds is exact, however it is shown."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+e", "unfold_or_end", "Unfold the paste, or go to the line's end", show=False),
        Binding("end", "cursor_line_end", "Go to the line's end", show=False),
        Binding("ctrl+w", "delete_blank_word_left", "Delete back to the last blank", show=False),
    ]
    DEFAULT_CSS = """
    ChipArea {
        width: 1fr;
        height: auto;
        padding: 0;
        background: transparent;
        scrollbar-size-vertical: 1;
        & .chip-area--chip { color: $text-accent; background: $accent-muted; }
        & .text-area--placeholder { color: $text-muted; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"chip-area--chip"}

    @dataclass
    class Dropped(Message):
        """Paths were pasted instead of words."""

        files: tuple[Path, ...]
        """They all exist."""

    @dataclass
    class TooLong(Message):
        """A paste can't be unfolded, because typing beside so much text would not be swift."""

    def __init__(self) -> None:
        self.chips = Chips()
        super().__init__(compact=True, highlight_cursor_line=False)

    @property
    def exact_text(self) -> str:
        """The text with its chips unfolded."""
        return self.chips.unfolded(self.text)

    @property
    def selected_text(self) -> str:
        """What is selected, exactly; this is what is copied."""
        return self.chips.unfolded(super().selected_text)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many rows as the text has, but neither more than ten nor than a third of the screen."""
        most = max(1, min(MOST_ROWS, viewport.height // 3))
        return min(super().get_content_height(container, viewport, width), most)

    def get_line(self, line_index: int) -> Text:
        """The line as it is shown, its chips in their own colour."""
        line = self.document.get_line(line_index)
        text = Text(shown(line), end="", no_wrap=True)
        for chip in CHIP.finditer(line):
            text.stylize(self.get_component_rich_style("chip-area--chip"), *chip.span())
        return text

    def validate_selection(self, selection: Selection) -> Selection:
        """The selection with neither of its ends inside of a unit."""
        return Selection(self._beside_unit(selection.start), self._beside_unit(selection.end))

    def edit(self, edit: Edit) -> EditResult:
        """Do the edit, on whole units."""
        if edit.top != edit.bottom:
            edit.from_location, edit.to_location = self._edge(edit.top, 0), self._edge(edit.bottom, 1)
        return super().edit(edit)

    @on(events.Resize)
    def watch_virtual_size(self) -> None:
        """Keep the cursor in sight: the area grows, or loses a column to its scroll bar, after the cursor went on."""
        self.call_after_refresh(self.scroll_cursor_visible)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """With nothing selected, the key that copies means something else to the screen."""
        return bool(self.selected_text) if action == "copy" else super().check_action(action, parameters)

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        # On a thread, because a path may lead to a disk that sleeps.
        if files := await asyncio.to_thread(dropped_files, event.text):
            self.post_message(self.Dropped(files))
        else:
            self._replace_via_keyboard(event.text, *self.selection)

    @on(events.Click)
    def _unfold_where_clicked(self, event: events.Click) -> None:
        chip = self._chip_at(self.get_target_document_location(event))
        if chip and self.selection.is_empty:
            self._unfold(*chip)

    def action_cut(self) -> None:
        """Take out what is selected, or else the line, and copy it exactly."""
        if self.selection.is_empty:
            self.action_select_line()
        if self.selected_text:
            self.action_copy()
            self.action_delete_left()

    def action_unfold_or_end(self) -> None:
        """Show what the chip before the cursor stands for; without one, go to the line's end."""
        if chip := self._chip_at(self.cursor_location):
            self._unfold(*chip)
        else:
            self.action_cursor_line_end()

    def action_delete_blank_word_left(self) -> None:
        """Delete back to the last blank, as a shell does; what is selected goes first."""
        (row, column), empty = self.cursor_location, self.selection.is_empty
        if not empty or column == 0:
            self.action_delete_left()
        elif word := _LAST_WORD.search(self.document.get_line(row)[:column]):
            self._delete_via_keyboard((row, word.start()), (row, column))

    def _replace_via_keyboard(self, insert: str, start: Location, end: Location) -> EditResult | None:
        text = fit(insert)
        return super()._replace_via_keyboard(self.chips.fold(text) if is_long(text) else text, start, end)

    def _unfold(self, start: Location, end: Location) -> None:
        text = self.chips.unfolded(self.get_text_range(start, end))
        if is_editable(text):
            self.replace(text, start, end, maintain_selection_offset=False)
        else:
            self.post_message(self.TooLong())

    def _chip_at(self, location: Location) -> tuple[Location, Location] | None:
        """From where to where the chip reaches that this location is inside of or at the end of, if there is one."""
        row, column = location
        for chip in CHIP.finditer(self.document.get_line(row)):
            if chip.start() < column <= chip.end():
                return (row, chip.start()), (row, chip.end())
        return None

    def _edge(self, location: Location, side: int) -> Location:
        row, column = location
        around = unit_around(self.document.get_line(row), column) if row < self.document.line_count else None
        return (row, around[side]) if around else location

    def _beside_unit(self, location: Location) -> Location:
        """The edge that the cursor was on its way to; the nearest when it comes from elsewhere."""
        row, column = location
        around = unit_around(self.document.get_line(row), column)
        if not around:
            return location
        start, end = around
        came_from = self.selection.end
        if came_from in ((row, start), (row, end)):
            return row, end if came_from == (row, start) else start
        return row, start if column - start <= end - column else end

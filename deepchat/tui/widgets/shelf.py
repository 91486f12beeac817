"""What lies above the text line: questions that wait their turn, and files that go along."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import ClassVar, Final

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from deepchat.safe_text import one_line
from deepchat.tui.widgets.chips import size_in_words

MOST_QUEUED: Final = 3
"""Questions shown of those that wait; the others are counted."""
MOST_FILE_ROWS: Final = 3


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that goes along with the question."""

    path: Path
    """Where it is."""
    size_bytes: int
    """How big it was when it was attached."""


class Shelf(Widget):
    """One row for each question, then the files side by side, as many in a row as fit."""

    DEFAULT_CSS = """
    Shelf {
        display: none;
        height: auto;
        padding: 0 1;
        color: $text-muted;
        &.-used { display: block; }
        & .shelf--file { color: $text-accent; background: $accent-muted; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"shelf--file"}

    queued: reactive[tuple[str, ...]] = reactive((), layout=True)
    waiting: reactive[tuple[str, ...]] = reactive((), layout=True)
    files: reactive[tuple[Attached, ...]] = reactive((), layout=True)

    @dataclass
    class FileClicked(Message):
        """The chip of a file was clicked."""

        file: Attached
        """The one."""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A row for each that has one."""
        return len(self._rows(width))

    def render(self) -> Content:
        """The rows."""
        return Content("\n").join(self._rows(self.content_size.width))

    def watch_queued(self) -> None:
        """Show it while something lies on it."""
        self.set_class(bool(self.queued or self.waiting or self.files), "-used")

    def watch_waiting(self) -> None:
        """Show it while something lies on it."""
        self.watch_queued()

    def watch_files(self) -> None:
        """Show it while something lies on it."""
        self.watch_queued()

    def on_click(self, event: events.Click) -> None:
        """Tell which file was clicked."""
        offset, width = event.get_content_offset(self), self.content_size.width
        row = offset.y - len(self._queue_rows(width)) if offset else -1
        if offset is None or not 0 <= row < len(self._file_rows(width)):
            return
        at = 0
        for file in self._file_rows(width)[row]:
            end = at + self._chip(file, width).cell_length
            if at <= offset.x < end:
                self.post_message(self.FileClicked(file))
            at = end + 1

    def take(self, path: Path) -> str:
        """Lay this file on it, once; returns why it can't be, or nothing."""
        try:
            facts = path.stat()
        except OSError as error:
            return f"{one_line(path.name)} can't be read: {error.strerror}"
        if not S_ISREG(facts.st_mode):
            return f"{one_line(path.name)} is no file"
        if all(path != file.path for file in self.files):
            self.files = (*self.files, Attached(path, facts.st_size))
        return ""

    def _rows(self, width: int) -> list[Content]:
        rows = self._queue_rows(width)
        style = self.get_visual_style("shelf--file")
        for files in self._file_rows(width):
            rows.append(Content(" ").join(self._chip(file, width).stylize(style) for file in files))
        if more := len(self.files) - sum(map(len, self._file_rows(width))):
            rows.append(Content(f"and {more} more").truncate(width, ellipsis=True))
        return rows

    def _queue_rows(self, width: int) -> list[Content]:
        questions = (*self.queued, *self.waiting)
        rows = [Content(f"queued  {one_line(question)}") for question in questions[:MOST_QUEUED]]
        if (more := len(questions) - MOST_QUEUED) > 0:
            rows.append(Content(f"queued  {more} more"))
        return [row.truncate(width, ellipsis=True) for row in rows]

    def _file_rows(self, width: int) -> list[list[Attached]]:
        """The files that are shown: the latest ones are, because Backspace takes the last one off."""
        rows: list[list[Attached]] = []
        left = 0
        for file in reversed(self.files):
            needed = self._chip(file, width).cell_length + 1
            if not rows or needed > left:
                if len(rows) == MOST_FILE_ROWS:
                    break
                rows.insert(0, [])
                left = width + 1
            rows[0].insert(0, file)
            left -= needed
        return rows

    def _chip(self, file: Attached, width: int) -> Content:
        """The file's name and size, with a mark for taking it off; the name gives way where it is narrow."""
        size = size_in_words(file.size_bytes)
        name = Content(one_line(file.path.name)).truncate(max(1, width - len(size) - 5), ellipsis=True)
        return Content(f"[{name.plain} {size} ×]")

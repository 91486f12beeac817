"""A whole conversation in one widget: only the lines that are looked at are ever set or painted."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, cast

from rich.style import Style
from textual import events, on
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import Reactive, var
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from deepchat.tui.typeset.lines import Line
from deepchat.tui.widgets.ink import Ink
from deepchat.tui.widgets.notice_lines import blank_lines
from deepchat.tui.widgets.painting import MARGIN, Span, character_at, found_in, paint, words_width
from deepchat.tui.widgets.place import Bookmark, Reading, line_of, place_in
from deepchat.tui.widgets.selecting import copied_between, span_on, spot
from deepchat.tui.widgets.sheets import Sheets, fold
from deepchat.tui.widgets.thumb import move

if TYPE_CHECKING:
    from deepchat.tui.entries import Entry
    from deepchat.tui.widgets.sheet import Sheet

MOST_STRIPS: Final = 600
"""A strip is a kilobyte and more, and no terminal shows so many lines."""
_NEAR_END: Final = 1
"""Rows: who is so near the end follows what comes."""


class Transcript(ScrollView, can_focus=True, inherit_bindings=False):
    """Follows the end until somebody scrolls away from it, and keeps the reader's place then."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_up", "Scroll up", show=False),
        Binding("down", "scroll_down", "Scroll down", show=False),
        Binding("home", "scroll_home", "To the beginning", show=False),
    ]
    DEFAULT_CSS = """
    Transcript { height: 1fr; overflow-y: scroll; overflow-x: hidden; scrollbar-size-vertical: 1; }
    """

    follows: var[bool] = var(True)
    """The end is shown, and what comes moves up."""
    current: var[int] = var(-1)
    """The message that keys speak of; -1 is the last."""

    @dataclass
    class Followed(Message):
        """It began or ended to follow what comes."""

        follows: bool

    @dataclass
    class LinkChosen(Message):
        """A click on words that lead somewhere."""

        target: str

    def __init__(self, ink: Ink, *, id: str | None = None) -> None:  # noqa: A002  # Textual's own name
        super().__init__(id=id)
        self.ink = ink
        self.blank: Sequence[str] = ()
        """What is told as long as nothing was said."""
        self.sheets = Sheets()
        self._strips: OrderedDict[tuple[int, int], tuple[Line, Strip]] = OrderedDict()
        """What was painted for a line of a message, and which it was then."""
        self._bookmark = Bookmark()
        self._wanted = ""
        """Words that are being looked for."""
        self._found_at: tuple[int, int] | None = None
        """The message, and the line of it, where they were found last."""

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        move(self.vertical_scrollbar, self.sheets.rows, new_value)
        if int(old_value) != int(new_value):
            self._bookmark.put(0, None)
            self._refresh_rows()
        self.follows = new_value >= self.max_scroll_y - _NEAR_END
        self._look(int(new_value))

    def _watch_follows(self, follows: bool) -> None:
        self.post_message(self.Followed(follows))

    @on(events.Resize)
    def _fit(self) -> None:
        reading = self._reading()
        self.sheets.set_width(words_width(self.scrollable_content_region.width))
        self._settle(reading)

    @on(events.Focus)
    @on(events.Blur)
    def _watch_current(self) -> None:
        self.repaint()

    async def _on_click(self, event: events.Click) -> None:
        event.prevent_default()  # Textual would select the whole conversation at a double click
        if not len(self.sheets) or event.chain > 1:
            return
        self.current, line = self.sheets.at(int(self.scroll_y) + event.y)
        shown = self.sheets[self.current].line(line)
        column = character_at(shown.text, event.x - MARGIN)
        for link in shown.links:
            if event.x >= MARGIN and link.start <= column < link.end:
                self.post_message(self.LinkChosen(link.target))
                return
        if line == 0 and self.sheets[self.current].thoughts:
            self.change(fold)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Logical text: soft wraps joined, code without its margin, whole messages as they were written."""
        return copied_between(self.sheets, selection), "\n"

    def put(self, entries: Sequence[Entry], *, is_live: bool = False) -> None:
        """Show these; of what is shown already, nothing moves. When it is live, the last one streams."""
        reading = self._reading()
        self.sheets.put(entries, is_live=is_live)
        self.current = self.current if self.current < len(entries) else -1
        self._settle(reading)

    @property
    def live(self) -> Sheet | None:
        """The answer that streams; after a change of it, say `grown`."""
        last = len(self.sheets) - 1
        return self.sheets[last] if last >= 0 and self.sheets[last].is_live else None

    def grown(self, settled: int) -> None:
        """The answer that streams has changed from this line of it on."""
        last, rows = len(self.sheets) - 1, self.sheets.rows
        self.sheets.grown_at(last)
        if self.sheets.rows != rows:
            self._settle(keeps_strips=True)
            return
        top, sheet = self.sheets.top(last) - int(self.scroll_y), self.sheets[last]
        in_sight = range(max(0, -top), min(len(sheet), self.size.height - top))
        for line in in_sight:
            if (line == 0 or line >= settled) and not self._kept(last, line, sheet.line(line)):
                self._refresh_rows(range(top + line, top + line + 1))

    def change(self, work: Callable[[Sheet], None]) -> None:
        """Change how the message that keys speak of is shown, where it stands."""
        if len(self.sheets):
            reading = self._reading()
            work(self.sheets[self.index])
            self.sheets.grown_at(self.index)
            self._settle(reading)

    def fold_all(self) -> None:
        """Show all thoughts, or none."""
        reading = self._reading()
        self.sheets.fold_all()
        self._settle(reading)

    def to_end(self) -> None:
        """Show the end, and follow it."""
        self.current, self.follows = -1, True
        self._settle()

    def go_to(self, index: int, line: int = 0) -> None:
        """Show this message, from its head, or with this line of it in sight."""
        if not len(self.sheets):
            return
        self.current = index = max(0, min(len(self.sheets) - 1, index))
        self.sheets.measure(self.sheets.top(index), self.size.height)
        self._show_from(self.sheets.top(index) + max(0, line - self.size.height // 3 if line else 0))

    def find(self, words: str, *, backwards: bool = False) -> bool:
        """Go to the next place where these words stand, and mark all of them; False when there is none.

        Other words than before are looked for from where the last ones were found: they may be typed letter by letter.
        """
        wanted, self._wanted = self._wanted, words.casefold()
        self.repaint()
        if not words or not len(self.sheets):
            self._found_at = None
            return False
        index, line = self._found_at or (self.index, 0)
        line = line if wanted == self._wanted else line - 1
        self._found_at = self.sheets.find(self._wanted, (index, line), backwards=backwards)
        if self._found_at:
            self.go_to(*self._found_at)
        return self._found_at is not None

    def repaint(self) -> None:
        """Other colours, other marks."""
        self._strips.clear()
        self._refresh_rows()

    @property
    def index(self) -> int:
        """Where the message stands that keys speak of."""
        return self.current if 0 <= self.current < len(self.sheets) else len(self.sheets) - 1

    def render_lines(self, crop: Region) -> list[Strip]:
        """As Textual does it, but a line that was painted stays painted when it moves, through all filters."""
        background, base, width = self.background_colors[1], self.rich_style, self.size.width
        strips = [self._row(y, base, width) for y in crop.line_range]
        for each in self.get_line_filters():
            strips = [strip.apply_filter(each, background) for strip in strips]
        return [strip.crop(*crop.column_span) for strip in strips]

    def render_line(self, y: int) -> Strip:
        """A row of it for whoever selects: it tells which one it is, and so is like no other in any cache."""
        row = int(self.scroll_y) + y
        strip = self._row(y, self.rich_style, self.size.width)
        return strip.apply_offsets(0, spot(*self.sheets.at(row))) if row < self.sheets.rows else strip

    def _row(self, y: int, base: Style, width: int) -> Strip:
        row = int(self.scroll_y) + y
        if not len(self.sheets):
            blank = blank_lines(tuple(self.blank), self.sheets.width)
            return paint(blank[y] if y < len(blank) else Line(), self.ink, width, base)
        if row >= self.sheets.rows:
            return Strip.blank(width, base)
        index, line = self.sheets.at(row)
        selection, shown = self.text_selection, self.sheets[index].line(line)
        if selection is None and (kept := self._kept(index, line, shown)) and kept.cell_length == width:
            return kept
        over: list[Span] = list(found_in(shown.text, self._wanted)) if self._wanted else []
        if selection is not None and (span := span_on(selection, index, line, shown)):
            over.append(span)
        is_current = index == self.index and self.has_focus
        strip = paint(shown, self.ink, width, base, is_current=is_current, over=over)
        self._strips.pop((index, line), None)
        if selection is None:
            self._strips[index, line] = shown, strip
            if len(self._strips) > MOST_STRIPS:
                self._strips.popitem(last=False)
        return strip

    def _kept(self, index: int, line: int, shown: Line) -> Strip | None:
        """The strip of a line, if it was painted as it is now."""
        painted, strip = self._strips.get((index, line), (None, None))
        return strip if painted is shown or painted == shown else None

    def _reading(self) -> Reading | None:
        """What somebody reads who does not follow the end: a message, and where in it."""
        if self.follows or not len(self.sheets) or not self.sheets.width:
            return None
        row = int(self.scroll_y)
        index, line = self.sheets.at(row)
        return self._bookmark.at(row) or (index, place_in(self.sheets[index], line))

    def _settle(self, reading: Reading | None = None, *, keeps_strips: bool = False) -> None:
        """Heights have changed: keep to the end, or to what is being read."""
        if not keeps_strips:
            self._strips.clear()
        row = int(self.scroll_y)
        if self.follows:
            self.sheets.measure_end(self.size.height)
            row = self.sheets.rows
        elif reading and reading[0] < len(self.sheets):
            index, place = reading
            line = line_of(self.sheets[index], place)
            self.sheets.measure(self.sheets.top(index), line + self.size.height)
            row = self.sheets.top(index) + line
        self._show_from(row)
        if not self.follows:
            self._look(int(self.scroll_y))
        self._bookmark.put(int(self.scroll_y), reading)
        self._refresh_rows()

    def _look(self, row: int) -> None:
        """Know exactly what is in sight; what grew above it moves nothing."""
        rows, moved = self.sheets.rows, 0
        while above := self.sheets.measure(row + moved, self.size.height):
            moved += above
        if self.sheets.rows == rows:
            return
        if moved:
            scroll_y, target = cast("list[Reactive[float]]", [Widget.scroll_y, Widget.scroll_target_y])
            self.set_reactive(scroll_y, max(0.0, self.scroll_y + moved))
            self.set_reactive(target, self.scroll_y)
        self._tell_size(self.scroll_y)
        self._refresh_rows()

    def _refresh_rows(self, rows: range | None = None) -> None:
        """These, or all: the words alone, for the scrollbar beside them costs as much."""
        words = self.scrollable_content_region.size
        self.refresh(Region(0, rows.start, words.width, len(rows)) if rows else words.region)

    def _show_from(self, row: int) -> None:
        row = min(row, max(0, self.sheets.rows - self.size.height))
        self._tell_size(row)
        self.scroll_to(y=row, animate=False, force=True)

    def _tell_size(self, row: float) -> None:
        """Only the scrollbar looks otherwise then: nothing is laid out anew, as Textual would lay out the screen."""
        self.set_reactive(cast("Reactive[Size]", Widget.virtual_size), Size(self.size.width, self.sheets.rows))
        move(self.vertical_scrollbar, self.sheets.rows, row)

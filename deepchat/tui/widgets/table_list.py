"""A list of rows that draws only those that are seen, so that ten thousand open as fast as ten."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Generic

from textual import events
from textual.binding import Binding, BindingType
from textual.cache import FIFOCache
from textual.content import Content, Span
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

from deepchat.tui.widgets.arrangement import NOWHERE, Arrangement, Excuse, Heading, LastLine, Table
from deepchat.tui.widgets.columns import MATCH_STYLE, Item, Place, head_line, places, row_line

_MOST_DRAWN: Final = 600
"""Lines that are kept as they were drawn; not in an LRUCache, whose links hold each other when it is cleared."""


class TableList(ScrollView, Generic[Item], can_focus=True):
    """Rows of cells under heads, with a cursor."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "Up", id="list.up", show=False),
        Binding("down", "move(1)", "Down", id="list.down", show=False),
        Binding("pageup", "page(-1)", "Page up", id="list.page_up", show=False),
        Binding("pagedown", "page(1)", "Page down", id="list.page_down", show=False),
        Binding("home,ctrl+home", "go(0)", "First", id="list.first", show=False),
        Binding("end,ctrl+end", "go(-1)", "Last", id="list.last", show=False),
        Binding("enter", "choose", "Choose", id="list.choose", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table-list--heads",
        "table-list--heading",
        "table-list--excuse",
        "table-list--row",
        "table-list--cursor",
    }
    DEFAULT_CSS = """
    TableList {
        height: 1fr;
        overflow-x: hidden;
        overflow-y: scroll;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        scrollbar-size-vertical: 1;
        & > .table-list--heads { color: $text-muted; }
        & > .table-list--excuse { color: $text-muted; }
        & > .table-list--heading { color: $text-accent; text-style: bold; }
        & > .table-list--row { color: $foreground; }
        & > .table-list--cursor { color: $block-cursor-foreground; background: $block-cursor-background; }
    }
    """

    cursor: reactive[int] = reactive(NOWHERE, init=False, repaint=False)
    """The line it is on; NOWHERE in a list without rows, and where nothing was chosen to begin with."""

    @dataclass
    class Chosen(Message):
        """A row was chosen, by Enter or a click."""

        key: str

    @dataclass
    class LastChosen(Message):
        """The line after all rows was chosen."""

    @dataclass
    class Moved(Message):
        """The cursor is on another line, or the items are others."""

    def __init__(self, table: Table[Item], *, id: str | None = None) -> None:  # noqa: A002 (Textual's own name)
        super().__init__(id=id)
        self.auto_links = False
        self._rows = Arrangement(table)
        self.virtual_size = Size(1, len(self._rows.lines) + self._heads)
        self._last = Content("")
        self._placed: list[Place] = []
        self._fitted = 0
        """The width for which they were placed."""
        self._drawn: FIFOCache[tuple[int, bool], Strip] = FIFOCache(_MOST_DRAWN)

    @property
    def rows(self) -> Arrangement[Item]:
        """What is shown; to be looked at only."""
        return self._rows

    @property
    def current(self) -> Item | None:
        """The item under the cursor."""
        return self._rows.item_on(self.cursor)

    @property
    def sortable(self) -> list[int]:
        """The columns that are seen and that rows can be sorted by."""
        return [place.column for place in self._placed if self._rows.table.columns[place.column].order]

    def render_line(self, y: int) -> Strip:
        """One row of the terminal, drawn when it is first seen."""
        self._fit()
        if y < self._heads:
            rows = self._rows
            arrow = "▲" if rows.is_reversed == self._sorted_largest_first() else "▼"
            return self._strip("heads", head_line(rows.table.columns, self._placed, rows.sorted_by, arrow))
        line = y - self._heads + self.scroll_offset.y
        drawn = (line, line == self.cursor) if line < len(self._rows.lines) else (NOWHERE, False)
        strip = self._drawn.get(drawn)
        if strip is None:
            strip = self._drawn[drawn] = self._draw(*drawn)
        return strip

    def notify_style_update(self) -> None:
        """Forget what was drawn in the old colours."""
        self._drawn.clear()
        super().notify_style_update()

    def _watch_cursor(self) -> None:
        self._reveal()
        self.refresh()
        self._say(self.Moved())

    def _on_resize(self, event: events.Resize) -> None:
        self._reveal()

    async def _on_click(self, event: events.Click) -> None:
        event.stop()
        if event.y < self._heads:
            for place in self._placed:
                if place.x <= event.x < place.x + place.width:
                    self.sort_by(place.column)
        elif self._rows.can_stop(line := event.y - self._heads + self.scroll_offset.y):
            self.cursor = line
            self.action_choose()

    def action_move(self, by: int) -> None:
        """Put the cursor one row further, over headings; at the end, show what stands there."""
        found = self._rows.next_stop(self.cursor + by if self.cursor != NOWHERE else 0, by)
        if found != NOWHERE:
            self.cursor = found
        else:
            self._scroll(self.max_scroll_y if by > 0 else 0)

    def action_page(self, pages: int) -> None:
        """Put the cursor a window further, or on the row at the end."""
        line = self.cursor + pages * max(self._window - 1, 1)
        self.cursor = self._near(max(0, min(line, len(self._rows.lines) - 1)), pages)

    def action_go(self, to: int) -> None:
        """Put the cursor on the first row, or with -1 on the last."""
        self.cursor = self._rows.next_stop(0, 1) if to == 0 else self._rows.next_stop(len(self._rows.lines) - 1, -1)

    def action_choose(self) -> None:
        """Say that the row under the cursor is wanted."""
        if (item := self.current) is not None:
            self._say(self.Chosen(self._rows.table.key(item)))
        elif self._rows.can_stop(self.cursor):
            self._say(self.LastChosen())

    def put(self, items: Sequence[Item], *, at: str = "") -> None:
        """Show these; the cursor stays on its item, in its row of the terminal, or goes to the item of that key."""
        self._keep_place(lambda: self._rows.put(items), at)

    def put_last(self, content: Content | None) -> None:
        """Let this be the line after all items, or let there be none."""
        self._last = content or Content("")
        self._rows.has_last = content is not None
        self._keep_place(self._rows.arrange, "")

    def find(self, words: str, *, at: str = "") -> None:
        """Show what has all these words; the cursor goes to the first of it, or to the item of that key."""
        self._rows.find(words)
        self._start_over(at)

    def sort_by(self, column: int) -> None:
        """Sort by a column, or with NOWHERE by none; once more turns it round, and a third time is as by none."""
        if column == NOWHERE or self._rows.table.columns[column].order:
            self._rows.sort_by(column)
            self._start_over("")

    @property
    def _heads(self) -> int:
        return int(self._rows.table.has_heads)

    @property
    def _window(self) -> int:
        """How many lines are seen at once."""
        return self.size.height - self._heads

    def _sorted_largest_first(self) -> bool:
        rows = self._rows
        return rows.sorted_by != NOWHERE and rows.table.columns[rows.sorted_by].largest_first

    def _near(self, line: int, step: int) -> int:
        """The line where the cursor may be that is next to this one, in that direction if there is any."""
        found = self._rows.next_stop(line, step)
        return found if found != NOWHERE else self._rows.next_stop(line, -step)

    def _start_over(self, at: str) -> None:
        """Look at the lines from their beginning."""
        found = self._rows.line_of(at)
        first = 0 if self._rows.number_shown else NOWHERE
        self._show()
        self._scroll(0)
        self._set_cursor(found if found != NOWHERE else self._rows.next_stop(first, 1))

    def _keep_place(self, change: Callable[[], None], at: str) -> None:
        """Change the lines under the reader's eyes, so that the one under the cursor stays where it is."""
        current, before = self.current, self.cursor
        was_last = current is None and self._rows.can_stop(before)
        change()
        found = self._rows.line_of(at or ("" if current is None else self._rows.table.key(current)))
        if found == NOWHERE and was_last:
            found = self._rows.next_stop(len(self._rows.lines) - 1, -1)
        elif found == NOWHERE and self._rows.number_shown:
            near = max(0, min(before, len(self._rows.lines) - 1))
            found = self._near(near, 1)
        self._show()
        if before != NOWHERE and found != NOWHERE and not at:
            self._scroll(self.scroll_offset.y + found - before)
        self._set_cursor(found)

    def _set_cursor(self, line: int) -> None:
        if line == self.cursor:
            self._watch_cursor()
        else:
            self.cursor = line

    @property
    def _width(self) -> int:
        """What the bar leaves to the rows."""
        return self.scrollable_content_region.width

    def _fit(self) -> None:
        if self._width != self._fitted:
            self._fitted = self._width
            self._placed = places(self._rows.table.columns, self._width)
            self._drawn.clear()

    def _say(self, message: Message) -> None:
        # Else whoever handles a key for the list counts as its sender, and the message rises no further than there.
        self.post_message(message.set_sender(self))

    def _show(self) -> None:
        self._drawn.clear()
        self.virtual_size = Size(1, len(self._rows.lines) + self._heads)
        self.refresh()

    def _reveal(self) -> None:
        """Scroll so far that the cursor is seen, with the heading above it."""
        if self.cursor == NOWHERE or self._window <= 0:
            return
        top = self.scroll_offset.y
        first = self.cursor
        while first > 0 and isinstance(self._rows.lines[first - 1], Heading):
            first -= 1
        if first < top:
            self._scroll(first)
        elif self.cursor >= top + self._window:
            self._scroll(self.cursor - self._window + 1)

    def _scroll(self, to: int) -> None:
        if self.is_attached:
            self.scroll_to(y=to, animate=False, immediate=True)

    def _draw(self, line: int, is_under_cursor: bool) -> Strip:
        if line == NOWHERE:
            return Strip.blank(self._width, self.rich_style)
        match self._rows.lines[line]:
            case int(number):
                rows = self._rows
                content = row_line(rows.table.columns, self._placed, rows.items[number], rows.pattern)
            case Heading(words):
                return self._strip("heading", Content(words))
            case Excuse(words):
                return self._strip("excuse", Content(words))
            case LastLine():
                content = self._last
        if is_under_cursor:
            # One ink on one paper: the colours of the cells could not be read there.
            matches = [span for span in content.spans if span.style == MATCH_STYLE]
            content = Content(content.plain).add_spans([Span(each.start, each.end, "underline") for each in matches])
        return self._strip("cursor" if is_under_cursor else "row", content)

    def _strip(self, part: str, content: Content) -> Strip:
        width = self._width
        style = self.get_visual_style(f"table-list--{part}")
        cut = content.truncate(width, ellipsis=True, pad=True)
        strips = Visual.to_strips(self, cut, width, 1, style, pad=True)
        return strips[0] if strips else Strip.blank(width)

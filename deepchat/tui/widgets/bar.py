"""One row with something at each end: the title above, the keys below."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

_GAP = 2


class Bar(Widget):
    """What is at the right stays whole as long as it can; the left ends with an ellipsis before it."""

    DEFAULT_CSS = """
    Bar { height: 1; width: 1fr; padding: 0 1; }
    """

    left: reactive[Content] = reactive(Content)
    right: reactive[Content] = reactive(Content)

    def render(self) -> Content:
        """As wide as the row."""
        width = self.content_size.width
        right = self.right if cell_len(self.right.plain) <= width * 2 // 3 else shortened(self.right, width * 2 // 3)
        room = width - cell_len(right.plain) - (_GAP if right.plain else 0)
        left = shortened(self.left, room) if cell_len(self.left.plain) > room else self.left
        gap = width - cell_len(left.plain) - cell_len(right.plain)
        return Content.assemble(left, " " * max(0, gap), right)


def shortened(content: Content, width: int) -> Content:
    """The beginning of it, with an ellipsis where something is cut."""
    if width <= 0:
        return Content("")
    fitting = set_cell_size(content.plain, width - 1).rstrip()
    return content[: len(fitting)] + "…"

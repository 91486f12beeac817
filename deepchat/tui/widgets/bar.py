"""One row with something at each end: the title above, the keys below."""

from __future__ import annotations

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
        right = self.right.truncate(width * 2 // 3 if self.left.plain else width, ellipsis=True)
        left = self.left.truncate(max(0, width - right.cell_length - (_GAP if right.plain else 0)), ellipsis=True)
        gap = width - left.cell_length - right.cell_length
        return Content.assemble(left, " " * max(0, gap), right)

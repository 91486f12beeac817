"""One row with something at each end: the title above, the keys below."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

_GAP = 2


class Bar(Widget):
    """What is at the right stays whole as long as it can, or is told shorter; the left ends with an ellipsis before."""

    DEFAULT_CSS = """
    Bar { height: 1; width: 1fr; padding: 0 1; }
    """

    left: reactive[Content] = reactive(Content)
    right: reactive[Content] = reactive(Content)
    shorter: reactive[Sequence[Content]] = reactive[Sequence[Content]](())
    """What may stand at the right instead, the longest first."""

    def __init__(self, *, is_rule: bool = False, id: str | None = None) -> None:  # noqa: A002  # Textual's own name
        """A rule is drawn between the two, and parts what is above from what is below."""
        super().__init__(id=id)
        self._is_rule = is_rule

    def render(self) -> Content:
        """As wide as the row."""
        left, right = self._ends()
        width = self.content_size.width
        room = max(width * 2 // 3, width - left.cell_length - _GAP) if left.plain else width
        right = next((one for one in (right, *self.shorter) if one.cell_length <= room), (right, *self.shorter)[-1])
        right = right.truncate(room, ellipsis=True)
        left = left.truncate(
            max(0, width - right.cell_length - (_GAP if right.plain and not self._is_rule else 0)), ellipsis=True
        )
        gap = max(0, width - left.cell_length - right.cell_length)
        return Content.assemble(left, _rule(gap) if self._is_rule else " " * gap, right)

    def _ends(self) -> tuple[Content, Content]:
        """What is told, in a rule with a piece of it on either side."""
        left, right = self.left, self.right
        if self._is_rule and left.plain:
            left = Content.assemble(_rule(1), " ", left, " ")
        if self._is_rule and right.plain:
            right = Content.assemble(" ", right, " ", _rule(1))
        return left, right


def _rule(width: int) -> Content:
    return Content.styled("─" * width, "$panel")

"""One row with something at each end: the title above, the keys below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

_GAP: Final = 2
_JOINT: Final = " · "
_LEAST_LEFT: Final = 12
"""Cells of the left that a longer mark leaves to it."""
_SURE_RIGHT: Final = 26
"""Cells that the right has beside any left: for more of itself than that it takes what the left leaves."""
_SHORTEST: Final = 5
"""Cells of the left that the right leaves to it beside a mark; with fewer of its own the right tells nothing."""


class Bar(Widget):
    """The right is told in the longest form that fits beside the left, or that is short in itself.

    Else it is told in its fewest words, and for what room these still lack the left ends with an ellipsis. What marks
    the left is told at every width.
    """

    DEFAULT_CSS = """
    Bar { height: 1; width: 1fr; padding: 0 1; }
    """

    left: reactive[Content] = reactive(Content)
    right: reactive[Content] = reactive(Content)
    shorter: reactive[Sequence[Content]] = reactive[Sequence[Content]](())
    """What may stand at the right instead, the longest first."""
    marks: reactive[Sequence[Content]] = reactive[Sequence[Content]](())
    """What follows the left and does not give way with it: in full, then shorter."""

    def __init__(self, *, is_rule: bool = False, id: str | None = None) -> None:  # noqa: A002  # Textual's own name
        """A rule is drawn between the two, and parts what is above from what is below."""
        super().__init__(id=id)
        self._is_rule = is_rule

    def render(self) -> Content:
        """As wide as the row."""
        left, right = self._ends()
        width = self.content_size.width
        marks = [mark.cell_length + len(_JOINT) for mark in self.marks]
        room = max(width * 2 // 3, width - left.cell_length - sum(marks[:1]) - _GAP) if left.plain else width
        if marks:
            room = min(room, width - marks[-1] - min(left.cell_length, _SHORTEST) - _GAP)
            room = room if room >= _SHORTEST else 0
        right = self._told_right(right, room, max(_SURE_RIGHT, width - left.cell_length - _GAP))
        right = right.truncate(room, ellipsis=True)
        left = self._marked(
            left, max(0, width - right.cell_length - (_GAP if right.plain and not self._is_rule else 0))
        )
        gap = max(0, width - left.cell_length - right.cell_length)
        return Content.assemble(left, _rule(gap) if self._is_rule else " " * gap, right)

    def _told_right(self, right: Content, most: int, fair: int) -> Content:
        """What fits in what the left leaves to it; else its fewest words, for which the left gives way."""
        forms = [one for one in (right, *self.shorter) if one.cell_length <= most]
        fewest = min(forms, key=lambda one: one.cell_length, default=(right, *self.shorter)[-1])
        return next((one for one in forms if one.cell_length <= fair), fewest)

    def _marked(self, left: Content, room: int) -> Content:
        """As much of the left as there is room for beside its mark."""
        mark, rest = Content(), room
        for mark in self.marks:
            rest = room - mark.cell_length - len(_JOINT)
            if rest >= min(left.cell_length, _LEAST_LEFT):
                break
        if not mark.plain:
            return left.truncate(room, ellipsis=True)
        if rest <= 1:  # an ellipsis alone tells nothing
            return mark.truncate(room, ellipsis=True)
        return Content.assemble(left.truncate(rest, ellipsis=True), _JOINT, mark)

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

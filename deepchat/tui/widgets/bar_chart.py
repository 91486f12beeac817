"""Amounts as bars beside each other, in eighths of a cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from textual.app import RenderResult
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

_EIGHTHS: Final = " ▁▂▃▄▅▆▇█"
_PARTS: Final = " ▏▎▍▌▋▊▉█"
_NOTHING: Final = "·"
_WIDEST: Final = 4
"""Cells that a bar takes at most, the blank beside it too."""
_CAPTION_FROM: Final = 6
"""Rows from which on there is one for the caption."""
_BAR_STYLE: Final = "$primary"
_CHOSEN_STYLE: Final = "$warning"
_MUTED_STYLE: Final = "$text-muted"


@dataclass(frozen=True, slots=True)
class Bar:
    """One of them."""

    label: str
    """What stands beneath it, where there is room."""
    amount: int
    """Zero has no bar."""
    mark: str = ""
    """One character above it."""


class BarChart(Widget):
    """The latest bars stand to the right; of those that have no room the earliest are left out."""

    DEFAULT_CSS = """
    BarChart {
        height: 8;
        text-wrap: nowrap;
        text-overflow: ellipsis;
    }
    """

    chosen: reactive[int | None] = reactive[int | None](None)
    """The number of the bar that stands out."""

    def __init__(self, bars: Sequence[Bar], caption: str) -> None:
        """`caption` stands above them, where there is room."""
        super().__init__()
        self._bars = bars
        self._caption = caption

    def render(self) -> RenderResult:
        width, height = self.size
        if width < 1 or height < 2 or not self._bars:
            return Content("")
        shown = self._bars[-width:]
        step = min(_WIDEST, width // len(shown))
        has_caption = height >= _CAPTION_FROM
        labels = Content.styled(_labels([one.label for one in shown], step), _MUTED_STYLE)
        rows = [Content("").join(row) for row in self._rows(shown, step, height - 1 - has_caption)]
        return Content("\n").join([*[Content.styled(self._caption, _MUTED_STYLE)] * has_caption, *rows, labels])

    def _rows(self, bars: Sequence[Bar], step: int, height: int) -> Iterator[list[Content]]:
        """From the top; the topmost is kept for what stands above a bar."""
        most = max((one.amount for one in bars), default=0) or 1
        tall = [max(1, round(one.amount / most * (height - 1) * 8)) if one.amount else 0 for one in bars]
        first = len(self._bars) - len(bars)
        blank = " " if step > 1 else ""
        for above in reversed(range(height)):
            row: list[Content] = []
            for number, (one, eighths) in enumerate(zip(bars, tall, strict=True)):
                full = min(max(eighths - above * 8, 0), 8)
                is_chosen = first + number == self.chosen
                if full:
                    cell = Content.styled(_EIGHTHS[full] * max(1, step - 1), _CHOSEN_STYLE if is_chosen else _BAR_STYLE)
                else:
                    is_next = above == -(-eighths // 8)
                    sign = (one.mark or ("" if eighths or above else _NOTHING)) if is_next else ""
                    cell = Content.styled(sign.ljust(max(1, step - 1)), _CHOSEN_STYLE if is_chosen else _MUTED_STYLE)
                row.append(cell + blank)
            yield row


def share_bar(part: float, width: int) -> str:
    """A part of a whole as a bar lying on its side, as wide as this when it is all of it."""
    eighths = round(min(max(part, 0), 1) * width * 8)
    full, rest = divmod(max(eighths, 1) if part > 0 else 0, 8)
    return "█" * full + (_PARTS[rest] if rest else "")


def _labels(labels: Sequence[str], step: int) -> str:
    """The last label beneath its bar, and others to the left of it that leave a gap between."""
    line = ""
    end = len(labels) * step
    for number in reversed(range(len(labels))):
        start = number * step if number < len(labels) - 1 else end - len(labels[number])
        if start >= 0 and start + len(labels[number]) + (3 if line else 0) <= end:
            line = labels[number].ljust(end - start) + line
            end = start
    return " " * end + line

"""What was measured as one picture: bars, the longest of each group as long as there is room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

from benchmarks.figure import Figure
from benchmarks.report import number

WIDTH: Final = 760
BAR: Final = 15
GAP: Final = 4
HEAD: Final = 24
_NAMES: Final = 96
_NUMBERS: Final = 110
_ROOM: Final = WIDTH - _NAMES - _NUMBERS
_BETWEEN: Final = 14
_STYLE: Final = """
text { font: 12px ui-sans-serif, system-ui, sans-serif; fill: #1f2328 }
.group { font-weight: 600 } .far { fill: #59636e } .bar { fill: #8c959f } .ours { fill: #0969da }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .far { fill: #9198a1 } .bar { fill: #6e7681 } .ours { fill: #4493f8 }
}
"""
"""Readable on white and on black: a picture follows what the reader's page is."""


def chart(groups: Mapping[str, Sequence[Figure]], ours: str, said: str) -> str:
    """SVG: a group for each row, a bar for each client that has a number."""
    parts: list[str] = []
    y = HEAD
    for what, figures in groups.items():
        shown = [figure for figure in figures if figure.value is not None]
        longest = max((figure.value or 0.0 for figure in shown), default=0.0)
        parts.append(f'<text class="group" x="0" y="{y}">{escape(what)}</text>')
        y += GAP * 2
        for figure in shown:
            value = figure.value or 0.0
            length = max(2.0, _ROOM * value / longest) if longest else 2.0
            tone = "ours" if figure.client == ours else "bar"
            middle = y + BAR - GAP
            parts.append(
                f'<text class="far" x="{_NAMES - 8}" y="{middle}" text-anchor="end">{escape(figure.client)}</text>'
            )
            parts.append(f'<rect class="{tone}" x="{_NAMES}" y="{y}" width="{length:.1f}" height="{BAR}" rx="2"/>')
            parts.append(
                f'<text x="{_NAMES + length + 6:.1f}" y="{middle}">{number(value)} {escape(figure.row.unit)}</text>'
            )
            y += BAR + GAP
        y += _BETWEEN + GAP
    parts.append(f'<text class="far" x="0" y="{y}">{escape(said)}</text>')
    size = f'width="{WIDTH}" height="{y + _BETWEEN}" viewBox="0 0 {WIDTH} {y + _BETWEEN}"'
    body = "\n".join(parts)
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>\n<style>{_STYLE}</style>\n{body}\n</svg>\n'

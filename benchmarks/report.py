"""What was measured as a table, and the texts that quote it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from benchmarks.clients import DEEPCHAT
from benchmarks.figure import Figure, Row

SHORT: Final = (
    "start to first frame",
    "2,000 tokens at once: CPU",
    "1,000 tokens at 200/s: CPU",
    "1,000 tokens at 200/s: peak memory",
    "1,000 tokens at 200/s: to the terminal",
    "key echo while 10,000 words stream: median",
    "idle: of a core",
    "one answer of 10,000 tokens to stdout: CPU",
)
"""What the README quotes and the chart draws."""
_QUOTED: Final = re.compile(r"(<!-- measured -->\n).*?(<!-- until here -->)", re.DOTALL)
_TEN, _HUNDRED = 10, 100


def number(value: float) -> str:
    """Three figures at most after those that count."""
    if abs(value) >= _HUNDRED:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= _TEN else f"{value:.2f}"


def told(figure: Figure, ours: Figure | None) -> str:
    """The number in its unit, and how often ours goes into it."""
    if figure.value is None:
        return figure.note
    said = f"{number(figure.value)} {figure.row.unit}"
    if ours and ours is not figure and ours.value and ours.value > 0:
        said += f" ({number(figure.value / ours.value)}×)"
    return f"{said}, {figure.note}" if figure.note else said


def table(figures: Iterable[Figure], versions: Mapping[str, str], only: Sequence[str] = ()) -> str:
    """Markdown: a line for each row, a column for each client, in the order in which they came."""
    rows: dict[Row, dict[str, Figure]] = {}
    for figure in figures:
        if not only or figure.row.what in only:
            rows.setdefault(figure.row, {})[figure.client] = figure
    clients = [name for name in versions if any(name in cells for cells in rows.values())]
    head = ["", "target", *(f"{name} {versions[name]}".strip() for name in clients)]
    lines = [head, ["---", "---:", *("---:" for _ in clients)]]
    for row, cells in rows.items():
        ours = cells.get(DEEPCHAT.name)
        target = f"≤ {number(row.target).removesuffix('.00').removesuffix('.0')} {row.unit}" if row.target else ""
        lines.append([row.what, target, *(told(cells[name], ours) if name in cells else "" for name in clients)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def quote(place: Path, text: str) -> None:
    """Put it between the marks in that file."""
    place.write_text(_QUOTED.sub(lambda found: f"{found[1]}{text}\n{found[2]}", place.read_text()))

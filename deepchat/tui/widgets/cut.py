"""Words that are too long for their place end with an ellipsis."""

from __future__ import annotations

from rich.cells import cell_len, set_cell_size


def shortened(text: str, width: int) -> str:
    """The text, or as much of its beginning as fits into so many cells with an ellipsis behind it."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…" if width > 0 else ""

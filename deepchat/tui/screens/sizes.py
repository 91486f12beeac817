"""The sizes of a terminal at which dialogs look different, as classes for their styles."""

from __future__ import annotations

from typing import Final

WIDTHS: Final = [(0, "-narrow"), (60, "-medium"), (100, "-wide")]
HEIGHTS: Final = [(0, "-short"), (18, "-tall")]

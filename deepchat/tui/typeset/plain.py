"""Text as it is -> lines: nothing is read into it, and nothing is loaded that could."""

from __future__ import annotations

from deepchat.safe_text import SafeText
from deepchat.tui.typeset.lines import LEAST_WIDTH, Line
from deepchat.tui.typeset.wrap import wrap


def set_plain(text: SafeText, width: int) -> list[Line]:
    """The lines of a text as it is, with nothing read into it; tabs are shown as blanks."""
    shown = text.expandtabs(4)
    cuts = wrap(shown, max(width, LEAST_WIDTH))
    return [Line(((shown[cut.start : cut.end], "text"),) if cut.end > cut.start else (), glue=cut.glue) for cut in cuts]

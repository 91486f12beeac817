"""What the terminal is, as far as it says: its kind, colours, size and whether it speaks UTF-8."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from deepchat.workspace.checkup import Check

LEAST_COLUMNS: Final = 20
LEAST_LINES: Final = 10
_LOCALES: Final = ("LC_ALL", "LC_CTYPE", "LANG")
"""The first of them that is set counts."""


def checks() -> Iterator[Check]:
    """How it is, for `deepchat doctor`."""
    from deepchat.workspace.checkup import Check

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        yield Check("terminal", "ok", "there is none here: what is written goes into a file or a pipe")
    else:
        yield from _at_hand(os.environ.get("TERM", ""))
    yield _locale(next((name for kind in _LOCALES if (name := os.environ.get(kind))), ""))


def _locale(name: str) -> Check:
    from deepchat.workspace.checkup import Check

    if name.lower().replace("-", "").endswith("utf8"):
        return Check("locale", "ok", name)
    found = f"{name or 'none'} does not say UTF-8, so letters may look wrong"
    return Check("locale", "warn", found, "set LANG to one that ends in .UTF-8")


def _at_hand(term: str) -> Iterator[Check]:
    from deepchat.workspace.checkup import Check

    if term in ("", "dumb", "unknown"):
        yield Check("terminal", "warn", f"TERM is {term or 'not set'}", "set TERM, such as xterm-256color")
    else:
        yield Check("terminal", "ok", f"{term}, {_colours(term)}")
    size = os.get_terminal_size()
    found = f"{size.columns} × {size.lines}"
    if size.columns < LEAST_COLUMNS or size.lines < LEAST_LINES:
        yield Check("size", "warn", found, f"make it {LEAST_COLUMNS} × {LEAST_LINES} or more")
    else:
        yield Check("size", "ok", found)


def _colours(term: str) -> str:
    if os.environ.get("NO_COLOR"):
        return "no colours, as NO_COLOR asks"
    if os.environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return "16 million colours"
    return "256 colours" if "256" in term else "a few colours"

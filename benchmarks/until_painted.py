"""Runs a program until it has painted its first frame: `python benchmarks/until_painted.py bare|deepchat`.

The process ends with that write, so what it used is what the frame cost, whenever somebody reads it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any, Final

LEAST: Final = 1_000
"""No question to the terminal, and nothing that is switched on there, is as long as a frame."""
COLUMNS: Final = 120
LINES: Final = 34


def watch(last_words: Callable[[], object] = lambda: None) -> None:
    """End with the first frame, whether it is written on standard error or on its descriptor, after these words."""

    def ending(write: Callable[..., int]) -> Callable[..., int]:
        def written(*given: Any) -> int:
            count = write(*given)
            if len(given[-1]) >= LEAST:
                last_words()
                os._exit(0)
            return count

        return written

    os.write = ending(os.write)
    if sys.__stderr__:
        sys.__stderr__.write = ending(sys.__stderr__.write)


def bare() -> None:
    """The least that Textual can show."""
    from textual.app import App, ComposeResult
    from textual.widgets import Static

    class Bare(App[None]):
        def compose(self) -> ComposeResult:
            yield Static("hello")

    Bare().run()


def deepchat() -> None:
    sys.argv = ["deepchat"]
    from deepchat.__main__ import main

    main()


if __name__ == "__main__":
    watch()
    {"bare": bare, "deepchat": deepchat}[sys.argv[1]]()

"""`python -m deepchat` and the `deepchat` command."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Final

from deepchat.cli import stopping
from deepchat.tui import line_editing

GARBAGE_WHILE_LOADING: Final = 200_000
"""Objects made before garbage is looked for: what is loaded stays. The app has a bound of its own later."""
_NOT_ON_THE_SCREEN: Final = frozenset({"-h", "--help", "-V", "--version", "--plain"})


def main() -> int:
    """Run the command line; the return value is the exit status."""
    gc.set_threshold(GARBAGE_WHILE_LOADING, 20, 20)
    arguments = sys.argv[1:]
    try:
        opens_app = _opens_app(arguments)
        if opens_app:  # the terminal has to be put back, whatever ends it
            stopping.heed()
        with line_editing.switched_off() if opens_app else nullcontext():
            from deepchat.cli.main import run

            return run(arguments)
    except KeyboardInterrupt:
        return stopping.status()  # Ctrl-C came before anything was begun, or once more at its end


def _opens_app(arguments: Sequence[str]) -> bool:
    """Whether this is known before anything is loaded: who types on at once is heard. A single word may be a verb."""
    first = arguments[0] if arguments else "-"
    return (first.startswith("-") or " " in first) and not _NOT_ON_THE_SCREEN.intersection(arguments)


if __name__ == "__main__":
    sys.exit(main())

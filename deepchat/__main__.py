"""`python -m deepchat` and the `deepchat` command."""

from __future__ import annotations

import gc
import sys
from typing import Final

GARBAGE_AT: Final = 200_000
"""Objects made before garbage is looked for, at first: what is loaded stays."""


def main() -> int:
    """Run the command line; the return value is the exit status."""
    gc.set_threshold(GARBAGE_AT, 20, 20)
    try:
        from deepchat.cli.main import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:
        return 130  # Ctrl-C came before anything was begun, or once more at its end


if __name__ == "__main__":
    sys.exit(main())

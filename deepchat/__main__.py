"""`python -m deepchat` and the `deepchat` command."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; the return value is the exit status."""
    try:
        from deepchat.cli.main import run

        return run(sys.argv[1:])
    except KeyboardInterrupt:
        return 130  # Ctrl-C came before anything was begun, or once more at its end


if __name__ == "__main__":
    sys.exit(main())

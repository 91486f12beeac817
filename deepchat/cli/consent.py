"""A yes from the person, before what is hard or impossible to undo."""

from __future__ import annotations

import sys

from deepchat.cli import voice
from deepchat.errors import DeepChatError, UsageError


def need_yes(question: str, *, given: bool) -> None:
    """Ask on a terminal, unless the yes was given with the command; raises UsageError where nobody can be asked.

    Raises DeepChatError when the answer is not yes.
    """
    if given:
        return
    if sys.stdin is None or not sys.stdin.isatty() or not voice.is_watched():
        raise UsageError("this wants a yes, and nobody can be asked here", "add --yes to do it")
    print(f"{voice.safe_line(question)} [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise DeepChatError("nothing was changed", "answer y to do it")

"""May this tool run? Asked on the terminal, unless the yes was given with the command."""

from __future__ import annotations

import asyncio
import sys
import termios
from typing import TYPE_CHECKING, Final

from deepchat.cli import voice
from deepchat.errors import UsageError
from deepchat.safe_text import make_safe
from deepchat.secret import scrub

if TYPE_CHECKING:
    from collections.abc import Collection

    from deepchat.conversation.permission import WantedCall
    from deepchat.workspace import Workspace

_YES: Final = ("y", "yes")
_ALWAYS: Final = ("a", "always")


def can_ask() -> bool:
    """Whether somebody types here, and sees what is asked."""
    return sys.stdin is not None and sys.stdin.isatty() and voice.is_watched()


def need_somebody() -> None:
    """Raises UsageError where nobody can be asked."""
    if not can_ask():
        raise UsageError(
            "a tool wants a yes before it runs, and nobody can be asked here",
            "`ask --yes-tools` allows every call of these tools, and those named in tools.unasked need no question",
        )


def tell_connecting(workspace: Workspace, tools: Collection[str]) -> None:
    """Say which servers these tools wait for: one may take a while."""
    for server in workspace.toolshed.unheard(tools):
        voice.notice(f"connecting to the MCP server {server} …")


class Permission:
    """Of one run: what was allowed for all of it is not asked again."""

    def __init__(self, *, given: bool = False, lasts: str = "in this answer") -> None:
        """With the yes given, nobody is asked; `lasts` says for how long a yes holds that is for always."""
        self._given = given
        self._lasts = lasts
        self._always: set[str] = set()

    async def may_run(self, wanted: WantedCall) -> bool:
        """Ask about this call; only a line that is typed after the question answers it."""
        if self._given or wanted.tool in self._always:
            return True
        shown = make_safe(scrub(wanted.arguments), code=True)
        print(
            f"The model calls {voice.safe_line(wanted.tool)}, which {voice.safe_line(wanted.may)}, with",
            file=sys.stderr,
        )
        print(f"{shown}", file=sys.stderr)
        termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)  # what was typed before is no answer
        print(f"Allow it? [y]es, [a]lways {self._lasts}, [N]o: ", end="", file=sys.stderr, flush=True)
        said = (await _typed_line()).strip().lower()
        if said in _ALWAYS:
            self._always.add(wanted.tool)
        return said in _ALWAYS or said in _YES


async def _typed_line() -> str:
    """The next line; a wait that ends with Ctrl-C like any other."""
    loop, typed = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(sys.stdin.fileno(), typed.set)
    try:
        await typed.wait()
    finally:
        loop.remove_reader(sys.stdin.fileno())
    return sys.stdin.readline()

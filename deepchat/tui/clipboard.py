"""Puts text on the clipboard, and never says so when it is not there."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from textual.app import App

LONGEST_BY_TERMINAL: Final = 70_000
"""Bytes; terminals drop longer OSC 52 sequences without a word."""
_LIMIT_S: Final = 2.0

Tool = tuple[tuple[str, ...], tuple[str, ...]]
"""A command that takes the text, and the one that gives it back."""


async def copy(app: App[int], text: str, environ: Mapping[str, str] = os.environ) -> tuple[bool, str]:
    """Whether it was taken as far as anybody can know, and that in words."""
    if not text:
        return False, "there is nothing to copy"
    size = f"{len(text):,} characters"
    for take, give in _tools(environ):
        if await _run(take, text) is not None and await _run(give) == text:
            return True, f"copied {size}"
    if len(text.encode(errors="replace")) > LONGEST_BY_TERMINAL:
        return (
            False,
            f"not copied: {size} are too much for the terminal, and no clipboard program is here; /export FILE",
        )
    app.copy_to_clipboard(text)
    return True, f"{size} handed to the terminal; whether it took them can't be seen"


def _tools(environ: Mapping[str, str]) -> Iterator[Tool]:
    """Those that reach the clipboard of whoever sits before the screen: over ssh, only the terminal does."""
    if environ.get("SSH_CONNECTION"):
        return
    tools: list[tuple[bool, Tool]] = [
        (bool(environ.get("WAYLAND_DISPLAY")), (("wl-copy",), ("wl-paste", "--no-newline"))),
        (
            bool(environ.get("DISPLAY")),
            (("xclip", "-selection", "clipboard"), ("xclip", "-selection", "clipboard", "-o")),
        ),
        (bool(environ.get("DISPLAY")), (("xsel", "-bi"), ("xsel", "-bo"))),
        (True, (("pbcopy",), ("pbpaste",))),
    ]
    yield from (tool for is_meant, tool in tools if is_meant and all(shutil.which(part[0]) for part in tool))


async def _run(command: tuple[str, ...], text: str | None = None) -> str | None:
    """What it says; None when it failed, or took too long."""
    quiet = asyncio.subprocess.DEVNULL
    takes = text is not None  # one that takes text stays behind to serve it, and would hold a pipe open
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE if takes else quiet,
            stdout=quiet if takes else asyncio.subprocess.PIPE,
            stderr=quiet,
        )
    except OSError:
        return None
    try:
        async with asyncio.timeout(_LIMIT_S):
            said, _ = await process.communicate(text.encode(errors="replace") if text is not None else None)
    except TimeoutError:
        process.kill()
        await process.wait()
        return None
    return (said or b"").decode(errors="replace") if process.returncode == 0 else None

"""A link to the test's own server, and what is seen of it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from deepchat.tools.link import Link
from deepchat.tools.place import Address, Command, Place

SERVER = Path(__file__).with_name("mcp_server.py")
PROGRAM = (sys.executable, "-I", "-S", str(SERVER))
"""Python without what takes long to load."""


def command(*manners: str, environ: Mapping[str, str] | None = None) -> Command:
    return Command((*PROGRAM, *manners), {"PATH": os.environ["PATH"], **(environ or {})}, Path.home())


def place(way: Command | Address, *, allowed: tuple[str, ...] | None = None, connect_s: float = 20) -> Place:
    return Place("test", way, allowed, connect_s, None)


@asynccontextmanager
async def linked(where: Place) -> AsyncGenerator[Link, None]:
    """A link that has ended when this is over."""
    async with asyncio.TaskGroup() as group:
        link = Link("test", lambda: where, group)
        try:
            yield link
        finally:
            await link.close()


def is_running(pid: int) -> bool:
    """As a process that can do something: one that only waits to be asked how it ended can't."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def until(is_so: Callable[[], bool]) -> None:
    """Wait for what happens in another process."""
    async with asyncio.timeout(60):
        while not is_so():  # noqa: ASYNC110  # which can't set an event of ours
            await asyncio.sleep(0.01)

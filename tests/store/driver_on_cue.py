"""A program that writes a draft at its start and one for each line it is given, and says each time what is safe."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from deepchat.store import drafts
from deepchat.store.database import Database


async def write(path: Path, names: list[str]) -> None:
    """Drafts of these names; when there is no line for the next one, or none is left, close the store."""
    database = await Database.open(path, now_ms=1)
    for name in names:
        await database.write(lambda c, name=name: drafts.keep(c, name, "words", 1))
        print(name, flush=True)
        if not await asyncio.to_thread(sys.stdin.readline):
            break
    await database.close()


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1]), sys.argv[2:]))

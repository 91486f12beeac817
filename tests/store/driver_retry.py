"""A program that writes each draft until that succeeds, under a new name each time, and says how it went."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from deepchat.errors import StoreError
from deepchat.store import drafts
from deepchat.store.database import Database

DRAFTS = 12
TRIES = 8


async def write(path: Path) -> None:
    """All of them."""
    database = await Database.open(path, now_ms=1)
    for number in range(DRAFTS):
        for attempt in range(TRIES):
            name = f"{number}-{attempt}"
            try:
                await database.write(lambda c, name=name: drafts.keep(c, name, "words", 1))
            except StoreError:
                print(f"failed:{name}", flush=True)
            else:
                print(name, flush=True)
                break
    await database.close()


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1])))

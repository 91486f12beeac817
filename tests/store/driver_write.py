"""A program that writes until it is killed, and says each time what is safe now."""

from __future__ import annotations

import asyncio
import sys
from itertools import count
from pathlib import Path
from unittest.mock import patch

from deepchat.store import drafts, locks
from deepchat.store.database import Database


async def write(path: Path, name: str) -> None:
    """Drafts of this name and a number, one after the other, and now and then into the file itself."""
    database = await Database.open(path, now_ms=1)
    for number in count():
        key = f"{name}-{number}"
        await database.write(lambda c, key=key: drafts.keep(c, key, key * 50, 1))
        print(key, flush=True)
        if number % 40 == 39:
            await database.close()
            database = await Database.open(path, now_ms=1)


if __name__ == "__main__":
    with patch.object(locks, "LONGEST_WAIT_S", 60.0):  # six that write without a pause, on a busy machine
        asyncio.run(write(Path(sys.argv[1]), sys.argv[2]))

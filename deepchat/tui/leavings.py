"""What an answer leaves behind in memory besides its words, and how it is taken away."""

from __future__ import annotations

import asyncio
import gc
from typing import Final

from rich.cells import cached_cell_len

AFTER_S: Final = 1.0
"""By then it is on disk and in the lists, and nobody waits for a frame of it."""
_YOUNG: Final = 1
"""The generation of all that was made since the last time: a long conversation is not looked through again."""


def sweep_soon() -> None:
    """In a moment, when what follows the end of an answer is done as well."""
    asyncio.get_running_loop().call_later(AFTER_S, sweep)


def sweep() -> None:
    """Forget how wide its texts were, of which rich keeps 4,096, and find what holds itself, as every worker does."""
    cached_cell_len.cache_clear()
    gc.collect(_YOUNG)

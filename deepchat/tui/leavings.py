"""What an answer leaves behind in memory besides its words, and how it is taken away."""

from __future__ import annotations

import asyncio
import gc
from contextlib import suppress
from functools import cache
from typing import Final

from rich.cells import cached_cell_len

AFTER_S: Final = 0.25
"""By then it is on disk and in the lists, and nobody waits for a frame of it."""
_YOUNG: Final = 1
"""The generation of all that was made since the last time: a long conversation is not looked through again."""
_TRIM_AND_MMAP_THRESHOLD: Final = (-1, -3)
"""As glibc numbers them. https://www.gnu.org/software/libc/manual/html_node/Malloc-Tunable-Parameters.html"""
_LARGE_BYTES: Final = 128 * 1024


def sweep_soon() -> None:
    """In a moment, when what follows the end of an answer is done as well."""
    asyncio.get_running_loop().call_later(AFTER_S, sweep)


def sweep() -> None:
    """Forget how wide its texts were, of which rich keeps 4,096, and find what holds itself, as every worker does."""
    _keep_large_blocks_apart()
    cached_cell_len.cache_clear()
    gc.collect(_YOUNG)


@cache
def _keep_large_blocks_apart() -> None:
    """Have glibc give each back to the system when it is free, which it unlearns with the first; others do so anyway.

    A question is sent with all that was said before it, so what it takes grows, and never fits where the last one was.
    """
    with suppress(ImportError, OSError, AttributeError):  # another system, or another C library
        import ctypes

        for threshold in _TRIM_AND_MMAP_THRESHOLD:
            ctypes.CDLL(None).mallopt(threshold, _LARGE_BYTES)

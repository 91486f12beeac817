"""What an answer leaves behind goes once it is over, and not before something else needs the room."""

from __future__ import annotations

import asyncio
import gc
from weakref import ref

import pytest
from rich.cells import cached_cell_len, cell_len

from deepchat.tui import leavings


class Itself:
    """Nobody else knows it."""

    def __init__(self) -> None:
        self.me = self


async def test_texts_that_were_measured_and_what_holds_itself_are_gone_in_a_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(leavings, "AFTER_S", 0.0)
    gc.disable()
    try:
        cell_len("words of an answer")
        gone = asyncio.Event()
        left = ref(Itself(), lambda _: gone.set())
        leavings.sweep_soon()
        assert left()
        await gone.wait()
        assert not cached_cell_len.cache_info().currsize
    finally:
        gc.enable()

"""A program that is spoken to leaves nothing behind in our own loop, whatever it writes."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from deepchat.tools import program
from deepchat.tools.program import started

FLOOD = (sys.executable, "-I", "-S", "-c", "import os\nwhile True: os.write(2, b'x' * 65536)")


@pytest.mark.parametrize("_once", range(4))  # a flood may just have paused when it is ended
async def test_one_that_floods_is_not_listened_to_any_more_once_it_has_ended(
    monkeypatch: pytest.MonkeyPatch, _once: int
) -> None:
    monkeypatch.setattr(program, "LEAVING_S", 0.01)
    async with started(FLOOD, dict(os.environ), Path.home()) as flooding:
        async with asyncio.timeout(30):
            while not flooding.last_words:  # noqa: ASYNC110  # it sets no event of ours
                await asyncio.sleep(0.001)
    heard, said = os.pipe()  # it has the number that the program's complaints had
    try:
        os.write(said, b"for another")
        await asyncio.sleep(0.05)
        os.set_blocking(heard, False)
        assert os.read(heard, 100) == b"for another"
    finally:
        os.close(heard)
        os.close(said)

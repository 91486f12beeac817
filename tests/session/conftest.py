"""The simulator and the home that conversations are held in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deepchat.simulator import SimulatorThread
from tests.session.holding import Story, home


@pytest.fixture
def sim() -> Iterator[SimulatorThread]:
    with SimulatorThread() as running:
        yield running
        assert running.wait_quiet(30), "a connection stayed open"


@pytest.fixture
def held(tmp_path: Path, sim: SimulatorThread) -> Callable[[Story], None]:
    """Runs a story in a home of its own."""

    for folder in (tmp_path / "data", tmp_path / "data" / "locks"):
        folder.mkdir()

    async def run(story: Story) -> None:
        async with home(tmp_path / "data", sim) as at_home:
            await story(at_home)

    return lambda story: asyncio.run(run(story))

"""The simulator that turns are tried against."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deepchat.simulator import SimulatorThread


@pytest.fixture
def simulator() -> Iterator[SimulatorThread]:
    with SimulatorThread() as running:
        yield running
        assert running.wait_quiet(30), "a connection stayed open"

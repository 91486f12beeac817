"""A simulator with all its scenes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deepchat.simulator import SimulatorThread


@pytest.fixture(scope="module")
def sim() -> Iterator[SimulatorThread]:
    with SimulatorThread() as simulator:
        yield simulator

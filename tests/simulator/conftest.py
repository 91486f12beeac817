"""A simulator for the tests that do not need one of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deepchat.simulator import SimulatorThread


@pytest.fixture(scope="module")
def sim() -> Iterator[SimulatorThread]:
    with SimulatorThread(scenes={}) as simulator:
        yield simulator

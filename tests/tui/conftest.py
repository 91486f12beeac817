"""A simulator with all its scenes, and an environment that leads to it and is put back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deepchat.simulator import SimulatorThread


@pytest.fixture(scope="package")
def simulator() -> Iterator[SimulatorThread]:
    with SimulatorThread() as running:
        yield running


@pytest.fixture
def sim(simulator: SimulatorThread, monkeypatch: pytest.MonkeyPatch) -> SimulatorThread:
    """Where the app asks; a test may name another model in LLM_MODEL."""
    monkeypatch.setenv("LLM_BASE_URL", f"{simulator.url}/v1/openai")
    monkeypatch.setenv("LLM_API_KEY", "any-key-will-do")
    monkeypatch.setenv("LLM_MODEL", "sim/plain")
    return simulator

"""A model that is not in a list that is known is told at the start, and not only when it is asked."""

from __future__ import annotations

import os

import pytest

from deepchat.config.paths import find_paths
from deepchat.errors import ModelNotFound
from deepchat.simulator import SimulatorThread
from deepchat.tui.starting import Start
from tests.tui.seat import seated

pytestmark = pytest.mark.usefixtures("sim")
WANTED = {"model": "som-other"}


async def test_it_is_told_with_what_may_be_meant_before_anything_is_asked(sim: SimulatorThread) -> None:
    billed = len(sim.charges)
    async with seated(wanted=WANTED) as seat:
        await seat.is_told("env has no model like “som-other”", "did you mean some/other?", "ctrl+o shows")
        assert not seat.path
    assert len(sim.charges) == billed


async def test_where_the_server_has_no_list_it_may_be_there() -> None:
    for listing in find_paths(os.environ).cache.glob("models-*.json"):
        listing.unlink()
    async with seated(wanted=WANTED) as seat:
        assert await seat.stage.desk.misnamed(seat.stage.front) is None


async def test_where_another_model_answers_its_name_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    async with seated() as seat:
        await seat.ask("Where?")
    monkeypatch.setenv("LLM_MODEL", "som-other")
    async with seated() as seat:
        assert isinstance(await seat.stage.desk.misnamed(seat.stage.front), ModelNotFound)
    async with seated(Start(go_on=True)) as seat:
        assert seat.stage.front.whom
        assert await seat.stage.desk.misnamed(seat.stage.front) is None

"""Models of which none is known are asked for behind the user's back: once, and nobody hears of a failure."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deepchat.config.paths import find_paths
from deepchat.config.providers import Provider
from deepchat.conversation.message import user
from deepchat.conversation.parameters import Parameters
from deepchat.errors import UsageError
from deepchat.simulator import SimulatorThread
from deepchat.workspace import Workspace
from deepchat.workspace.first_listing import Learning, learn_models

KEY = "SENTINELsimulated0123456789"


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimulatorThread]:
    with SimulatorThread(key=KEY) as simulator:
        monkeypatch.setenv("LLM_BASE_URL", f"{simulator.url}/v1/openai")
        monkeypatch.setenv("LLM_API_KEY", KEY)
        yield simulator


async def test_models_are_asked_for_once_and_known_in_the_next_run(strict: SimulatorThread) -> None:
    async with Workspace() as workspace:
        assert workspace.shelf.price_list("env", "sim/plain") is None
        assert await learn_models(workspace)
        asked = len(strict.heard)
        assert not await learn_models(workspace)
    async with Workspace() as workspace:
        known = workspace.shelf.price_list("env", "sim/plain")
        assert known
        assert (known.price_source, known.context) == ("live", 32_768)
        assert not await learn_models(workspace)
    assert asked
    assert len(strict.heard) == asked


async def test_the_models_of_another_provider_than_the_chosen_one_are_asked_for_where_that_one_is_asked(
    strict: SimulatorThread,
) -> None:
    config = find_paths(os.environ).config_file
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(f'[providers.work]\nbase_url = "{strict.url}/v1/openai"\nkey_env = "LLM_API_KEY"\n')
    async with Workspace({"provider": "deepinfra"}) as workspace:
        assert not await learn_models(workspace)
        assert await learn_models(workspace, "work")
        assert workspace.shelf.price_list("work", "sim/plain")
        assert not await learn_models(workspace, "nosuch")


async def test_what_fails_is_not_told_and_leaves_nothing(
    strict: SimulatorThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLM_BASE_URL", "http://127.0.0.1:9/v1")
    async with Workspace() as workspace:
        assert not await learn_models(workspace)
        assert workspace.notices == []
        assert workspace.shelf.age("env") == ""
    async with Workspace({"provider": "nosuch"}) as workspace:
        assert not await learn_models(workspace)
    assert not strict.heard


async def test_where_nothing_can_be_written_they_are_known_for_this_run(
    strict: SimulatorThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEPCHAT_HOME", "/proc/nowhere")
    async with Workspace() as workspace:
        assert await learn_models(workspace)
        assert workspace.shelf.price_list("env", "sim/plain")
        assert workspace.notices == []


async def test_a_provider_whose_models_are_shipped_is_not_asked_behind_the_users_back() -> None:
    async with Workspace() as workspace:
        assert not await learn_models(workspace)  # to reach beyond this machine fails the test


class Faulty(Workspace):
    """Nobody can say what goes wrong in it."""

    async def where(self) -> Provider:
        self.notices.append("it went wrong")
        raise RuntimeError("a fault")


async def go_on_beside(workspace: Workspace, error: Exception | None = None) -> None:
    async with Learning(workspace):
        for _ in range(3):
            await asyncio.sleep(0)
        workspace.notices.append("it went on")
        if error:
            raise error


async def test_a_fault_in_it_is_raised_when_what_goes_on_beside_it_is_over() -> None:
    async with Faulty() as workspace:
        with pytest.raises(RuntimeError, match="a fault"):
            await go_on_beside(workspace)
        assert workspace.notices == ["it went wrong", "it went on"]
    async with Faulty() as workspace:
        with pytest.raises(UsageError, match="comes first"):
            await go_on_beside(workspace, UsageError("comes first", ""))


async def test_nobody_is_asked_for_a_key(strict: SimulatorThread, tmp_path: Path) -> None:
    config, trace = tmp_path / "home" / "config" / "config.toml", tmp_path / "asked"
    config.parent.mkdir(parents=True)
    config.write_text(f'[providers.work]\nbase_url = "{strict.url}/v1/openai"\nkey_command = ["touch", "{trace}"]\n')
    async with Workspace({"provider": "work"}) as workspace:
        await learn_models(workspace)
    assert strict.heard
    assert not trace.exists()
    assert KEY.encode() not in b"".join(repr(one).encode() for one in strict.heard)


async def test_what_another_program_heard_meanwhile_is_seen_with_the_next_question(strict: SimulatorThread) -> None:
    async with Workspace() as here, Workspace() as elsewhere:
        assert here.shelf.price_list("env", "sim/plain") is None
        await elsewhere.refresh_models()
        assert here.shelf.price_list("env", "sim/plain") is None, "a figure that ticks looks at no disk"
        turn = await here.ask([user("?")], Parameters())
        assert turn.price_list("env", "sim/plain")
        assert here.shelf.age("env") == "just now"
        here.shelf.look_again()
        assert here.shelf.price_list("env", "sim/plain")


async def test_what_could_not_be_kept_is_known_also_when_another_listing_changed(strict: SimulatorThread) -> None:
    config = find_paths(os.environ).config_file
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(f'[providers.work]\nbase_url = "{strict.url}/v1/openai"\nkey_env = "LLM_API_KEY"\n')
    async with Workspace() as here, Workspace() as elsewhere:
        in_the_way = here.paths.cache / "models-env.json"
        (in_the_way / "full").mkdir(parents=True)
        await here.refresh_models()
        assert any("could not be kept" in notice for notice in here.notices)
        await elsewhere.refresh_models("work")
        here.shelf.look_again()
        assert here.shelf.price_list("work", "sim/plain")
        assert here.shelf.price_list("env", "sim/plain")


def test_where_models_are_known_nothing_is_loaded_to_ask_for_them() -> None:
    program = """
import asyncio, sys
from deepchat.workspace import Workspace
from deepchat.workspace.first_listing import learn_models
async def learn():
    async with Workspace() as workspace:
        assert not await learn_models(workspace)
asyncio.run(learn())
assert "httpx" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)

"""A first answer without a key: what is found on this machine, and the small model itself."""

from __future__ import annotations

import importlib
import os
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from deepchat.conversation.events import TextDelta
from deepchat.conversation.message import user
from deepchat.errors import ConfigError
from deepchat.simulator import SimulatorThread
from deepchat.workspace import Workspace, first_run


def configure(text: str) -> None:
    folder = Path(os.environ["DEEPCHAT_HOME"]) / "config"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text(text)


@pytest.fixture
async def workspace() -> AsyncIterator[Workspace]:
    nobody = "".join(f'[providers.{name}]\nbase_url = "http://127.0.0.1:9/v1"\n' for name in ("lmstudio", "vllm"))
    with SimulatorThread() as here:
        configure(f'{nobody}[providers.ollama]\nbase_url = "{here.url}/v1/openai"\n')
        async with Workspace() as workspace:
            yield workspace


@pytest.mark.parametrize(
    ("provider", "key", "lacks"),
    [("deepinfra", "", True), ("deepinfra", "abc-defg-hijk", False), ("ollama", "", False)],
)
async def test_a_key_is_missed_only_where_one_is_needed(
    monkeypatch: pytest.MonkeyPatch, provider: str, key: str, lacks: bool
) -> None:
    if key:
        monkeypatch.setenv("DEEPINFRA_API_KEY", key)
    async with Workspace({"provider": provider}) as workspace:
        assert await first_run.lacks_key(workspace) is lacks


async def test_servers_of_this_machine_are_found_by_asking_only_them(workspace: Workspace) -> None:
    ways = await first_run.ways(workspace)

    assert "ollama" in ways.servers
    assert not {"lmstudio", "vllm"} & set(ways.servers)
    assert await first_run.first_model(workspace, "ollama")
    assert await first_run.first_model(workspace, "vllm") == ""


@pytest.mark.usefixtures("llama_server")
async def test_the_small_model_answers_and_is_still_known_when_settings_change(workspace: Workspace) -> None:
    assert (await first_run.ways(workspace)).has_small_model
    whom, running = await first_run.start_small_model(workspace)
    with running:
        configure("retries = 1\n")
        workspace.reload()
        known = workspace.shelf.price_list(whom.provider, whom.model)
        assert known is not None
        assert known.context
        turn = await workspace.ask([user("Say hello.")], workspace.parameters({}), whom=whom)
        # Its first words only: it may well go on until its window is full.
        async with aclosing(turn.events()) as events:
            assert await anext(event async for event in events if isinstance(event, TextDelta))
        assert turn.draft.text
        assert turn.cost.nano == 0
        assert workspace.settings.chosen_provider().name == first_run.SMALL_MODEL
    with pytest.raises(ProcessLookupError):
        os.kill(running.pid, 0)


async def test_without_its_parts_it_is_not_offered(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.path", [])
    importlib.invalidate_caches()

    assert not (await first_run.ways(workspace)).has_small_model
    with pytest.raises(ConfigError):
        workspace.settings.provider_named(first_run.SMALL_MODEL)

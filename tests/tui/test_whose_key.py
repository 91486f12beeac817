"""A key belongs to one provider: the first screen says to which, and nobody else gets it."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Generator
from pathlib import Path

import pytest

from deepchat.simulator import SimulatorThread
from deepchat.tui.screens.welcome import SecretLine, Welcome
from tests.tui.seat import Seat, seated

KEY = "sk-abc123-not-a-real-one"


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]  # pytest uses it
    for name in ("LLM_BASE_URL", "LLM_API_KEY", "LLM_MODEL"):
        monkeypatch.delenv(name, raising=False)


def configure(words: str) -> None:
    path = Path(os.environ["DEEPCHAT_HOME"]) / "config" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(words)


@pytest.fixture
def work() -> Generator[SimulatorThread]:
    """The server of a provider of the user's own, who is the chosen one; it takes one key."""
    with SimulatorThread(scenes={}, key=KEY) as server:
        configure(f'provider = "work"\n[providers.work]\nkind = "deepinfra"\nbase_url = "{server.url}/v1/openai"\n')
        yield server


async def is_welcomed(seat: Seat, *words: str) -> None:
    await seat.until(lambda: isinstance(seat.app.screen, Welcome))
    await seat.sees(*words)


async def test_a_built_in_provider_is_named_with_the_page_of_its_own_keys() -> None:
    configure('provider = "openrouter"\n')
    async with seated() as seat:
        await is_welcomed(seat, "Paste a key for openrouter", "From openrouter.ai/settings/keys;")
        assert "deepinfra" not in seat.screen


async def test_a_provider_of_ones_own_is_named_with_its_server_wherever_the_key_is_spoken_of(
    work: SimulatorThread,
) -> None:
    host = work.url.removeprefix("http://")
    async with seated() as seat:
        await is_welcomed(seat, "Paste a key for work", f"It goes to {host} only, and is checked at once.")
        assert "deepinfra" not in seat.screen
        await seat.press(*KEY, "enter")
        await seat.sees("work takes the key", f"It is kept for work at {host} only.")
        assert [one.headers.get("authorization") for one in work.heard] == [f"Bearer {KEY}"]
        assert "deepinfra" not in seat.screen
        await seat.press("enter")
        await seat.is_told("the key is kept for work")
        kept = tomllib.loads(seat.stage.desk.workspace.keys.file.read_text())
        assert kept == {"work": {"origin": work.url, "key": KEY}}


@pytest.mark.usefixtures("work")
async def test_a_refusal_says_whose_it_is() -> None:
    async with seated() as seat:
        await is_welcomed(seat, "Paste a key for work")
        await seat.press(*"bad-key", "enter")
        await seat.sees("work: the key was rejected")


@pytest.mark.usefixtures("work")
async def test_a_key_goes_to_whom_the_screen_named_whoever_is_chosen_meanwhile() -> None:
    async with seated() as seat:
        await is_welcomed(seat, "Paste a key for work")
        seat.stage.desk.workspace.choose("deepinfra", "any/model")
        await seat.press(*KEY, "enter")
        await seat.sees("work takes the key")
        await seat.press("enter")
        await seat.is_told("the key is kept for work")
        assert tomllib.loads(seat.stage.desk.workspace.keys.file.read_text()).keys() == {"work"}


async def test_what_is_no_key_is_shown_to_nobody(work: SimulatorThread) -> None:
    async with seated() as seat:
        await is_welcomed(seat, "Paste a key for work")
        await seat.press(*"Bearer", "space", *KEY, "enter")
        await seat.sees("leave out the word Bearer")
        assert "could not be checked" not in seat.screen
        assert work.heard == []


@pytest.mark.parametrize(
    ("config", "why"),
    [
        ('provider = "ollama"\n', "ollama is asked without a key."),
        (
            'provider = "office"\n[providers.work]\nbase_url = "https://llm.example.com"\n',
            "there is no provider office",
        ),
    ],
)
async def test_where_nobody_would_get_it_no_key_is_taken_and_the_other_ways_are_there(config: str, why: str) -> None:
    configure(config)
    async with seated() as seat:
        await seat.until(lambda: seat.app.stage is not None and seat.app.stage.held is not None)
        await seat.say("/welcome")
        await is_welcomed(seat, why, "begin the tour")
        assert not seat.app.screen.query(SecretLine)

"""A key that is pasted in the app is kept where the screen says, and nothing stands still meanwhile."""

from __future__ import annotations

import os
from asyncio import timeout
from pathlib import Path

import pytest
from textual.widgets import Button

from deepchat.config import keychain
from deepchat.simulator import SimulatorThread
from deepchat.tui.screens.welcome import Welcome
from tests.config.keyrings import Keyring
from tests.tui.seat import PATIENCE_S, Seat, seated

KEY = "sk-abc123-not-a-real-one"


@pytest.fixture
def keyring(sim: SimulatorThread, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keyring:
    """The one that the app meets, which has no key yet for the simulator."""
    for name in ("LLM_BASE_URL", "LLM_API_KEY", "LLM_MODEL"):
        monkeypatch.delenv(name)
    path = Path(os.environ["DEEPCHAT_HOME"]) / "config" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(f'[providers.deepinfra]\nbase_url = "{sim.url}/v1/openai"\n')
    return Keyring(tmp_path / "rings", monkeypatch)


async def paste(seat: Seat) -> None:
    """Into the first screen; it is checked when this ends."""
    await seat.until(lambda: isinstance(seat.app.screen, Welcome))
    await seat.press(*KEY, "enter")
    await until_offered(seat)


async def until_offered(seat: Seat) -> None:
    """The places for it are there, and the next key chooses one of them."""
    await seat.until(lambda: "keep it in a file" in seat.screen and isinstance(seat.app.focused, Button))


async def test_the_keyring_is_offered_where_it_can_be_used(keyring: Keyring) -> None:
    keyring.use("Good")
    async with seated() as seat:
        await paste(seat)
        await seat.press("enter")
        await seat.is_told("the key is kept")
        assert keyring.holds() == [KEY]
        assert not seat.stage.desk.workspace.keys.file.exists()


async def test_a_key_that_a_keyring_refuses_is_not_lost(keyring: Keyring) -> None:
    keyring.use("Good")
    async with seated() as seat:
        await paste(seat)
        keyring.use("Empty")
        await seat.press("enter")
        await seat.sees("the key for deepinfra was not kept: no keyring")
        await until_offered(seat)
        await seat.press("enter")
        await seat.is_told("the key is kept")
        assert KEY in seat.stage.desk.workspace.keys.file.read_text()


async def test_a_key_that_can_not_be_checked_without_a_network_stays_to_be_tried_again(keyring: Keyring) -> None:
    keyring.use("Good")
    path = Path(os.environ["DEEPCHAT_HOME"]) / "config" / "config.toml"
    path.write_text('[providers.deepinfra]\nbase_url = "http://127.0.0.1:9/v1/openai"\n')
    async with seated() as seat:
        await seat.until(lambda: isinstance(seat.app.screen, Welcome))
        await seat.press(*KEY, "enter")
        await seat.sees("⏎ tries again", "•" * len(KEY))
        await seat.press("enter")
        await seat.sees("checking with deepinfra…")
        await seat.sees("⏎ tries again", "•" * len(KEY))


async def test_where_none_can_be_used_the_file_is_named_and_has_it(keyring: Keyring) -> None:
    keyring.use("Plaintext")
    async with seated() as seat:
        await paste(seat)
        await seat.sees("no keyring that encrypts answers here")
        await seat.press("enter")
        await seat.is_told("the key is kept")
        assert KEY in seat.stage.desk.workspace.keys.file.read_text()
        assert keyring.holds() == []


async def test_the_engine_goes_on_while_a_keyring_lets_wait(keyring: Keyring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keychain, "LIMIT_S", 2 * PATIENCE_S)
    async with seated() as seat:
        await paste(seat)
        keyring.use("Hanging")
        await seat.press("down", "enter")
        await seat.until(seat.stage.desk.workspace.keys.file.exists)  # only the old key in the keyring is to be removed
        async with timeout(PATIENCE_S):
            await seat.stage.desk.bridge.do(lambda: None)
        assert "the key is kept" not in seat.notices
        keyring.let_go()
        await seat.is_told("the key is kept")

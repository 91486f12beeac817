"""From a provider's name to a provider that can be asked."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from deepchat.errors import KeyMissing
from deepchat.workspace import Workspace

LAVA = """
[providers.gate]
kind = "lava"
base_url = "http://127.0.0.1:9/v1/forward"
key_env = "GATE_KEY"
lava = { customer_id = "c", meter_slug = "m", provider_key_env = "OWN_KEY" }
"""


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    folder = tmp_path / "home" / "config"
    folder.mkdir(parents=True)
    (folder / "config.toml").write_text(LAVA)
    monkeypatch.setenv("GATE_KEY", "aks_live_1234567890")
    return Workspace({"provider": "gate"})


async def test_without_the_users_own_key_lava_is_not_asked_to_pay(workspace: Workspace) -> None:
    with pytest.raises(KeyMissing, match="OWN_KEY"):
        await workspace.places.ready(workspace.settings.provider_named("gate"))


async def test_lavas_token_carries_the_users_own_key_and_asks_deepinfra(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OWN_KEY", "own-key-at-deepinfra")
    place = (await workspace.places.ready(workspace.settings.provider_named("gate"))).place
    assert place.key
    token = json.loads(base64.b64decode(place.key.reveal()))
    assert token["provider_key"] == "own-key-at-deepinfra"
    assert token["secret_key"] == "aks_live_1234567890"
    assert "u=https%3A%2F%2Fapi.deepinfra.com%2Fv1%2Fopenai%2Fchat" in place.url_of("/chat/completions")

"""What is joined here: whom a question goes to, what is complained of, and what can't be written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import aclosing
from pathlib import Path

import pytest

from deepchat.conversation.message import user
from deepchat.errors import ConfigError, KeyRejected, UsageError
from deepchat.simulator import SimulatorThread
from deepchat.workspace import Workspace
from deepchat.workspace.user_settings import config_file, every_setting

KEY = "SENTINELsimulated0123456789"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of settings."""
    (tmp_path / "home" / "config" / "presets").mkdir(parents=True)
    return tmp_path / "home" / "config"


@pytest.fixture(scope="module")
def strict() -> Iterator[SimulatorThread]:
    with SimulatorThread(key=KEY) as simulator:
        yield simulator


async def test_nothing_is_sent_while_a_broken_line_may_name_the_provider(
    folder: Path, strict: SimulatorThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "config.toml").write_text(
        f'provider = work\n[providers.deepinfra]\nbase_url = "{strict.url}/v1/openai"\n'
    )
    monkeypatch.setenv("DEEPINFRA_API_KEY", KEY)
    heard = len(strict.heard)
    async with Workspace({"model": "sim/plain"}) as workspace:
        with pytest.raises(ConfigError, match=r"line 1 of .*config.toml") as caught:
            await workspace.ask([], workspace.parameters({}))
        with pytest.raises(ConfigError, match="line 1 of"):
            await workspace.refresh_models()
        with pytest.raises(ConfigError, match="line 1 of"):
            workspace.keys.place("")
        assert workspace.keys.place("deepinfra").name == "deepinfra"
        assert [one.provider for one in workspace.keys.status()][:2] == ["deepinfra", "lava"]
    assert (caught.value.exit_status, "-p NAME" in caught.value.hint) == (2, True)
    assert len(strict.heard) == heard


async def test_a_preset_whose_provider_cannot_be_read_needs_one_by_name(folder: Path) -> None:
    (folder / "presets" / "work.toml").write_text('model = "a/b"\nprovider = work\n')
    (folder / "presets" / "other.toml").write_text("nonsense\n")
    async with Workspace(preset="work") as workspace:
        assert [complaint.path.name for complaint in workspace.complaints] == ["work.toml"]
        with pytest.raises(ConfigError, match=r"line 2 of .*work.toml"):
            await workspace.where()
    async with Workspace({"provider": "lava"}, preset="work") as workspace:
        assert (await workspace.where()).name == "lava"
    with pytest.raises(UsageError, match="no preset home"):
        Workspace(preset="home")


async def test_complaints_about_providers_that_are_not_asked_are_left_to_config_show(folder: Path) -> None:
    (folder / "config.toml").write_text(
        "retries = 99\n[providers.flo2]\nheaders = 3\n[providers.ollama]\nneeds_key = 3\n"
    )
    assert [complaint.line for complaint in Workspace().complaints] == [1]
    assert [complaint.line for complaint in Workspace({"provider": "flo2"}).complaints] == [1, 3]
    assert [complaint.line for complaint in Workspace({"provider": "local"}).complaints] == [1, 5]
    assert [complaint.line for complaint in every_setting()[1]] == [1, 3, 5]


async def test_a_list_that_cannot_be_kept_is_there_all_the_same_and_that_is_told(
    strict: SimulatorThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEEPCHAT_HOME", "/proc/nowhere")
    monkeypatch.setenv("LLM_BASE_URL", f"{strict.url}/v1/openai")
    monkeypatch.setenv("LLM_API_KEY", KEY)
    async with Workspace() as workspace:
        await workspace.refresh_models()
        assert workspace.shelf.find("env", "sim/plain").models
        assert "could not be kept: the folder /proc/nowhere" in " ".join(workspace.notices)


def test_where_nothing_can_be_written_the_path_is_told_and_there_is_no_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DEEPCHAT_HOME", "/proc/nowhere")
    assert config_file() == (Path("/proc/nowhere/config/config.toml"), False)
    monkeypatch.setenv("DEEPCHAT_HOME", str(tmp_path / "new"))
    assert config_file() == (tmp_path / "new" / "config" / "config.toml", True)
    assert config_file()[1] is False
    monkeypatch.setenv("DEEPCHAT_HOME", __file__)
    with pytest.raises(ConfigError, match="a file is in its place"):
        config_file()


@pytest.mark.parametrize(
    ("key", "words", "hint"),
    [("", "wants a key, and none was sent", "set LLM_API_KEY"), ("SENTINELwrong9876543210", "was rejected", "another")],
)
async def test_a_refused_question_says_whether_a_key_was_sent(
    strict: SimulatorThread, monkeypatch: pytest.MonkeyPatch, key: str, words: str, hint: str
) -> None:
    monkeypatch.setenv("LLM_BASE_URL", f"{strict.url}/v1/openai")
    monkeypatch.setenv("LLM_API_KEY", key)
    async with Workspace({"model": "sim/plain"}) as workspace:
        turn = await workspace.ask([user("hi")], workspace.parameters({}))
        with pytest.raises(KeyRejected, match=words) as caught:
            async with aclosing(turn.events()) as events:
                _ = [event async for event in events]
        with pytest.raises(KeyRejected, match=words):
            await workspace.make_images("a hill", "1024x1024", 1)
    assert (hint in caught.value.hint, caught.value.status) == (True, 401)

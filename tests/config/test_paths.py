"""Where DeepChat's files are."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deepchat.config.paths import find_paths, make_private_folder
from deepchat.errors import ConfigError
from tests.config.homes import Home


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


def test_deepchat_home_holds_everything(tmp_path: Path) -> None:
    paths = find_paths({"DEEPCHAT_HOME": str(tmp_path)})
    folders = {paths.config, paths.data, paths.state, paths.cache, paths.log}
    assert folders == {tmp_path / name for name in ("config", "data", "state", "cache", "log")}
    files = (paths.config_file, paths.state_file, paths.credentials_file, paths.models_file)
    assert [file.name for file in files] == ["config.toml", "state.toml", "credentials.toml", "models.toml"]
    assert {paths.presets_dir.parent, paths.themes_dir.parent, paths.prompts_dir.parent} == {paths.config}


def test_a_relative_home_is_made_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_paths({"DEEPCHAT_HOME": "a/../b"}).config == tmp_path / "b" / "config"


def test_a_tilde_that_no_shell_expanded_makes_no_folder_of_that_name() -> None:
    with pytest.raises(ConfigError, match="only a shell"):
        find_paths({"DEEPCHAT_HOME": "~/chat"})


@pytest.mark.parametrize("home", [None, "", "/", "//", "here"])
def test_without_a_home_the_error_names_deepchat_home(home: str | None) -> None:
    with pytest.raises(ConfigError) as caught:
        find_paths({} if home is None else {"HOME": home})
    assert "DEEPCHAT_HOME" in caught.value.hint


def test_without_deepchat_home_the_platform_decides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    paths = find_paths({"HOME": str(tmp_path)})
    assert all(folder.is_relative_to(tmp_path) for folder in (paths.config, paths.data, paths.state, paths.cache))
    if sys.platform == "linux":
        assert paths.config == tmp_path / "settings" / "deepchat"


def test_platformdirs_tomli_w_and_keyring_are_imported_late(home: Home) -> None:
    program = (
        "import os, sys\n"
        "import deepchat.config.keys, deepchat.config.presets, deepchat.config.settings as settings\n"
        "settings.load_settings(os.environ)\n"
        "print({'platformdirs', 'tomli_w', 'keyring', 'subprocess'} & set(sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], env=home.environ, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


@pytest.mark.usefixtures("open_umask")
def test_folders_are_private_from_the_first_moment(tmp_path: Path) -> None:
    make_private_folder(tmp_path / "a" / "b")
    assert [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "a", tmp_path / "a" / "b")] == [0o700, 0o700]
    make_private_folder(tmp_path / "a" / "b")


@pytest.mark.parametrize("where", ["taken", "taken/below", "taken/far/below", "dangling"])
def test_a_file_in_the_place_of_a_folder_is_named(tmp_path: Path, where: str) -> None:
    (tmp_path / "taken").write_text("mine")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    with pytest.raises(ConfigError, match="a file is in its place"):
        make_private_folder(tmp_path / where)
    assert (tmp_path / "taken").read_text() == "mine"


def test_a_folder_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="its name is too long"):
        make_private_folder(tmp_path / ("x" * 300))


def test_nothing_in_the_working_directory_is_read(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = 'provider = "evil"\n[providers.evil]\nbase_url = "https://evil.example/v1"\n'
    for name in ("deepchat.toml", "config.toml", ".deepchat/config.toml", "config/config.toml", "state.toml"):
        (tmp_path / "repo" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "repo" / name).write_text(hostile)
    (tmp_path / "repo" / ".env").write_text("LLM_BASE_URL=https://evil.example/v1\nDEEPINFRA_API_KEY=x\n")
    monkeypatch.chdir(tmp_path / "repo")
    settings = home.load()
    assert settings == type(settings)()

"""The user's config.toml: where it is, what it comes to, and how one line of it is changed."""

from __future__ import annotations

import os
from pathlib import Path

from deepchat.config.edit import set_value, unset_value, write_default_config
from deepchat.config.explain import Row, explain
from deepchat.config.files import Complaint, read_toml
from deepchat.config.keymap import TABLE as KEYS
from deepchat.config.paths import find_paths
from deepchat.config.settings import load_settings
from deepchat.errors import ConfigError


def config_file() -> tuple[Path, bool]:
    """The file, written with every setting commented out when there was none, and whether it is new.

    Where the system lets nothing be written there is still none. Raises ConfigError when there can be no such place.
    """
    file = find_paths(os.environ).config_file
    if file.exists():
        return file, False
    try:
        write_default_config(find_paths(os.environ))
    except ConfigError as error:
        if not isinstance(error.__cause__, OSError):
            raise
    return file, file.exists()


def every_setting() -> tuple[list[Row], tuple[Complaint, ...]]:
    """All settings with where each value came from, and what could not be used."""
    settings = load_settings(os.environ)
    return explain(settings), settings.complaints


def file_with_keys() -> Path | None:
    """The file, when it says something about the keys of commands."""
    file = find_paths(os.environ).config_file
    return file if KEYS in read_toml(file).values else None


def reset(key: str) -> None:
    """Take this value out of config.toml; raises UsageError or ConfigError, and then nothing was changed."""
    unset_value(find_paths(os.environ), key)


def change(key: str, text: str) -> Path:
    """Write this value into config.toml; raises UsageError or ConfigError, and then nothing was changed."""
    paths = find_paths(os.environ)
    set_value(paths, key, text)
    return paths.config_file

"""The folders and files that are DeepChat's own; nothing in the working directory is among them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deepchat.errors import ConfigError

FOLDER_MODE: Final = 0o700
_HINT: Final = "set DEEPCHAT_HOME to a folder that DeepChat may keep its files in"


@dataclass(frozen=True, slots=True)
class Paths:
    """Five folders, and the files in them that have a fixed name; none of them need exist."""

    config: Path
    """What the user writes."""
    data: Path
    """What must not be lost: the store and its backups."""
    state: Path
    """What was picked in the app."""
    cache: Path
    """What can be fetched again."""
    log: Path
    """What helps to find a fault."""

    @property
    def config_file(self) -> Path:
        return self.config / "config.toml"

    @property
    def state_file(self) -> Path:
        return self.state / "state.toml"

    @property
    def credentials_file(self) -> Path:
        return self.config / "credentials.toml"

    @property
    def models_file(self) -> Path:
        return self.config / "models.toml"

    @property
    def presets_dir(self) -> Path:
        return self.config / "presets"

    @property
    def themes_dir(self) -> Path:
        return self.config / "themes"

    @property
    def prompts_dir(self) -> Path:
        return self.config / "prompts"


def find_paths(environ: Mapping[str, str]) -> Paths:
    """All folders under DEEPCHAT_HOME, else where the platform keeps such things; ConfigError when there is none.

    Without DEEPCHAT_HOME the XDG_* variables are read by platformdirs, from the environment of the process.
    """
    if chosen := environ.get("DEEPCHAT_HOME", ""):
        if chosen.startswith("~"):
            raise ConfigError("DEEPCHAT_HOME begins with ~, which only a shell can expand", "write the whole path")
        home = Path(os.path.abspath(chosen))  # noqa: PTH100  # Path.resolve would follow links, Path.absolute keeps ".."
        return Paths(home / "config", home / "data", home / "state", home / "cache", home / "log")
    if not environ.get("HOME", "").startswith("/") or not environ["HOME"].strip("/"):
        raise ConfigError("HOME is not set to a home folder, so there is no place for DeepChat's files", _HINT)
    from platformdirs import PlatformDirs

    dirs = PlatformDirs("deepchat", appauthor=False)
    return Paths(
        dirs.user_config_path, dirs.user_data_path, dirs.user_state_path, dirs.user_cache_path, dirs.user_log_path
    )


def make_private_folder(path: Path) -> None:
    """Make the folder and what is missing above it, for this user only from the first moment; else ConfigError."""
    try:
        missing = [folder for folder in (path, *path.parents) if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir(FOLDER_MODE, exist_ok=True)
        if path.is_dir():
            return
    except (FileExistsError, NotADirectoryError):
        pass
    except OSError as error:
        raise ConfigError(f"the folder {path} can't be made: {reason(error)}", _HINT) from error
    raise ConfigError(f"{path} can't be a folder: a file is in its place", "move that file away")


def reason(error: OSError) -> str:
    """Why the system said no, in words."""
    import errno

    words = {
        errno.ENOSPC: "the disk is full",
        errno.EDQUOT: "your disk quota is used up",
        errno.EROFS: "it is on a read-only file system",
        errno.EACCES: "permission was denied",
        errno.EPERM: "permission was denied",
        errno.EFBIG: "the file would be larger than is allowed",
        errno.ENOTDIR: "a part of its path is a file",
        errno.ENAMETOOLONG: "its name is too long",
        errno.ELOOP: "its links go round in a circle",
    }
    return words.get(error.errno or 0) or (error.strerror or type(error).__name__).lower()

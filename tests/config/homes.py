"""A home for DeepChat in a test's own folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from deepchat.config.paths import Paths, find_paths, make_private_folder
from deepchat.config.settings import Settings, load_settings


@dataclass(frozen=True)
class Home:
    environ: dict[str, str]
    paths: Paths

    def config(self, content: str | bytes) -> None:
        """Write config.toml."""
        make_private_folder(self.paths.config)
        self.paths.config_file.write_bytes(content if isinstance(content, bytes) else content.encode())

    def load(self, overrides: dict[str, object] | None = None, **environ: str) -> Settings:
        return load_settings({**self.environ, **environ}, overrides or {})


def home_in(folder: Path) -> Home:
    environ = {"DEEPCHAT_HOME": str(folder / "home"), "PATH": "/usr/bin:/bin"}
    return Home(environ, find_paths(environ))

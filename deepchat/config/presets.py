"""Presets: a model, a system prompt and parameters under one name, each a file in presets/."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deepchat.config.fields import did_you_mean
from deepchat.config.files import Complaint, TomlFile, read_toml
from deepchat.config.paths import Paths, reason
from deepchat.config.settings import every_setting
from deepchat.errors import UsageError

_WORDS: Final = ("provider", "model", "system")
_PARAMETERS: Final = ("temperature", "top_p", "max_tokens", "reasoning_effort", "service_tier")


@dataclass(frozen=True, slots=True)
class Preset:
    """What it leaves empty stays as it is set elsewhere."""

    name: str
    """The file's name without .toml."""
    model: str
    provider: str
    system: str
    parameters: Mapping[str, object]
    """As in settings: temperature, top_p, max_tokens, reasoning_effort, service_tier."""
    complaints: tuple[Complaint, ...] = ()
    """What could not be used of its file."""

    def overrides(self) -> dict[str, object]:
        """What `load_settings` takes to use it."""
        words = {"model": self.model, "provider": self.provider, "system": self.system}
        return {**{key: value for key, value in words.items() if value}, **self.parameters}


def load_presets(paths: Paths) -> tuple[list[Preset], tuple[Complaint, ...]]:
    """All presets by name, and what could not be used of their files; a broken line costs only itself."""
    presets: list[Preset] = []
    complaints: list[Complaint] = []
    try:
        files = sorted(path for path in paths.presets_dir.iterdir() if path.suffix == ".toml")
    except FileNotFoundError:
        return [], ()
    except OSError as error:
        return [], (Complaint(paths.presets_dir, None, f"can't be read: {reason(error)}"),)
    for path in files:
        file = read_toml(path)
        preset = _read(path.stem, file)
        presets.append(preset)
        complaints += preset.complaints
    return presets, tuple(complaints)


def find_preset(presets: Iterable[Preset], name: str, folder: Path) -> Preset:
    """The preset of that name; UsageError, which names their folder, when there is none."""
    by_name = {preset.name: preset for preset in presets}
    if name in by_name:
        return by_name[name]
    have = f"there are: {', '.join(by_name)}" if by_name else f"make one: {folder / name}.toml"
    raise UsageError(f"there is no preset {name}{did_you_mean(name, by_name)}", have)


def _read(name: str, file: TomlFile) -> Preset:
    known = {key: one for key, one in every_setting().items() if key in _WORDS + _PARAMETERS}
    found: dict[str, object] = {}
    complaints = list(file.complaints)
    for key, value in file.values.items():
        if key not in known:
            guess = did_you_mean(key, known)
            complaints.append(file.complain((key,), f"{key} is not part of a preset{guess}; it is not used"))
            continue
        try:
            found[key] = known[key].read(value)
        except ValueError as error:
            complaints.append(file.complain((key,), f"{key} {error}; it is not used"))
    model, provider, system = (str(found.get(key, "")) for key in ("model", "provider", "system"))
    parameters = {key: found[key] for key in _PARAMETERS if key in found}
    return Preset(name, model, provider, system, parameters, tuple(complaints))

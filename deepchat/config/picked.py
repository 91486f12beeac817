"""What was picked in the app: models, a theme, what is shown; it goes to state.toml, never into the user's file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, cast

from deepchat.config.files import read_toml, update_state
from deepchat.config.readers import word
from deepchat.errors import ConfigError

MOST_RECENT: Final = 8
_TABLE: Final = "app"

Name = tuple[str, str]
"""A provider and its model."""


@dataclass(frozen=True, slots=True)
class Picked:
    """What the app remembers between two starts; what can't be read of it is forgotten."""

    theme: str = ""
    favourites: tuple[Name, ...] = ()
    recent: tuple[Name, ...] = ()
    """The last one picked comes first."""
    left_bar: bool = True
    right_bar: bool = True

    def using(self, name: Name) -> Picked:
        """The same after this model was picked."""
        return replace(self, recent=(name, *(one for one in self.recent if one != name))[:MOST_RECENT])

    def marking(self, name: Name) -> Picked:
        """The same with this model among the favourites, or no longer."""
        if name in self.favourites:
            return replace(self, favourites=tuple(one for one in self.favourites if one != name))
        return replace(self, favourites=(*self.favourites, name))


def load_picked(state_file: Path) -> Picked:
    """What was picked before."""
    table = read_toml(state_file).values.get(_TABLE)
    found: Mapping[str, object] = cast("Mapping[str, object]", table) if isinstance(table, Mapping) else {}
    theme = found.get("theme")
    return Picked(
        theme if isinstance(theme, str) else "",
        _names(found.get("favourites")),
        _names(found.get("recent")),
        found.get("left_bar") is not False,
        found.get("right_bar") is not False,
    )


def keep_picked(state_file: Path, picked: Picked) -> None:
    """Keep it for the next start; raises ConfigError."""
    told = {
        "theme": picked.theme,
        "favourites": [list(name) for name in picked.favourites],
        "recent": [list(name) for name in picked.recent],
        "left_bar": picked.left_bar,
        "right_bar": picked.right_bar,
    }
    update_state(state_file, {_TABLE: told})


def keep_model(state_file: Path, name: Name) -> None:
    """New conversations begin with this model from now on; raises ConfigError, also for a name that can't be read."""
    try:
        name = (word(name[0]), word(name[1]))
    except ValueError as error:
        raise ConfigError(
            "the model answers here, but can't be kept for the next start", f"its name {error}"
        ) from error
    update_state(state_file, {"provider": name[0], "model": name[1]})


def _names(value: object) -> tuple[Name, ...]:
    rows: Sequence[object] = cast("list[object]", value) if isinstance(value, list) else []
    found: list[Name] = []
    for row in rows:
        match row:
            case [str(provider), str(model)]:
                found.append((provider, model))
            case _:
                pass  # written by another version, or by hand
    return tuple(found)

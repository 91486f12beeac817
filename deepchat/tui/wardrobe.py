"""The colours that the app wears: found, checked, put on, and put on again when their file changes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deepchat.errors import ConfigError, UsageError
from deepchat.tui.dyes import ink_of
from deepchat.tui.themes import DARK, LIGHT, OWN, Palette, as_textual, available, changed, load_theme, stamps
from deepchat.tui.widgets.ink import Ink

if TYPE_CHECKING:
    from textual.app import App

LOOK_AGAIN_S: Final = 1.0
"""A file that was saved is seen so soon."""


class Wardrobe:
    """All themes, and the one that is worn."""

    def __init__(self, own: Path, chosen: str, *, dark: bool, has_colours: bool = True) -> None:
        """Nothing wrong with a theme keeps the app from starting: `faults` tells it, and the usual one is worn.

        Without colours every theme is the terminal's own one.
        """
        self._own = own
        self.has_colours = has_colours
        self._paths: Mapping[str, Path] = {}
        self.faults: list[ConfigError | UsageError] = []
        self._usual = DARK if dark else LIGHT
        try:
            self.palette = self.find(chosen or self._usual)
        except (ConfigError, UsageError) as fault:
            self.faults.append(fault)
            self.palette = self.find(self._usual)
        self._stamps = stamps(self._paths.values())

    @property
    def names(self) -> list[str]:
        """Of all themes."""
        return list(self._paths)

    def find(self, name: str) -> Palette:
        """The theme of this name; raises UsageError when there is none, ConfigError when it can't be used."""
        self._paths = available(self._own)
        if name not in self._paths:
            raise UsageError(f"there is no theme {name[:40]}", f"there are {', '.join(self._paths)}")
        return load_theme(self._paths[name if self.has_colours else OWN])

    def wear(self, app: App[int], palette: Palette) -> Ink:
        """Put it on; gives the colours for the transcript."""
        self.palette = palette
        app.register_theme(as_textual(palette))
        if app.theme == palette.name:  # the same name with other colours
            app.theme = "textual-dark"
        app.theme = palette.name
        return ink_of(palette)

    def look_again(self) -> Palette | None:
        """What is worn, when its file was changed; raises ConfigError when it can't be used any more."""
        path = self._paths.get(self.palette.name)
        if path is None or not changed([path], self._stamps):
            return None
        self._stamps.update(stamps([path]))
        return load_theme(path)

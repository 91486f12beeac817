"""Textual's strips, stylesheets and colours, thriftier: what they may remember has room when they do remember it.

Each strip came with seven caches, and each frame makes hundreds of strips that use one or two of them. Each change of
colours or of screens parsed all style sheets anew, and each look at a theme worked its colours out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from rich.segment import Segment
from textual.app import App
from textual.cache import FIFOCache, LRUCache
from textual.css.stylesheet import Stylesheet
from textual.strip import Strip
from textual.theme import BUILTIN_THEMES, Theme

CACHES: Final[Mapping[str, int]] = {
    "_divide_cache": 4,
    "_crop_cache": 16,
    "_style_cache": 16,
    "_filter_cache": 4,
    "_line_length_cache": 4,
    "_crop_extend_cache": 4,
    "_offsets_cache": 4,
}
"""What a strip remembers, and how much of each; as Textual has it."""
_MOST_SHEETS: Final = 512
"""Every screen that was opened and every kind of widget has one; Textual remembers 64, and goes round them."""


class ThriftyStylesheet(Stylesheet):
    """Parses each source once, as long as the colours stay the same."""

    def __init__(self, *, variables: dict[str, str] | None = None) -> None:
        super().__init__(variables=variables)
        self._parse_cache = LRUCache(_MOST_SHEETS)

    def set_variables(self, variables: dict[str, str]) -> None:
        """Nothing is forgotten when they are what they were."""
        if variables != self._variables:
            super().set_variables(variables)

    def reparse(self) -> None:
        """What stands is kept when a source is wrong, as Textual keeps it."""
        self._invalid_css.clear()
        self.parse()


class ThriftyApp(App[int]):
    """Works out the colours of each theme once."""

    _colours: tuple[Theme | None, dict[str, str]] = (None, {})

    def get_css_variables(self) -> dict[str, str]:
        """None of Textual's own theme, which nobody wears: Textual asks for them before it can be told of another."""
        theme = self.current_theme
        if theme is not self._colours[0] and theme is not BUILTIN_THEMES.get(theme.name):
            self._colours = theme, super().get_css_variables()
        return self._colours[1]


class _Thrifty(Strip):
    """Lends its two methods to Textual's own class, which Textual makes all strips of."""

    __slots__ = ()

    def __init__(self, segments: Iterable[Segment], cell_length: int | None = None) -> None:
        self._segments = list(segments)
        self._cell_length = cell_length
        self._render_cache = self._link_ids = self._cell_count = None

    def __getattr__(self, name: str) -> FIFOCache[object, object]:
        """The cache that is looked for the first time: its slot is empty."""
        if name not in CACHES:
            raise AttributeError(name)
        cache: FIFOCache[object, object] = FIFOCache(CACHES[name])
        setattr(self, name, cache)
        return cache


def make_strips_thrifty() -> None:
    """From now on, for every strip of this process."""
    for lent in ("__init__", "__getattr__"):
        setattr(Strip, lent, vars(_Thrifty)[lent])

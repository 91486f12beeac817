"""The colours of a theme as the transcript's painter needs them."""

from __future__ import annotations

from collections.abc import Mapping

from rich.style import Style


class Ink:
    """Styles by their names; several names in one, joined by blanks, are laid over each other."""

    def __init__(self, styles: Mapping[str, str]) -> None:
        """Each a definition as rich writes them: `bold #80d0ff on #202020`."""
        self._styles = {name: Style.parse(definition) for name, definition in styles.items()}
        self._mixed: dict[str, Style] = {}

    def __getitem__(self, names: str) -> Style:
        """The style of these names; one that the theme has not is plain."""
        found = self._mixed.get(names)
        if found is None:
            found = Style.combine(self._styles.get(name, Style.null()) for name in names.split())
            self._mixed[names] = found
        return found

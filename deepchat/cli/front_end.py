"""Opens the app: on the screen, in plain lines, or for the tour."""

from __future__ import annotations

from collections.abc import Mapping

from deepchat.tui import line_editing
from deepchat.tui.starting import TOUR, Start


def open_app(
    start: Start,
    overrides: Mapping[str, object] | None = None,
    preset: str = "",
    *,
    plain: bool = False,
    demo: bool = False,
) -> int:
    """Show it until it is closed; the exit status."""
    if plain:
        return _show(start, overrides or {}, preset, plain=True, demo=demo)
    with line_editing.switched_off():
        return _show(start, overrides or {}, preset, plain=False, demo=demo)


def _show(start: Start, overrides: Mapping[str, object], preset: str, *, plain: bool, demo: bool) -> int:
    if plain:
        from deepchat.cli.plain import run as show
    else:
        from deepchat.tui.run import run as show
    if not demo:
        status = show(overrides, preset, start)
        if status != TOUR:
            return status
        overrides, start = {}, Start(theme=start.theme)
        if not plain:
            line_editing.switch_off()
    from deepchat.cli.demo import tour

    return tour(overrides, start, show)

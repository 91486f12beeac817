"""Which colours of a theme the transcript's parts are painted in."""

from __future__ import annotations

from deepchat.tui.themes import Palette
from deepchat.tui.widgets.ink import Ink


def ink_of(palette: Palette) -> Ink:
    """The styles of the transcript, by their names."""
    selected = f"{palette.selected_text} on {palette.selection}" if palette.own else f"on {palette.selection}"
    styles = {**_words(palette), **_code(palette), **_edges(palette), "selection": selected}
    return Ink(styles)


def _words(palette: Palette) -> dict[str, str]:
    return {
        "text": palette.assistant,
        "em": "italic",
        "strong": "bold",
        "strike": "strike",
        "code": f"{palette.syntax.string} on {palette.code_background}",
        "link": f"underline {palette.link}",
        "image": f"italic {palette.link}",
        "h1": f"bold underline {palette.accent}",
        "h2": f"bold {palette.accent}",
        "h3": f"bold {palette.text}",
        "h4": f"italic {palette.text}",
        "bullet": palette.accent,
        "task.open": palette.muted,
        "task.done": palette.success,
        "quote": palette.muted,
        "rule": palette.border,
        "table.head": f"bold {palette.text}",
        "table.rule": palette.border,
        "html": palette.muted,
        "note": palette.muted,
    }


def _code(palette: Palette) -> dict[str, str]:
    syntax, back = palette.syntax, f"on {palette.code_background}"
    return {
        "code.block": back,
        "code.label": f"italic {palette.muted} {back}",
        "code.text": f"{syntax.name} {back}",
        "code.keyword": f"{syntax.keyword} {back}",
        "code.string": f"{syntax.string} {back}",
        "code.number": f"{syntax.number} {back}",
        "code.comment": f"italic {syntax.comment} {back}",
        "code.name": f"{syntax.function} {back}",
        "code.type": f"{syntax.type} {back}",
        "code.operator": f"{syntax.operator} {back}",
        "code.error": f"{palette.error} {back}",
        "code.added": f"{palette.success} {back}",
        "code.removed": f"{palette.error} {back}",
    }


def _edges(palette: Palette) -> dict[str, str]:
    return {
        "head.user": f"bold {palette.user}",
        "head.assistant": f"bold {palette.accent}",
        "head.system": f"bold {palette.muted}",
        "siblings": palette.accent,
        "meta": palette.muted,
        "thought": f"italic {palette.muted}",
        "thought.head": palette.muted,
        "thought.rule": palette.border,
        "warning": palette.warning,
        "error": palette.error,
        "cursor": palette.accent,
        "found": f"reverse {palette.warning}",
    }

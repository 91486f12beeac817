"""From the command line to the app and back: the terminal is asked first, and given back last."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from deepchat.config.picked import load_picked
from deepchat.safe_text import make_safe
from deepchat.tui import line_editing, terminal
from deepchat.tui.bridge import Bridge
from deepchat.tui.driver import SafeLinuxDriver
from deepchat.tui.wardrobe import Wardrobe
from deepchat.workspace.crash import keep_report
from deepchat.workspace.workspace import Workspace

if TYPE_CHECKING:
    from deepchat.tui.app import DeepChat
    from deepchat.tui.starting import Start

GARBAGE_AT: Final = 50_000
"""Objects made before garbage is looked for: a long conversation makes hundreds of thousands that all stay."""


def run(overrides: Mapping[str, object], preset: str, start: Start) -> int:
    """Show the app until it is closed; the exit status. Raises UsageError or ConfigError before anything is drawn."""
    terminal.require_terminal()
    piped = terminal.take_piped()
    if piped:
        start = replace(start, piped=piped.text, piped_too_long=piped.cut)
    terminal.come_to_front()
    with line_editing.switched_off():
        return _run(overrides, preset, start)


def _run(overrides: Mapping[str, object], preset: str, start: Start) -> int:
    from deepchat.tui.app import DeepChat  # the heaviest part

    gc.freeze()  # what was loaded stays
    gc.set_threshold(GARBAGE_AT, 20, 20)
    workspace = Workspace(overrides, preset)
    background = terminal.find_background(os.environ)
    chosen = start.theme or load_picked(workspace.paths.state_file).theme
    has_colours = not os.environ.get("NO_COLOR")
    wardrobe = Wardrobe(workspace.paths.themes_dir, chosen, dark=background.dark, has_colours=has_colours)
    SafeLinuxDriver.heard_before = background.heard
    bridge = Bridge(workspace)
    return _show(DeepChat(bridge, start, wardrobe), bridge)


def _show(app: DeepChat, bridge: Bridge) -> int:
    try:
        status = app.run() or 0
    finally:
        app.close()
        bridge.close()
    if app.fault:
        where = keep_report(app.fault)
        report = f"please report it with {where}" if where else "please report it"
        kept = "" if bridge.failure else "nothing that was said is lost; "
        print(f"deepchat: this is a fault in DeepChat: {type(app.fault).__name__}", file=sys.stderr)
        print(f"  {kept}{report}", file=sys.stderr)
    if bridge.failure:
        print(f"deepchat: {make_safe(str(bridge.failure))}", file=sys.stderr)
    return 1 if app.fault or bridge.failure else app.return_code or status

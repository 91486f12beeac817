"""The smallest app on our driver: it notes in a file what reached it, and shows the number of notes."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import Static

from deepchat.tui.driver import PasteCut, SafeLinuxDriver
from deepchat.tui.endings import install_endings


class SmallApp(App[None]):
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, notes: Path) -> None:
        super().__init__(driver_class=SafeLinuxDriver)
        self._notes = notes
        self._count = 0

    def compose(self) -> ComposeResult:
        yield Static("ready", id="shown")

    def on_mount(self) -> None:
        install_endings(self)

    def on_unmount(self) -> None:
        self._note("unmounted")

    def on_key(self, event: events.Key) -> None:
        self._note(f"key {event.key} {event.character if event.is_printable else None!r}")
        if event.key == "ctrl+z":
            self.action_suspend_process()
        if event.key == "ctrl+x":
            raise RuntimeError("a fault of our own")
        if event.key == "f12":
            sys.exit(3)
        if event.key == "f11":
            time.sleep(60)

    def on_paste(self, event: events.Paste) -> None:
        self._note(f"paste {event.text!r}" if len(event.text) < 1000 else f"paste of {len(event.text)}")

    def on_paste_cut(self, event: PasteCut) -> None:
        self._note(f"cut {event.cut}")

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self._note(f"mouse {event.x} {event.y}")

    def _note(self, what: str) -> None:
        self._count += 1
        with self._notes.open("a", errors="backslashreplace") as file:
            file.write(f"{what}\n")
        if self.is_running:
            self.query_one("#shown", Static).update(f"noted {self._count}")


if __name__ == "__main__":
    app = SmallApp(Path(sys.argv[1]))
    app.run()
    sys.exit(app.return_code or 0)

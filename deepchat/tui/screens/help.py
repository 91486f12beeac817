"""All keys and commands on one page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from textwrap import wrap
from typing import ClassVar, Final, Protocol

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from deepchat.tui.compositor import ThriftyScreen

_WRITING: Final = (
    ("enter", "send"),
    ("ctrl+j, shift+enter, alt+enter", "break the line"),
    ("up, down", "earlier questions"),
    ("esc", "stop the answer"),
    ("esc esc", "edit the last question"),
    ("ctrl+g", "write in your own editor"),
    ("/  @", "commands, files"),
    ("tab", "to the conversation, where single letters are keys, and back"),
)
_LEAST_ROOM: Final = 20
"""Columns in which a few words can be read."""
_BELOW: Final = "    "


class Row(Protocol):
    """What is told of a command."""

    @property
    def name(self) -> str: ...
    @property
    def about(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def argument(self) -> str: ...
    @property
    def group(self) -> str: ...


class Help(ModalScreen[None], ThriftyScreen[None]):
    """Esc closes it."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,f1", "leave", show=False)]

    def __init__(self, rows: Sequence[Row]) -> None:
        super().__init__()
        self._rows = rows

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="help"):
            yield Static()

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    @on(events.Resize)
    def _fit(self) -> None:
        # The box has its new size once this is over.
        self.call_after_refresh(self._tell)

    def action_leave(self) -> None:
        """Back to the conversation."""
        self.dismiss(None)

    def _tell(self) -> None:
        width = self.query_one(VerticalScroll).scrollable_content_region.width
        self.query_one(Static).update(Content("\n").join(self._lines(width)))

    def _lines(self, width: int) -> Iterator[Content]:
        yield _head("writing")
        for key, about in _WRITING:
            yield from _told(Content.styled(f"{key:<32}", "$accent"), about, width)
        for group, rows in groupby(self._rows, key=lambda row: row.group):
            yield Content("")
            yield _head(group)
            for row in rows:
                command = f"/{row.name}{f' {row.argument}' if row.argument else ''}"
                key = row.key.replace(",", ", ").replace("slash", "/")
                keys = Content.assemble((f"{key:<12}", "$accent"), (f"{command:<26}", "bold"))
                yield from _told(keys, row.about, width)
        yield Content("")
        yield from _told(Content(""), "keys are changed in [keys] of config.toml · esc closes this", width)


def _head(text: str) -> Content:
    return Content.styled(text, "bold $primary")


def _told(keys: Content, about: str, width: int) -> Iterator[Content]:
    """What they do stands beside the keys, or below them where there is no room."""
    if width - keys.cell_length < _LEAST_ROOM:
        yield keys.rstrip().truncate(width, ellipsis=True)
        keys = Content(_BELOW)
    first = keys
    for line in wrap(about, max(1, width - keys.cell_length)):
        yield first + line
        first = Content(" " * keys.cell_length)

"""All keys and commands on one page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import ClassVar, Final, Protocol

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

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


class Help(ModalScreen[None]):
    """Esc closes it."""

    CSS_PATH = "help.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,f1", "leave", show=False)]

    def __init__(self, rows: Sequence[Row]) -> None:
        super().__init__()
        self._rows = rows

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="help"):
            yield Static(Content("\n").join(list(self._lines())))

    def on_mount(self) -> None:
        self.query_one(VerticalScroll).focus()

    def action_leave(self) -> None:
        """Back to the conversation."""
        self.dismiss(None)

    def _lines(self) -> Iterator[Content]:
        yield _head("writing")
        for key, about in _WRITING:
            yield Content.assemble((f"{key:<32}", "$accent"), about)
        for group, rows in groupby(self._rows, key=lambda row: row.group):
            yield Content("")
            yield _head(group)
            for row in rows:
                command = f"/{row.name}{f' {row.argument}' if row.argument else ''}"
                key = row.key.replace(",", ", ").replace("slash", "/")
                yield Content.assemble((f"{key:<12}", "$accent"), (f"{command:<26}", "bold"), row.about)
        yield Content("")
        yield Content.styled("keys are changed in [keys] of config.toml · esc closes this", "$text-muted")


def _head(text: str) -> Content:
    return Content.styled(text, "bold $primary")

"""The line that is written in, and around it what is made when it first has something to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from deepchat.tui.widgets.editor import Editor

if TYPE_CHECKING:  # the first frame shows none of them
    from deepchat.tui.widgets.completion import Choices
    from deepchat.tui.widgets.shelf import Shelf


class ComposerRows(Widget):
    """Where each of them stands."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._editor = Editor()
        self._line = Horizontal()
        self._choices: Choices | None = None
        self._shelf: Shelf | None = None
        self._hint = Static(classes="composer--hint", markup=False)
        self._note: Static | None = None

    def compose(self) -> ComposeResult:
        """The list lies over what is above; the rest is rows. What was asked for before it stands here too."""
        yield from (above for above in (self._choices, self._shelf, self._note) if above)
        with self._line:
            yield Static(Content("❯ "), classes="composer--mark")
            yield self._editor
            yield self._hint

    def _ready_choices(self) -> Choices:
        """The list of what may stand there."""
        if self._choices is None:
            from deepchat.tui.widgets.completion import Choices

            self._choices = Choices()
            if self._line.is_attached:
                self.mount(self._choices, before=0)
        return self._choices

    def _ready_shelf(self) -> Shelf:
        """What waits, and what goes along."""
        if self._shelf is None:
            from deepchat.tui.widgets.shelf import Shelf

            self._shelf = Shelf()
            if self._line.is_attached:
                self.mount(self._shelf, before=self._note or self._line)
        return self._shelf

    def _show_note(self, words: Content) -> None:
        """Above the line."""
        if self._note is None and words.plain:
            self._note = Static(classes="composer--note", markup=False)
            if self._line.is_attached:
                self.mount(self._note, before=self._line)
        if self._note:
            self._note.update(words)

"""Where a question is written: one line that grows, with what waits and what goes along above it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from textual import events, on
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.timer import Timer
from textual.widgets import TextArea

from deepchat.safe_text import one_line
from deepchat.tui.widgets.chip_area import ChipArea
from deepchat.tui.widgets.composer_rows import ComposerRows
from deepchat.tui.widgets.editor import Editor
from deepchat.tui.widgets.offers import Choice, Offers, no_offers

if TYPE_CHECKING:
    from deepchat.tui.widgets.completion import Choices
    from deepchat.tui.widgets.shelf import Shelf

DRAFT_AFTER_S: Final = 0.3
NARROW: Final = 44
"""Below so many columns there is no room for hints."""
MOST_NOTE: Final = 120


class Composer(ComposerRows):
    """Takes a question and says what was done with it; it asks nothing of the screen but to be given things."""

    DEFAULT_CSS = """
    Composer {
        height: auto;
        & Horizontal { height: auto; padding: 0 1; }
        & .composer--mark { width: 2; color: $primary; text-style: bold; }
        & .composer--hint { width: auto; max-width: 40%; padding: 0 0 0 2; color: $text-muted; }
        & .composer--note { display: none; height: auto; padding: 0 1; color: $text-muted; }
        &.-narrow .composer--hint { display: none; }
        &.-noted .composer--note { display: block; }
        &.-locked .composer--mark { color: $text-muted; }
    }
    """

    offers: reactive[Offers] = reactive(lambda: no_offers, repaint=False)
    """For the word being typed, what may stand there."""
    history: reactive[Sequence[str]] = reactive((), repaint=False)
    """Earlier questions, the newest last."""
    queued: reactive[tuple[str, ...]] = reactive((), repaint=False)
    """Questions that wait until the answer before them is there."""
    waiting: reactive[tuple[str, ...]] = reactive((), repaint=False)
    """Those that wait, behind these, until a command is obeyed."""
    hint: reactive[str] = reactive("", repaint=False)
    """What stands at the right of the line."""
    busy: reactive[bool] = reactive(False, repaint=False)
    """An answer streams, so a question would wait."""
    locked: reactive[str] = reactive("", repaint=False)
    """Why nothing but commands can be said here; empty where all can."""
    editing: reactive[str] = reactive("", repaint=False)
    """That an earlier question stands there, in words; empty where none does."""

    @dataclass
    class Sent(Message):
        """A question was sent; the composer is empty again."""

        text: str
        """Exactly what was typed and pasted; never blank."""
        files: tuple[Path, ...]
        """What goes along."""
        typed: frozenset[str] = frozenset()
        """What is named in it after an @ by hand."""

    @dataclass
    class Drafted(Message):
        """The text was changed a moment ago."""

        text: str
        """All of it, for keeping; empty once it was sent."""

    @dataclass
    class Refused(Message):
        """Something that was asked for can't be done."""

        why: str
        """In words."""

    class EditorWanted(Message):
        """The text is to be edited in the user's own editor, and given back by `put_text`."""

    class LastQuestionWanted(Message):
        """The last question is to be edited."""

    @dataclass
    class EditLeft(Message):
        """The earlier question is not to be edited any more."""

        emptied: bool
        """It was deleted."""

    class StopWanted(Message):
        """The answer that streams is to stop."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._soon: Timer | None = None
        """Set while a change waits to be told."""
        self._told = ""
        """The text that was last told."""

    def on_mount(self) -> None:
        """Show what the editor offers."""
        self.watch(self._editor, "choice", self._show_choice)

    def _watch_offers(self, offers: Offers) -> None:
        self._editor.offers = offers

    def _watch_history(self, history: Sequence[str]) -> None:
        self._editor.earlier = history

    def _watch_queued(self, queued: tuple[str, ...]) -> None:
        if queued or self._shelf:
            self._ready_shelf().queued = queued

    def _watch_waiting(self, waiting: tuple[str, ...]) -> None:
        if waiting or self._shelf:
            self._ready_shelf().waiting = waiting

    def _watch_hint(self, hint: str) -> None:
        self._hint.update(Content(one_line(hint)))

    def _watch_busy(self, busy: bool) -> None:
        self._editor.busy = busy
        self._invite()

    def _watch_locked(self, locked: str) -> None:
        self.set_class(bool(locked), "-locked")
        self._tell_note()
        self._invite()

    def _watch_editing(self) -> None:
        self._tell_note()

    def _show_choice(self, choice: Choice) -> None:
        if choice or self._choices:
            self._ready_choices().choice = choice

    @on(events.Resize)
    def _fit_in(self) -> None:
        self.set_class(self.size.width < NARROW, "-narrow")
        self._invite()

    @on(TextArea.Changed)
    def _tell_soon(self, event: TextArea.Changed) -> None:
        event.stop()
        if self.editing and not self.text:
            self.post_message(self.EditLeft(emptied=True))
        if self._soon is None:
            self._soon = self.set_timer(DRAFT_AFTER_S, self._tell)

    @on(events.DescendantBlur)
    def _tell(self) -> None:
        self._forget_timer()
        if self.text != self._told:
            self._told = self.text
            self.post_message(self.Drafted(self._told))

    @on(Editor.Submitted)
    def _send(self, event: Editor.Submitted) -> None:
        event.stop()
        if self.locked and not event.text.startswith("/"):
            self._editor.put(event.text, event.typed)
            self.post_message(self.Refused(self.locked))
            return
        self.post_message(self.Sent(event.text, self.files, event.typed))
        self._leave_behind()
        self._forget_timer()
        self._told = self.text
        self.post_message(self.Drafted(self._told))

    @on(Editor.Left)
    def _leave(self, event: Editor.Left) -> None:
        event.stop()
        if self.editing:
            self.post_message(self.EditLeft(emptied=False))
        else:
            self.post_message(self.LastQuestionWanted() if event.again else self.StopWanted())

    @on(Editor.OutsideWanted)
    def _leave_for_editor(self, event: Editor.OutsideWanted) -> None:
        event.stop()
        self.post_message(self.EditorWanted())

    @on(Editor.NothingToSend)
    def _refuse_blank(self, event: Editor.NothingToSend) -> None:
        event.stop()
        files = len(self.files)
        self.post_message(self.Refused("say what to do with the files" if files else "there is nothing to send"))

    @on(ChipArea.TooLong)
    def _refuse_unfolding(self, event: ChipArea.TooLong) -> None:
        event.stop()
        self.post_message(self.Refused("this paste is too long to be shown here; your own editor can open it"))

    @on(ChipArea.Dropped)
    def _take_files(self, event: ChipArea.Dropped) -> None:
        event.stop()
        for file in event.files:
            self.attach(file)

    @on(Editor.BackedOut)
    def _take_last_off(self, event: Editor.BackedOut) -> None:
        event.stop()
        if self._shelf:
            self._shelf.files = self._shelf.files[:-1]

    # These are heard by their names: who sends them is loaded when it is first shown.

    def on_shelf_file_clicked(self, event: Shelf.FileClicked) -> None:
        event.stop()
        shelf = self._ready_shelf()
        shelf.files = tuple(file for file in shelf.files if file != event.file)

    def on_choices_picked(self, event: Choices.Picked) -> None:
        event.stop()
        self._editor.take(event.at)

    @property
    def text(self) -> str:
        """What stands there, exactly: chips are unfolded."""
        return self._editor.exact_text

    @property
    def files(self) -> tuple[Path, ...]:
        """What goes along with the next question."""
        return tuple(file.path for file in self._shelf.files) if self._shelf else ()

    @property
    def typed(self) -> frozenset[str]:
        """What is named after an @ by hand: what came in any other way may be somebody else's words."""
        return self._editor.typed

    def put_text(self, text: str, typed: Collection[str] = ()) -> None:
        """Replace all of the text, with the cursor at its end; what is too long for the line is folded.

        Of what it names after an @, this much is meant.
        """
        self._editor.put(text, typed)

    def select(self, words: str) -> None:
        """Select these words where they first stand, so that what is typed takes their place."""
        self._editor.select(words)

    def attach(self, path: Path) -> None:
        """Let this file go along with the next question; says by `Refused` why it can't."""
        if why_not := self._ready_shelf().take(path):
            self.post_message(self.Refused(why_not))

    def clear(self) -> None:
        """Take away the text and the files."""
        self._editor.put("")
        self._leave_behind()

    def focus(self, scroll_visible: bool = True) -> Self:
        """Let typing go here."""
        self._editor.focus(scroll_visible)
        return self

    def _invite(self) -> None:
        if self.locked:
            words = ("/ commands", "/ commands")
        elif self.busy:
            words = ("Enter queues · Esc stops", "Enter queues")
        else:
            words = ("Ask anything · / commands · @ files", "Ask anything")
        self._editor.placeholder = Content(words[self.has_class("-narrow")])

    def _tell_note(self) -> None:
        note = self.locked or self.editing
        self._show_note(Content(one_line(note, MOST_NOTE)))
        self.set_class(bool(note), "-noted")

    def _leave_behind(self) -> None:
        if self._shelf:
            self._shelf.files = ()

    def _forget_timer(self) -> None:
        if self._soon:
            self._soon.stop()
        self._soon = None

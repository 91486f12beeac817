"""The text line of the composer: what its keys do."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from textual import events, on
from textual.binding import Binding, BindingType
from textual.geometry import Offset
from textual.message import Message
from textual.reactive import reactive
from textual.widgets.text_area import Location, Selection

from deepchat.tui.widgets.chip_area import ChipArea
from deepchat.tui.widgets.mentions import TypedNames, word_around
from deepchat.tui.widgets.offers import Choice, Offers, no_offers, word_before
from deepchat.tui.widgets.recall import Recall
from deepchat.tui.widgets.typed import fit, typed

TWICE_WITHIN_S: Final = 0.6
"""Two presses of Escape within this time are one wish."""


class Editor(ChipArea):
    """Sends, completes and recalls; each key has done its work before the next one is looked at."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "send", "Send", id="composer.send", show=False),
        Binding(
            "ctrl+j,shift+enter,alt+enter,ctrl+enter", "newline", "Break the line", id="composer.newline", show=False
        ),
        Binding("tab", "complete", "Complete", id="composer.complete", show=False),
        Binding("escape", "leave", "Close the list, or stop", id="composer.stop", show=False),
        Binding("ctrl+g", "edit_outside", "Open in $EDITOR", id="composer.editor", show=False),
    ]

    choice: reactive[Choice] = reactive(Choice(), repaint=False)

    @dataclass
    class Submitted(Message):
        """Something is to be sent; the line is empty again."""

        text: str
        """Never blank."""
        typed: frozenset[str]
        """What was named in it by hand."""

    class NothingToSend(Message):
        """Enter was pressed on a blank line."""

    @dataclass
    class Left(Message):
        """Escape was pressed, and no list was open."""

        again: bool
        """Just after another time, on an empty line, while nothing streams."""

    class PastEnd(Message):
        """End was pressed where nothing is written."""

    class BackedOut(Message):
        """Backspace was pressed with nothing before it."""

    class OutsideWanted(Message):
        """The text is to be edited in another program."""

    def __init__(self) -> None:
        self.offers: Offers = no_offers
        self.earlier: Sequence[str] = ()
        self.busy = False
        self._recall = Recall()
        self._typed = TypedNames()
        self._dismissed: Location | None = None
        """Where the word begins for which the list was closed."""
        self._left_at_s = -TWICE_WITHIN_S
        super().__init__()
        self.cursor_blink = False  # nothing else moves while nobody does anything

    def watch_selection(self) -> None:
        """Offer what fits the word before the cursor, wherever it went."""
        word, start = self._word()
        if not word:
            self._dismissed = None
        offers = () if not word or start == self._dismissed else tuple(self.offers(word))
        only_itself = len(offers) == 1 and offers[0].word.strip() == word
        if only_itself or offers != self.choice.offers:
            self.choice = Choice() if only_itself else Choice(offers)

    async def _on_key(self, event: events.Key) -> None:
        # Textual runs bindings only after the key went up to the app, when later keys may be in the text already.
        event.prevent_default()
        self._restart_blink()
        before = word_around(*self._place)[0] if self.selection.is_empty else ""
        if character := typed(event.key, event.character):
            event.stop()
            self._replace_via_keyboard(character, *self.selection)
            self._typed.typed(character, before, *self._place)
        elif (bound := self.screen.active_bindings.get(event.key)) and bound.node is self and bound.enabled:
            event.stop()
            await self.run_action(bound.binding.action)
            if bound.binding.action.startswith("delete"):
                self._typed.deleted(before, *self._place)

    @on(events.Blur)
    def _close_list(self) -> None:
        self.choice = Choice()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Without a list, Tab goes on to the next widget."""
        return bool(self.choice) if action == "complete" else super().check_action(action, parameters)

    def action_send(self) -> None:
        """Take the chosen offer, or break the line after a backslash, or else send."""
        (row, column), (word, _) = self.cursor_location, self._word()
        if self.choice and self.choice.chosen.word.strip() != word:
            self.action_complete()
        elif self.document.get_line(row)[:column].endswith("\\"):
            self._replace_via_keyboard("\n", (row, column - 1), (row, column))
        elif not (text := self.exact_text).strip():
            self.post_message(self.NothingToSend())
        else:
            self.post_message(self.Submitted(text, self.typed))  # before it is told that the line is empty
            self.put("")

    def action_newline(self) -> None:
        """Break the line."""
        self._replace_via_keyboard("\n", *self.selection)

    def action_complete(self) -> None:
        """Put the chosen offer in place of the word."""
        _, start = self._word()
        self._typed.add(self.choice.chosen.word.rstrip())
        self._replace_via_keyboard(self.choice.chosen.word, start, self.cursor_location)

    def action_leave(self) -> None:
        """Close the list; without one, tell that the answer is to stop."""
        if self.choice:
            self._dismiss()
            return
        now_s = time.monotonic()
        again = not self.text and not self.busy and now_s - self._left_at_s < TWICE_WITHIN_S
        self._left_at_s = -TWICE_WITHIN_S if again or self.busy or self.text else now_s
        self.post_message(self.Left(again))

    def action_edit_outside(self) -> None:
        """Ask for another editor."""
        self.post_message(self.OutsideWanted())

    def action_cursor_up(self, select: bool = False) -> None:
        """Go up in the list, else in the text, else to an earlier question."""
        if self.choice:
            self.choice = self.choice.moved(-1)
        elif select or self._row > 0 or (text := self._recall.older(self.text, self.earlier)) is None:
            super().action_cursor_up(select)
        else:
            self._recalled(text)
            self.move_cursor(self.wrapped_document.offset_to_location(Offset(self.wrap_width, 0)))

    def _action_cursor_line_end(self, select: bool = False) -> None:
        """Where nothing is written, the end of something else is meant."""
        if self.text:
            self.action_cursor_line_end(select)
        else:
            self.post_message(self.PastEnd())

    def action_cursor_down(self, select: bool = False) -> None:
        """Go down in the list, else in the text, else to a later question."""
        if self.choice:
            self.choice = self.choice.moved(1)
        elif select or self._row < self.wrapped_document.height - 1 or (text := self._recall.newer(self.text)) is None:
            super().action_cursor_down(select)
        else:
            self._recalled(text)

    def action_delete_left(self) -> None:
        """Delete what is before the cursor; where nothing is, tell so."""
        if self.selection.is_empty and self.cursor_at_start_of_text:
            self.post_message(self.BackedOut())
        else:
            super().action_delete_left()

    def take(self, at: int) -> None:
        """Put the offer at this place in."""
        if at < len(self.choice.offers):
            self.choice = Choice(self.choice.offers, at)
            self.action_complete()
        self.focus()

    @property
    def typed(self) -> frozenset[str]:
        """What is named after an @ by hand."""
        return self._typed.names

    def put(self, text: str, typed: Collection[str] = ()) -> None:
        """Replace all, with the cursor at the end; what was there before can't be brought back by undo.

        Of what it names after an @, this much is meant.
        """
        self._recall.end()
        self._typed.names = frozenset(typed)
        self.load_text(self.chips.refolded(fit(text)))
        if not text:
            self.chips.forget_old()
        self.move_cursor(self.document.end)
        self._dismiss()

    def select(self, words: str) -> None:
        """Select these words where they first stand, if they do."""
        before, found, _ = self.text.partition(words)
        if found:
            row = before.count("\n")
            start = (row, len(before) - before.rfind("\n") - 1)
            self.selection = Selection(start, (row, start[1] + len(words)))

    @property
    def _place(self) -> tuple[str, int]:
        """The line that the cursor is in, and its column there."""
        row, column = self.cursor_location
        return self.document.get_line(row), column

    @property
    def _row(self) -> int:
        return self.wrapped_document.location_to_offset(self.cursor_location).y

    def _word(self) -> tuple[str, Location]:
        """The word being typed, and where it begins; none while something is selected."""
        row, column = self.cursor_location
        before = self.document.get_line(row)[:column] if self.selection.is_empty else ""
        word = word_before(before, first=row == 0)
        return word, (row, column - len(word))

    def _recalled(self, text: str) -> None:
        refolded = text if text == self.text else self.chips.refolded(text)
        self.replace(refolded, (0, 0), self.document.end, maintain_selection_offset=False)
        self._dismiss()

    def _dismiss(self) -> None:
        word, start = self._word()
        self._dismissed = start if word else None
        self.choice = Choice()

"""A question that stands in the composer to be asked otherwise: until it is sent, given up, or deleted there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepchat.tui import writing
from deepchat.tui.page import written_in
from deepchat.tui.widgets.sheet_edges import when

if TYPE_CHECKING:
    from deepchat.conversation.tree import Node
    from deepchat.tui.held import Held
    from deepchat.tui.widgets.composer import Composer


class Editing:
    """What is edited, if anything is, and what stood there before."""

    def __init__(self, composer: Composer) -> None:
        self.question: Node | None = None
        self._composer = composer
        self._stood = ""
        self._typed: frozenset[str] = frozenset()

    def begin(self, held: Held, question: Node) -> bool:
        """Put it there; whether other words stood there."""
        if not self.question:
            self._stood, self._typed = self._composer.text, self._composer.typed
        stood = writing.put_over(self._composer, held, written_in(question.message))
        self.go_on(question)
        return stood

    def go_on(self, question: Node) -> None:
        """It stands there, and what is sent takes its place."""
        self.question = question
        self._composer.editing = f"editing the question of {when(question.created_ms)} · esc leaves"

    def end(self) -> Node | None:
        """What is sent from now on is a question of its own; the one that was edited until now."""
        question, self.question = self.question, None
        self._composer.editing = ""
        return question

    def leave(self) -> None:
        """End it, and let stand there what stood there before."""
        if self.end():
            self._composer.put_text(self._stood, self._typed)

"""Asks the user whether a tool may run: one question at a time, with what it would be called with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from deepchat.safe_text import one_line
from deepchat.secret import scrub
from deepchat.tui.screens.confirm import Confirm

if TYPE_CHECKING:
    from textual.app import App

    from deepchat.conversation.permission import WantedCall
    from deepchat.tui.hearing import ToAllow
    from deepchat.tui.held import Held

_ALWAYS: Final = "In this conversation"


class Permissions:
    """Looks for calls that wait, whatever conversation they belong to."""

    def __init__(self, app: App[int]) -> None:
        self._app = app
        self._asked: tuple[ToAllow, Confirm] | None = None

    def look(self, held: Held) -> None:
        """Ask about the next call of this conversation; a question that nobody waits for any more goes away."""
        if self._asked:
            waiting, screen = self._asked
            if waiting.answer.done():
                self._asked = None
                if screen.is_attached and screen.is_current:
                    screen.dismiss(False)
            return
        wanted = held.hearing.wanted if held.hearing else None
        if wanted:
            self._ask(held, wanted.popleft())

    def _ask(self, held: Held, waiting: ToAllow) -> None:
        call = waiting.call
        if call.tool in held.allowed:
            _answer(waiting, yes=True)
            return
        screen = asking(call, held.page.title)

        def answered(yes: bool | None) -> None:
            if yes and screen.goes_further:
                held.allowed.add(call.tool)
            _answer(waiting, yes=bool(yes))
            self._asked = None

        self._asked = waiting, screen
        self._app.push_screen(screen, answered)


def asking(call: WantedCall, title: str) -> Confirm:
    """The question about a call in the conversation of this title."""
    where = f"«{one_line(title, 60)}»" if title else "this conversation"
    # What it is called with first: a server can describe its tool at length, and push it out of sight.
    what = f"So the model calls it in {where}.\n\n{call.tool} {call.may}."
    return Confirm(f"May {call.tool} run?", what, exactly=scrub(call.arguments), yes="Once", also=_ALWAYS)


def _answer(waiting: ToAllow, *, yes: bool) -> None:
    if waiting.answer.set_running_or_notify_cancel():
        waiting.answer.set_result(yes)

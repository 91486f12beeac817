"""What screens and widgets ask for goes to the commands."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from textual import on

from deepchat.conversation.tokens import estimate_tokens
from deepchat.tui.commands.table import BY_NAME
from deepchat.tui.driver import PasteCut
from deepchat.tui.keys_in_turn import KeysInTurn
from deepchat.tui.widgets.composer import Composer
from deepchat.tui.widgets.transcript import Transcript

if TYPE_CHECKING:
    from deepchat.tui.stage import Stage

START_LIMIT_S: Final = 10.0
"""A slow machine loads the commands and opens the store in less."""
_NEEDS_NOTHING: Final = frozenset({"stop", "quit"})
"""Commands that are obeyed before a conversation is open."""
ON_A_MESSAGE: Final = frozenset(
    {"edit", "retry", "fork", "older", "newer", "cut", "copy", "code", "link", "raw"},
)
"""Commands that do something to one message, so that it has to be seen."""


class Listener(KeysInTurn):
    """The half of the app that hears what is wanted."""

    stage: Stage | None = None
    """There soon after the first frame."""
    _has_begun: bool = False
    """What the start had to open is open, or can't be."""
    _early: tuple[str, str] | None = None
    """What was wanted before that."""

    def action_obey(self, name: str, words: str = "") -> None:
        """Do what a row of the table says."""
        command, stage = BY_NAME[name], self.stage
        if self.return_code is not None:  # no more
            return
        if stage is None or not (self._has_begun or name in _NEEDS_NOTHING):
            self._early = (name, words)
            # Later keys may be meant for what it opens, unless the start itself has opened a list before the chat.
            self.hold_keys(lambda: not self._has_begun and len(self.screen_stack) < 2, START_LIMIT_S)
            return
        if name == "stop":  # never waits, and nothing waits for it
            stage.do(command.run(stage, words))
            return
        before, done = self.screen, asyncio.Event()

        async def told() -> None:
            try:
                await command.run(stage, words)
            finally:
                done.set()
                self.call_later(self.next_keys)

        stage.obey(told(), waits=command.waits)
        self.hold_keys(lambda: self.screen is before and not done.is_set())  # it may open what they are meant for

    def obey_early(self) -> None:
        """Now that it has begun: what was wanted before, ahead of the keys that were pressed after it."""
        self._has_begun = True
        if early := self._early:
            self._early = None
            self.action_obey(*early)

    def action_obey_letter(self, name: str) -> None:
        """The same for a single letter, which in the list of conversations means no message."""
        from deepchat.tui.commands import looking

        if self.stage and not self.stage.chat.conversations.has_focus_within:
            if name in ON_A_MESSAGE:
                looking.show_chosen(self.stage)
            self.action_obey(name)

    @on(Composer.Drafted)
    def _keep_draft(self, event: Composer.Drafted) -> None:
        event.stop()
        if self.stage and self.stage.held:
            composer = self.stage.chat.composer  # as it stands now: another conversation may be in front by now
            composer.hint = f"~{estimate_tokens(composer.text):,} tok" if composer.text else ""
            self.stage.do(self.stage.desk.drafts.keep_as_typed(self.stage.held, composer.text))

    @on(Composer.Refused)
    def _refuse(self, event: Composer.Refused) -> None:
        event.stop()
        if self.stage:
            self.stage.notice(event.why, "warning")

    @on(PasteCut)
    def _tell_cut(self, event: PasteCut) -> None:
        self.notify(f"the last {event.cut:,} characters of the paste were too much", severity="warning", markup=False)

    @on(Composer.EditLeft)
    def _leave_edit(self, event: Composer.EditLeft) -> None:
        event.stop()
        if self.stage and not event.emptied:
            self.stage.editing.leave()
        elif self.stage and not self.stage.chat.composer.text:
            self.stage.editing.end()

    @on(Composer.StopWanted)
    def _stop(self, event: Composer.StopWanted) -> None:
        event.stop()
        self.action_obey("stop")

    @on(Composer.LastQuestionWanted)
    def _edit_last(self, event: Composer.LastQuestionWanted) -> None:
        event.stop()
        self.action_obey("edit")

    @on(Composer.EditorWanted)
    def _open_editor(self, event: Composer.EditorWanted) -> None:
        event.stop()
        self.action_obey("editor")

    @on(Transcript.LinkChosen)
    def _open_link(self, event: Transcript.LinkChosen) -> None:
        from deepchat.tui.commands import looking

        event.stop()
        if self.stage:
            self.stage.do(looking.open_link(self.stage, event.target))

"""What is shown of all that goes on: the conversation in front, the answers that come, the money."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from deepchat.conversation.message import Message
from deepchat.errors import DeepChatError, UsageError
from deepchat.safe_text import one_line
from deepchat.tui import leavings, outcome, writing
from deepchat.tui.editing import Editing
from deepchat.tui.faults_told import FAULT_S
from deepchat.tui.held import Held, as_it_is, fault
from deepchat.tui.ongoing import LONGEST_NOTICE, NOTICE_S, Notice, Weight
from deepchat.tui.permissions import Permissions
from deepchat.tui.screens.conversations import Conversations
from deepchat.tui.spending import Spending
from deepchat.tui.ways_out import hint_here
from deepchat.tui.whom import head_of
from deepchat.workspace.model_at import ModelAt

if TYPE_CHECKING:
    from pathlib import Path

    from textual.app import App
    from textual.timer import Timer
    from textual.worker import Worker

    from deepchat.conversation.tree import Node
    from deepchat.errors import KeyMissing
    from deepchat.tui.comparing import Comparing
    from deepchat.tui.desk import Desk
    from deepchat.tui.entries import Entry
    from deepchat.tui.in_turn import InTurn
    from deepchat.tui.screens.chat import ChatScreen
    from deepchat.tui.screens.help import Row
    from deepchat.tui.themes import Palette
    from deepchat.tui.wardrobe import Wardrobe


class Stage:
    """Hands what is heard to the screen, and what the user does to the conversation in front."""

    def __init__(self, app: App[int], desk: Desk, chat: ChatScreen, wardrobe: Wardrobe, in_turn: InTurn) -> None:
        self.app = app
        self.desk = desk
        self.chat = chat
        self.wardrobe = wardrobe
        self._spending = Spending(desk)
        self.held: Held | None = None
        """The conversation in front."""
        self.in_turn = in_turn
        desk.drafts.waiting = lambda held: in_turn.words if held is self.held else ()
        self.closing: list[Callable[[], None]] = []
        """What has to be done when the app is over."""
        self.without_key: Callable[[KeyMissing], None] = self.tell
        """What is done when there is no key for a question."""
        self.rows: Sequence[Row] = ()
        """All commands, for the help."""
        self.frames: Timer | None = None
        """Ticks as long as something streams."""
        self.editing = Editing(chat.composer)
        self.copied: tuple[str, int] = ("", 0)
        """The message whose code was copied last, and which block of it."""
        self.comparing: Comparing | None = None
        """What is asked of several models, as long as that is looked at."""
        self.permissions = Permissions(app)
        self.waits: list[Worker[None]] = []
        """Commands that may wait for a server."""
        self.pictures: list[Worker[None]] = []
        """Those that are being made."""
        self._noticed: dict[str, Notice] = {}
        """Those that still stand there, by their words."""
        self.undoing: list[tuple[str, Callable[[], Awaitable[None]]]] = []
        """What was deleted: what is told when it is back, and how it comes back."""

    @property
    def front(self) -> Held:
        """The conversation in front; raises UsageError when there is none."""
        if self.held is None:
            raise UsageError("no conversation is open", "ctrl+n begins one")
        return self.held

    @property
    def chosen(self) -> Entry | None:
        """The message that keys speak of."""
        transcript = self.chat.transcript
        return transcript.sheets[transcript.index].entry if len(transcript.sheets) else None

    async def show(self, held: Held) -> None:
        """Bring this conversation to the front; what was there goes on behind it."""
        composer = self.chat.composer
        before, self.held = self.held, held
        if before is not None and before is not held:
            self.editing.end()
            is_kept = before.draft == composer.text and not self.in_turn.words
            before.files, before.typed, before.draft = composer.files, composer.typed, composer.text
            self.do(self.desk.part(before, is_kept=is_kept, is_back=lambda: self.held is before))
        self._show(held)
        if before is None and held.draft:  # what was typed before the first one was there stays too
            writing.give_back(composer, [held.draft])
        elif before and before is not held:
            writing.put(composer, held)
        writing.tell(composer, held)
        if self.in_turn.words:  # they are this one's now
            self.do(self.desk.drafts.keep(held, held.draft))
        self.chat.transcript.to_end()
        await self.refresh()

    def send(self, question: Message, edited: Node | None = None, files: tuple[Path, ...] = ()) -> None:
        """Ask in the conversation in front; raises UsageError when a question can't be asked otherwise just now.

        The files are those that are parts of it, to be given back with it.
        """
        held = self.front
        held.along = [*held.along, (question, files)] if held.is_streaming else [(question, files)]
        if edited and self.chat.transcript.sheets.place_of(edited.id) >= 0:
            held.edit(edited, question)
        else:
            held.send(question)
        self.asked(held)

    def asked(self, held: Held) -> None:
        """Something was asked there: show that it comes, and hear of that provider's models if none is known yet."""
        self.do(self._learn_models(held.whom.provider if held.whom else ""))
        if self.frames:
            self.frames.resume()
        if held is not self.held:
            return
        self.chat.composer.busy = held.is_streaming
        if _is_live(held) and self.chat.transcript.live is None:
            self._show(held)
            self.chat.transcript.to_end()
        writing.tell(self.chat.composer, held)

    def tick(self) -> None:
        """Show what was heard since the last time, here and behind."""
        now = time.monotonic()
        for held in list(self.desk.streaming()):
            page, figures = held.page, held.figures
            events, over = held.listen()
            if held.page is not page:
                self.do(self.desk.drafts.keep(held, held.draft))  # of which something may be on disk by now
            self.permissions.look(held)
            if held is not self.held:
                if over:
                    outcome.take(self, held, over)
                continue
            if held.page is not page and not over:
                self._put(held, is_live=_is_live(held))
                self.do(self.refresh())  # its question is on disk, and itself in the list
            self.chat.hear(events, now, unallowed=held.hearing.unallowed if held.hearing else "")
            if held.figures is not figures:
                self.chat.show_figures(held.figures)
                self.chat.meters.spent = self._spending.told()
            if over:
                self._put(held)
                outcome.take(self, held, over)
        if self.frames and not any(self.desk.streaming()):
            self.frames.pause()
            leavings.sweep_soon()

    async def refresh(self) -> None:
        """The lists of conversations, what was spent, and what else is to be heard of."""
        for notice in self.desk.notices():
            self.notice(notice)
        for told in self.desk.faults.new():
            self.notice(told, "warning", FAULT_S)
        try:
            summaries = await self.desk.archive.conversations()
            await self._spending.read()
            await self._look_beside()
        except DeepChatError as error:
            self.tell(error)
            return
        streaming = [held.id for held in self.desk.streaming()]
        open_id = self.held.id if self.held else ""
        self.chat.conversations.put(summaries, open_id, streaming)
        if isinstance(self.app.screen, Conversations):
            self.app.screen.put(summaries, open_id, streaming)
        self.chat.meters.spent = self._spending.told()

    async def _look_beside(self) -> None:
        """What the conversation in front took besides its messages; of one that keeps no words nothing else is told."""
        held = self.held
        if held and held.page.keeps_words:
            used = await self.desk.market.beside(held.id)
            if held is self.held:
                self.chat.meters.beside = used

    async def look(self) -> None:
        """Show the conversation in front as it is now."""
        held = self.front
        await held.change(as_it_is)
        self._put(held, is_live=_is_live(held))
        await self.refresh()

    def wear(self, palette: Palette) -> None:
        """Other colours."""
        self.chat.transcript.ink = self.wardrobe.wear(self.app, palette)
        self.chat.transcript.repaint()

    def tell(self, error: DeepChatError) -> None:
        """What went wrong, and what comes next."""
        hint = hint_here(error)
        self.notice(f"{error.message}{f' — {hint}' if hint else ''}", "error")

    def notice(self, text: str, weight: Weight = "information", for_s: float = NOTICE_S) -> None:
        """A few words at the side; the same ones stand there once, and their time begins anew."""
        shown = one_line(text, LONGEST_NOTICE)
        if before := self._noticed.get(shown):
            before.end()
        self._noticed = {one: notice for one, notice in self._noticed.items() if not notice.is_over}
        self._noticed[shown] = Notice(self.app, shown, weight, for_s)

    def obey(self, work: Awaitable[None], *, waits: bool = False) -> None:
        """Do what a command says; what is sent meanwhile waits, for it may be meant for another model by then.

        One that waits for somebody else can be ended.
        """
        worker = self.do(self.in_turn.obeying(work))
        self.waits = [*(one for one in self.waits if not one.is_finished), *([worker] if waits else [])]

    def end_waits(self) -> bool:
        """Nobody else is waited for any more; whether somebody was."""
        running = [one for one in self.waits if not one.is_finished]
        self.waits.clear()
        for one in running:
            one.cancel()
        return bool(running)

    def do(self, work: Awaitable[None]) -> Worker[None]:
        """Do it while the screen goes on; what goes wrong is told. What this gives can be cancelled."""

        async def told() -> None:
            try:
                await work
            except DeepChatError as error:
                self.tell(error)
            except Exception as error:  # noqa: BLE001  # one command that fails must not end the conversation
                self.tell(fault(error))

        return self.app.run_worker(told(), exit_on_error=False)

    async def _learn_models(self, provider: str) -> None:
        """Windows and prices are known soon after the first question to a provider, if it tells them."""
        if await self.desk.market.learn_models(provider):
            await self.look()

    def _show(self, held: Held) -> None:
        hearing = held.hearing
        self.chat.composer.busy = hearing is not None
        self._put(held, is_live=_is_live(held))
        self.chat.show_figures(held.figures)
        live = self.chat.transcript.live
        if hearing and live and not live.words:
            settled = live.settled
            live.think("".join(hearing.thought))
            live.say(*hearing.before, *hearing.said)
            self.chat.transcript.grown(settled)

    def _put(self, held: Held, *, is_live: bool = False) -> None:
        page = held.page
        whom = held.whom or ModelAt(self.desk.workspace.settings.provider, "")
        self.chat.show(page, head_of(page, whom, held.chosen), is_live=is_live)


def _is_live(held: Held) -> bool:
    """Whether the last message grows while it is looked at."""
    return held.hearing is not None and not held.hearing.is_summary

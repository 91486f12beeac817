"""An answer on its way to disk: the question before a byte leaves, the words as they come, the end whatever it is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeAlias

from deepchat.conversation.conversation import Conversation
from deepchat.conversation.legs import SAVED_EVERY_S
from deepchat.conversation.tree import Node
from deepchat.errors import BudgetReached, NotFound, StoreError
from deepchat.session.titles import title_with
from deepchat.store import journal, turns
from deepchat.store.database import Connection, Database, Room

if TYPE_CHECKING:
    from deepchat.conversation.legs import Leg
    from deepchat.conversation.usage import Usage
    from deepchat.engine.leg import LegRun

_Figures: TypeAlias = "tuple[int, Usage | None, int | None]"
"""The tokens that were heard, and what the server said of them, and of their cost."""
Check = Callable[[Connection], None]
"""Raises what keeps a request from being entered, and with that from being sent."""
JOURNAL_EVERY_CHARACTERS: Final = 1024
"""Of four bytes at most: on a disk that keeps up, never more than 4 KiB are in memory alone."""


class Bill:
    """Keeps what an answer costs, and none of its words, unless it is told to."""

    def __init__(
        self,
        database: Database,
        conversation_id: str,
        answer_id: str,
        room: Room = "free",
        *,
        keeps_words: bool = False,
    ) -> None:
        """A row of the ledger is small; `room` says what else must find some when a request is begun."""
        self._database = database
        self._room: Room = room
        self._keeps_words = keeps_words
        self._progress: _Progress | None = None
        self._ids = conversation_id, answer_id
        self._run: LegRun | None = None
        """The request that was last asked for, until its row is closed."""
        self.begun = False
        """Its first request is on disk, or on its way there."""

    @property
    def open_leg(self) -> Leg | None:
        """What is to be entered yet, as it stands now."""
        return self._run.record if self._run else None

    def took(self, run: LegRun) -> None:
        """The row of this request is opened elsewhere, together with all else."""
        self._run, self.begun = run, True

    async def asked(self, run: LegRun, need_room: Check = lambda _: None) -> None:
        """A request is about to leave: it is in the ledger when this returns.

        Raises StoreError, and what `need_room` does.
        """
        before, leg, is_repeated = self.begun, run.record, self._run is run
        self.took(run)  # even if this is cancelled, what was given to the store's thread is written

        def write(c: Connection) -> None:
            need_room(c)
            if is_repeated:
                turns.reopen_leg(c, leg)
            else:
                turns.open_leg(c, *self._ids, leg)

        try:
            await self._database.write(write, self._room)
        except (StoreError, BudgetReached):
            self.begun = before
            raise
        self.follow()

    @property
    def lost(self) -> StoreError | None:
        """Why words that came, and are to be kept, are not on disk."""
        return self._progress.lost if self._keeps_words and self._progress else None

    def follow(self) -> None:
        """The request is on its way: its row is kept up with what comes."""
        self.rest()
        if self._run:
            self._progress = _Progress(self._database, self._run, keeps_words=self._keeps_words)
            self._progress.wait()

    def heard(self, characters: int) -> None:
        """So many characters came."""
        if self._progress:
            self._progress.heard(characters)

    def rest(self) -> None:
        """Nothing more comes, or all of it is written elsewhere."""
        if self._progress:
            self._progress.rest()

    async def leg_ended(self) -> None:
        """Close the row of the leg that was last asked for. Raises StoreError."""
        self.rest()
        if leg := self.open_leg:
            await self._database.write(lambda c: turns.close_leg(c, leg), "end")
            self._run = None

    async def say(self, node: Node) -> None:
        """The answer as it stands between two requests."""

    async def finish(self, node: Node) -> None:
        """The answer as it stands at its end. Raises StoreError."""
        await self.leg_ended()


class Record:
    """Keeps all of an answer, and what is new with it."""

    def __init__(self, database: Database, conversation: Conversation, new: Sequence[Node], answer: Node) -> None:
        self._database = database
        self._conversation = conversation
        self._new = new
        self._answer = answer
        self._bill = Bill(database, conversation.id, answer.id, "begin", keeps_words=True)
        self.begun = False
        """Its question is on disk, or on its way there."""

    @property
    def lost(self) -> StoreError | None:
        """Why words that came are not on disk; they are written once more as long as they come, and at the end."""
        return self._bill.lost

    async def asked(self, run: LegRun, need_room: Check = lambda _: None) -> None:
        """A request is about to leave: it, and what it asks, are on disk when this returns.

        Raises StoreError, and what `need_room` does.
        """
        if self.begun:
            await self._bill.asked(run, need_room)
        else:
            await self._begin(run, need_room)
            self._bill.follow()

    def heard(self, characters: int) -> None:
        """Words came: they are written within a quarter of a second, and at once when they are many."""
        self._bill.heard(characters)

    async def leg_ended(self) -> None:
        """Its words are in the message, its figures in the ledger, when this returns. Raises StoreError."""
        await self._bill.leg_ended()

    async def say(self, node: Node) -> None:
        """The answer as it stands between two requests is on disk when this returns. Raises StoreError."""
        conversation = self._conversation.id
        with suppress(NotFound):  # it was deleted meanwhile, which is told at its end
            await self._database.write(lambda c: turns.say(c, conversation, node))

    async def finish(self, node: Node) -> None:
        """Write the answer as it stands. Raises StoreError: then it is in memory alone; NotFound: it was deleted."""
        self._bill.rest()
        leg, conversation = self._bill.open_leg, self._conversation.id

        def write(c: Connection) -> NotFound | None:
            if leg:
                turns.close_leg(c, leg)
            try:
                turns.finish(c, conversation, node)
            except NotFound as deleted:  # what it cost is entered all the same
                return deleted
            return None

        if deleted := await self._database.write(write, "end"):
            raise deleted

    async def _begin(self, run: LegRun, need_room: Check) -> None:
        leg, new, answer = run.record, self._new, self._answer
        # As it is now: its thread may come to it when the tree here has grown.
        tree, title = copy(self._conversation.tree), title_with(self._conversation, new)
        conversation = replace(self._conversation, tree=tree, title=title)

        def write(c: Connection) -> None:
            need_room(c)
            turns.begin(c, conversation, new, answer, leg)

        self._bill.took(run)
        self.begun = True  # even if this is cancelled, what was given to the store's thread is written
        try:
            await self._database.write(write, "begin")
        except (StoreError, BudgetReached):
            self.begun = False
            raise


class _Progress:
    """One request on its way: its row has the figures of its last piece, whose words the journal has, if it keeps any.

    A piece is sent on its way when the one before it is on disk: what failed is in the next one, and leaves no hole.
    """

    def __init__(self, database: Database, run: LegRun, *, keeps_words: bool) -> None:
        self._database = database
        self._run = run
        self._keeps_words = keeps_words
        self._saved = self._sent = (0, 0)
        """How much of its text and of its reasoning is on disk, and is there once the piece under way is."""
        self._figures_sent: _Figures = 0, None, None
        self._unsaved = 0
        self._under_way: Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.lost: StoreError | None = None

    def heard(self, characters: int) -> None:
        self._unsaved += characters
        if self._unsaved >= JOURNAL_EVERY_CHARACTERS:
            self._write()

    def wait(self) -> None:
        """While it is on its way, look every quarter of a second: some words are held back, and calls have none."""
        self.rest()
        self._timer = asyncio.get_running_loop().call_later(SAVED_EVERY_S, self._write)

    def rest(self) -> None:
        """Nothing more comes, or all of it is written elsewhere."""
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _write(self) -> None:
        """Send what is not on disk yet on its way there, and wait for nothing."""
        self.wait()
        if not self._is_settled():
            return
        draft = self._run.draft
        figures = draft.estimated_completion_tokens, draft.usage, draft.cost_nano
        if not self._unsaved and not self.lost and figures == self._figures_sent:
            return  # a long answer is not joined again for nothing
        leg, (text_at, reasoning_at) = self._run.record, self._saved
        pieces: list[tuple[journal.Kind, str]] = [
            ("text", leg.text[text_at:]),
            ("reasoning", leg.reasoning[reasoning_at:]),
        ]
        kept = [one for one in pieces if one[1]] if self._keeps_words else []
        self._unsaved, self._figures_sent = 0, figures
        self._sent = len(leg.text), len(leg.reasoning)
        self._under_way = self._database.submit(lambda c: turns.hear(c, leg, kept), "end")

    def _is_settled(self) -> bool:
        """Whether it is known what became of the last piece."""
        if self._under_way is None:
            return True
        if not self._under_way.done():
            return False
        match self._under_way.exception():
            case None:
                self._saved, self.lost = self._sent, None
            case StoreError() as lost:
                self.lost = lost
            case fault:
                raise fault
        self._under_way = None
        return True

"""An answer on its way to disk: the question before a byte leaves, the words as they come, the end whatever it is."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from deepchat.conversation.conversation import Conversation
from deepchat.conversation.tree import Node, Tree
from deepchat.errors import StoreError
from deepchat.store import journal, turns
from deepchat.store.database import Connection, Database

if TYPE_CHECKING:
    from deepchat.engine.leg import LegRun

JOURNAL_EVERY_S: Final = 0.25
JOURNAL_EVERY_CHARACTERS: Final = 1024
"""Of four bytes at most: never more than 4 KiB are in memory alone."""


class Bill:
    """Keeps what an answer costs, and none of its words."""

    def __init__(self, database: Database, conversation: Conversation, answer: Node) -> None:
        self._database = database
        self._conversation = conversation
        self._answer = answer
        self._run: LegRun | None = None
        self.begun = False
        """Its question is on disk, or on its way there."""

    async def asked(self, run: LegRun) -> None:
        """A request is about to leave: it is in the ledger when this returns. Raises StoreError."""
        leg, conversation, answer = run.record, self._conversation.id, self._answer.id
        if self._run is run:
            await self._database.write(lambda c: turns.reopen_leg(c, leg))
        else:
            self._run = run
            await self._database.write(lambda c: turns.open_leg(c, conversation, answer, leg))
        self.begun = True

    def heard(self, characters: int) -> None:
        """So many characters came."""

    async def leg_ended(self) -> None:
        """Close the row of the leg that was last asked for. Raises StoreError."""
        if self._run:
            leg, self._run = self._run.record, None
            await self._database.write(lambda c: turns.close_leg(c, leg))

    async def finish(self, node: Node) -> None:
        """The answer as it stands at its end. Raises StoreError."""
        await self.leg_ended()


class Record(Bill):
    """Keeps all of an answer, and what is new with it."""

    def __init__(self, database: Database, conversation: Conversation, new: Sequence[Node], answer: Node) -> None:
        super().__init__(database, conversation, answer)
        self._new = new
        self._saved_text = 0
        self._saved_reasoning = 0
        self._unsaved = 0
        self._timer: asyncio.TimerHandle | None = None
        self._under_way: list[Future[None]] = []
        self.lost: StoreError | None = None
        """Why words could not be saved while they came; at the end they are all written once more."""

    async def asked(self, run: LegRun) -> None:
        """A request is about to leave: it, and what it asks, are on disk when this returns. Raises StoreError."""
        if self._run is not run:
            self._saved_text = self._saved_reasoning = self._unsaved = 0
        if self.begun:
            await super().asked(run)
        else:
            await self._begin(run)
        self._wait()

    def heard(self, characters: int) -> None:
        """Words came: they are written within a quarter of a second, and at once when they are many."""
        self._unsaved += characters
        if self._unsaved >= JOURNAL_EVERY_CHARACTERS:
            self._write()

    async def leg_ended(self) -> None:
        if self._run:
            self._write()
        self._rest()
        await super().leg_ended()

    async def finish(self, node: Node) -> None:
        """Write the answer as it stands. Raises StoreError: then it is in memory alone."""
        self._rest()
        leg, conversation = self._run.record if self._run else None, self._conversation.id
        self._run = None

        def write(c: Connection) -> None:
            if leg:
                turns.close_leg(c, leg)
            turns.finish(c, conversation, node)

        await self._database.write(write)
        self.lost = None

    async def _begin(self, run: LegRun) -> None:
        leg, new, answer = run.record, self._new, self._answer
        tree = self._conversation.tree
        # As it is now: its thread may come to it when the tree here has grown.
        conversation = replace(self._conversation, tree=Tree.of(list(tree), tree.leaf.id))
        self._run = run
        self.begun = True  # even if this is cancelled, what was given to the store's thread is written
        try:
            await self._database.write(lambda c: turns.begin(c, conversation, new, answer, leg))
        except StoreError:
            self.begun = False
            raise

    def _write(self) -> None:
        """Send what is not on disk yet on its way there, and wait for nothing."""
        self._wait()
        self._unsaved = 0
        self._note_failures()
        if self._run is None:
            return
        text, reasoning = self._run.draft.text, self._run.draft.reasoning
        pieces: list[tuple[journal.Kind, str]] = [
            ("text", text[self._saved_text :]),
            ("reasoning", reasoning[self._saved_reasoning :]),
        ]
        self._saved_text, self._saved_reasoning = len(text), len(reasoning)
        leg, joint = self._run.id, self._run.kept_from
        said: list[tuple[journal.Kind, str]] = [(kind, piece) for kind, piece in pieces if piece]
        if said:
            self._under_way.append(self._database.submit(lambda c: journal.append(c, leg, said, joint)))

    def _note_failures(self) -> None:
        for done in [one for one in self._under_way if one.done()]:
            self._under_way.remove(done)
            if isinstance(error := done.exception(), StoreError):
                self.lost = error

    def _wait(self) -> None:
        """While a leg is on its way, look every quarter of a second for words: some are heard but held back."""
        self._rest()
        self._timer = asyncio.get_running_loop().call_later(JOURNAL_EVERY_S, self._write)

    def _rest(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

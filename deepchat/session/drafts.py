"""What stands in the composer of each conversation and was not sent yet, kept through a crash."""

from __future__ import annotations

from pathlib import Path

from deepchat.errors import StoreFull
from deepchat.store import drafts
from deepchat.store.database import Connection, Database
from deepchat.store.locks import ConversationLock


class Drafts:
    """By the id of their conversation, which need not be kept yet."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, conversation_id: str) -> str:
        """What was last kept; empty when nothing was."""
        return await self._database.read(lambda c: drafts.load(c, conversation_id))

    async def take_up(self, conversation_id: str, locks: Path) -> str:
        """Words that were left where nothing was ever asked: now they are this conversation's. Empty without any.

        Where somebody is still writing, they stay. Where there is no room they stay too, and are found when there is
        some: shown from there, they would be kept here as well, and come back after they were sent. Raises StoreError.
        """
        for stray in await self._database.read(drafts.strays):
            lock = ConversationLock(locks, stray)
            if not lock.acquire():
                continue
            try:
                await self._database.write(lambda c, stray=stray: drafts.move(c, stray, conversation_id))
            except StoreFull:
                return ""
            finally:
                lock.release()
            return await self.of(conversation_id)
        return ""

    async def keep(self, conversation_id: str, words: str, now_ms: int, *, at_end: bool = False) -> None:
        """Keep these words in place of what was there; none clear it. Raises StoreError.

        At the end, when nothing else comes, they may take the room that is kept for a full disk.
        """
        if at_end and await self.of(conversation_id) == words:
            return

        def write(c: Connection) -> None:
            if words:
                drafts.keep(c, conversation_id, words, now_ms)
            else:
                drafts.clear(c, conversation_id)

        await self._database.write(write, "end" if at_end else "free")

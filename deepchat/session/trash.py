"""What was thrown away: it can be taken back for a while, or be erased for good."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from deepchat.conversation.conversation import Summary
from deepchat.errors import NotFound
from deepchat.session.holding import hold
from deepchat.session.meant import quoted, the_one
from deepchat.store import conversations, trash
from deepchat.store.database import Database
from deepchat.store.locks import ConversationLock

_EVER: Final = 2**62


class Trash:
    """The conversations that are on their way out."""

    def __init__(self, database: Database, locks: Path) -> None:
        self._database = database
        self._locks = locks

    async def contents(self) -> list[Summary]:
        """All that can be taken back; what was last used comes first."""
        return await self._database.read(trash.thrown)

    async def one(self, words: str) -> Summary:
        """What an id, its beginning, or words of a title mean there; else NotFound, or UsageError for several."""
        found = await self._database.read(lambda c: conversations.find(c, words, trashed=True))
        if not found:
            raise NotFound(f"there is no conversation {quoted(words)} in the trash", "deepchat trash shows what is")
        return the_one(found, words)

    async def throw(self, conversation_id: str, now_ms: int) -> None:
        """Put it there; raises NotFound, or ConversationBusy when another program holds it."""
        with self._held(conversation_id):
            await self._database.write(lambda c: trash.throw_away(c, conversation_id, now_ms), "end")

    async def take_back(self, conversation_id: str) -> None:
        """Raises NotFound."""
        await self._database.write(lambda c: trash.take_back(c, conversation_id))

    async def erase(self, conversation_id: str) -> None:
        """Let it go for good, wherever it is; raises NotFound, or ConversationBusy when another program holds it."""
        with self._held(conversation_id):
            await self._database.write(lambda c: trash.erase(c, conversation_id), "end")

    async def empty(self, before_ms: int = _EVER) -> int:
        """Erase what was thrown away before this moment; gives back how many conversations that was."""
        return await self._database.write(lambda c: trash.empty(c, before_ms), "end")

    @contextmanager
    def _held(self, conversation_id: str) -> Generator[None]:
        lock = ConversationLock(self._locks, conversation_id)
        if why_not := hold(lock, self._database, "close it there, then try again"):
            raise why_not
        try:
            yield
        finally:
            lock.release()

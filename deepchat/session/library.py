"""All conversations that are kept: recent ones, one by its name, found ones, new ones from elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deepchat.conversation.chosen import Chosen
from deepchat.conversation.conversation import Conversation, Summary
from deepchat.conversation.message import system
from deepchat.conversation.tree import Node, Tree
from deepchat.errors import ImportFailed, NotFound, StoreError, UsageError
from deepchat.session.holding import hold
from deepchat.session.meant import quoted, the_one
from deepchat.session.trash import Trash
from deepchat.store import choices, conversations, copies, legs, messages, turns, word_index
from deepchat.store.conversations import Opened
from deepchat.store.database import Connection, Database
from deepchat.store.locks import ConversationLock
from deepchat.store.turns import Recovered

if TYPE_CHECKING:  # what goes on with a conversation brings the engine, which a list needs not
    from deepchat.session.budget import Budgets
    from deepchat.session.chat import Chat
    from deepchat.store.search import Filter, Hit

LONGEST_NAME: Final = 200
"""Characters of a title or a tag."""
MOST_WORDS: Final = 50
LONGEST_WISH: Final = 2_000
"""Characters; SQLite takes not much more in one comparison, nor many more comparisons at once."""


@dataclass(frozen=True, slots=True)
class Unrecovered:
    """An answer that a crash had cut off, and that stays so."""

    conversation_id: str
    why: StoreError


class Library:
    """What the store has."""

    def __init__(self, database: Database, locks: Path) -> None:
        self.trash = Trash(database, locks)
        self._database = database
        self._locks = locks

    async def recover(self, now_ms: int) -> list[Recovered | Unrecovered]:
        """Put together the answers that a crash cut off, where no other program is at them, and close what it left.

        Raises StoreError.
        """
        found: list[Recovered | Unrecovered] = []
        for conversation, message in await self._database.read(turns.unfinished):
            lock = ConversationLock(self._locks, conversation)
            if hold(lock, self._database, ""):
                continue
            try:
                one = await self._database.write(lambda c, message=message: turns.recover(c, message, now_ms), "end")
            except StoreError as error:
                one = Unrecovered(conversation, error)
            finally:
                lock.release()
            found += [one] if one else []
        if left := await self._database.read(lambda c: turns.forgotten(c, now_ms)):
            await self._database.write(lambda c: legs.give_up(c, left))
        return found

    async def recent(self, limit: int | None = None, words: str = "", tag: str = "") -> list[Summary]:
        """Those whose titles, or whose ids, these words mean and that have this tag; the last used comes first."""

        def read(c: Connection) -> list[Summary]:
            most = None if tag else limit
            return conversations.find(c, words, limit=most) if words else conversations.recent(c, limit=most)

        wanted = tag.casefold()
        found = await self._database.read(read)
        return [one for one in found if not wanted or wanted in map(str.casefold, one.tags)][:limit]

    async def latest(self) -> Summary:
        """The one that was last used; raises NotFound."""
        found = await self.recent(1)
        if not found:
            raise NotFound("there is no conversation yet", 'begin one: deepchat ask "…"')
        return found[0]

    async def one(self, words: str) -> Summary:
        """The one that an id, its beginning, or words of its title mean; else NotFound, or UsageError for several."""
        found = await self._database.read(lambda c: conversations.find(c, words))
        if not found:
            thrown = await self._database.read(lambda c: conversations.find(c, words, trashed=True))
            where = f"it is in the trash: deepchat trash restore {thrown[0].id}" if thrown else "see deepchat list"
            raise NotFound(f"there is no conversation {quoted(words)}", where)
        return the_one(found, words)

    async def load(self, conversation_id: str) -> Conversation:
        """All of it; raises NotFound."""
        return await self._database.read(lambda c: conversations.load(c, conversation_id))

    async def open(self, conversation_id: str) -> Opened:
        """All of it that can be read, and how much can't be; raises NotFound."""
        return await self._database.read(lambda c: conversations.read_around(c, conversation_id))

    async def end_of(self, conversation_id: str, last: int) -> tuple[list[Node], Chosen, dict[str, Node]]:
        """The last messages of the active path, without reading the others, what is chosen, and what is copied there.

        Raises NotFound.
        """

        def read(c: Connection) -> tuple[list[Node], Chosen, dict[str, Node]]:
            end = conversations.load_path_end(c, conversation_id, last)
            return end, choices.of(c, conversation_id), copies.originals(c, conversation_id, end)

        return await self._database.read(read)

    async def hold(self, conversation_id: str, budgets: Budgets) -> Chat:
        """The conversation, to go on with; raises NotFound."""
        from deepchat.session.chat import Chat

        # It is held before it is read: so nothing is missed that others say in it meanwhile.
        unread = Conversation(conversation_id, Tree(Node("", None, system(""), 0)), 0)
        chat = Chat(unread, self._database, self._locks, budgets)
        try:
            chat.conversation = await self.load(conversation_id)
            chat.tree = chat.conversation.tree
        except BaseException:
            chat.close()
            raise
        return chat

    async def rename(self, conversation_id: str, title: str) -> None:
        """Raises NotFound, or UsageError for a title that is too long."""
        _need_short("a title", title)
        await self._database.write(lambda c: conversations.rename(c, conversation_id, title))

    async def pin(self, conversation_id: str, *, pinned: bool) -> None:
        """Let it stand before the others, or no longer; raises NotFound."""
        await self._database.write(lambda c: conversations.pin(c, conversation_id, pinned))

    async def tag(self, conversation_id: str, on: Sequence[str], off: Sequence[str] = ()) -> None:
        """Put tags on it, and take others off; raises NotFound, or UsageError for one that is too long."""
        for one in on:
            _need_short("a tag", one)

        def write(c: Connection) -> None:
            conversations.tag(c, conversation_id, *on)
            conversations.untag(c, conversation_id, *off)

        await self._database.write(write)

    async def search(
        self, words: str, among: Filter | None = None, limit: int = 50, marks: tuple[str, str] = ("", "")
    ) -> list[Hit]:
        """Messages that say these words, the best first; what was found stands between the marks.

        Raises UsageError for more words than a search can look for.
        """
        from deepchat.store.search import EVERYTHING, search

        number = len(words.split())
        if number > MOST_WORDS or len(words) > LONGEST_WISH:
            what = f"{number:,} words, {len(words):,} characters, are too much to look for at once"
            raise UsageError(what, f"name a few of them: up to {MOST_WORDS} words, {LONGEST_WISH:,} characters")
        return await self._database.read(lambda c: search(c, words, among or EVERYTHING, limit=limit, marks=marks))

    async def index(self, for_s: float) -> bool:
        """Bring the index of words up to date, for so long at most; gives back whether more is left."""
        clock = asyncio.get_running_loop().time
        end = clock() + for_s
        while await self._database.write(word_index.index_some):
            if clock() >= end:
                return True
        return False

    async def add(self, conversation: Conversation, *, is_imported: bool = True) -> bool:
        """Keep a conversation from elsewhere, all of it or nothing; False when it is here already, or in the trash.

        What an imported one cost was spent elsewhere; any other's is in the accounts here.

        Raises ImportFailed when messages of it are here already, in another one.
        """

        def write(c: Connection) -> bool:
            if conversations.exists(c, conversation.id) or conversations.of_origin(c, conversation.origin):
                return False
            if any(messages.exists(c, node.id) for node in conversation.tree):
                what = f"messages of {conversation.id} are here already, in another conversation: it is left out"
                raise ImportFailed(what, "nothing of it was kept")
            conversations.create(c, conversation, is_imported=is_imported)
            return True

        return await self._database.write(write)


def _need_short(what: str, name: str) -> None:
    if len(name) > LONGEST_NAME:
        raise UsageError(f"{what} of {len(name):,} characters is too long", f"up to {LONGEST_NAME} characters")

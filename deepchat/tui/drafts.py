"""What is written in each conversation and not sent: kept as it is typed, found again at the next start."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from deepchat.errors import DeepChatError, StoreFull
from deepchat.tui.clock import now_ms
from deepchat.tui.page import written_in

if TYPE_CHECKING:
    from deepchat.session.drafts import Drafts as Kept
    from deepchat.tui.bridge import Bridge, Work
    from deepchat.tui.held import Held


class Drafts:
    """Those on disk, asked from the screen's thread; a conversation that keeps no words has none there."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge
        self.waiting: Callable[[Held], Sequence[str]] = lambda held: ()
        """What was sent in it and waits until a command is obeyed."""
        self._has_told_full = False
        """That what is written can't be kept."""

    async def keep(self, held: Held, words: str) -> None:
        """Through a crash too, with what waits to be sent; raises StoreError."""
        await self._bridge.call(self._keeping(held, words))

    async def keep_as_typed(self, held: Held, words: str) -> None:
        """The same; that there is no room is raised once until there is some: nobody reads it at every word."""
        try:
            await self.keep(held, words)
        except StoreFull as error:
            if not self._has_told_full:
                self._has_told_full = True
                raise StoreFull(f"what you write stays here, but can't be kept: {error.message}", error.hint) from error
        else:
            self._has_told_full = False

    async def keep_all(self, every: Iterable[Held]) -> None:
        """The same when the app is over, and what was sent is on disk or never will be; called on the engine's thread.

        Raises StoreError; for want of room, with all words that could not be kept.
        """
        unkept: list[str] = []
        why: StoreFull | None = None
        for held in every:
            try:
                await self._keeping(held, held.draft, at_end=True)()
            except StoreFull as error:
                why = error
                unkept += [words] if (words := self._unsent(held)) else []
        if why:
            raise with_words(why, unkept)

    async def of(self, held: Held) -> str:
        """What was written in it and not sent, perhaps before a crash; called on the engine's thread."""
        try:
            kept = await self._kept(held)
            return await kept.of(held.id) if kept else ""
        except DeepChatError:
            return ""  # a draft that can't be read is no reason to see nothing

    async def take_up(self, held: Held) -> str:
        """What was written where nothing was asked; called on the engine's thread. Raises StoreError."""
        kept = await self._kept(held)
        return await kept.take_up(held.id, self._bridge.workspace.keeping.locks) if kept else ""

    def _keeping(self, held: Held, words: str, *, at_end: bool = False) -> Work[None]:
        held.draft = words
        all_of_it = self._unsent(held)

        async def there() -> None:
            if kept := await self._kept(held):
                await kept.keep(held.id, all_of_it, now_ms(), at_end=at_end)

        return there

    def _unsent(self, held: Held) -> str:
        """What was written in it and is not on disk as a question."""
        return "\n\n".join(one for one in (*_on_their_way(held), *self.waiting(held), held.draft) if one)

    async def _kept(self, held: Held) -> Kept | None:
        """None where nothing can be kept."""
        from deepchat.session.drafts import Drafts as Kept

        if not held.chat.keeps_words:
            return None
        database = await self._bridge.workspace.keeping.database()
        return None if database.read_only and not database.lacks_room else Kept(database)


def with_words(error: StoreFull, unkept: Sequence[str]) -> StoreFull:
    """It, with the words that stand nowhere else any more."""
    words = "\n\n".join(unkept)
    return StoreFull(f"{error.message}; what you wrote is not kept:\n\n{words}" if words else error.message, error.hint)


def _on_their_way(held: Held) -> list[str]:
    """Questions that are not on disk yet: the one that is about to leave, and those that wait."""
    hearing = held.hearing
    leaving = [hearing.asked] if hearing and hearing.asked and not hearing.sent else []
    return [written_in(message) for message in (*leaving, *held.queue)]

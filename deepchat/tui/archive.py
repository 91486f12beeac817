"""All conversations that are kept: listed, searched, named, marked, taken back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Final

from deepchat.conversation.conversation import Summary

if TYPE_CHECKING:
    from deepchat.session.chat import Chat
    from deepchat.session.library import Library
    from deepchat.tui.bridge import Bridge, T
    from deepchat.tui.held import Held
    from deepchat.workspace import Hit

MARKS: Final = ("\ue000", "\ue001")
"""Around what was found; no text has them that we show."""


class Archive:
    """The library, asked from the screen's thread."""

    def __init__(self, bridge: Bridge) -> None:
        self._bridge = bridge

    async def conversations(self, words: str = "") -> list[Summary]:
        """The kept ones, the last used first."""
        return await self.look_up(lambda library: library.recent(words=words))

    async def search(self, words: str) -> Sequence[Hit]:
        """Messages that say these words, the best first."""
        return await self.look_up(lambda library: library.search(words, marks=MARKS))

    async def take_back(self, conversation_id: str) -> None:
        await self.look_up(lambda library: library.trash.take_back(conversation_id))

    async def rename(self, held: Held, title: str) -> None:
        """Call it so, on disk too once it is there."""

        async def change(chat: Chat) -> None:
            chat.conversation.title = title
            if chat.is_kept:
                await (await self._bridge.workspace.keeping.library()).rename(held.id, title)

        await held.change(change)

    async def pin(self, held: Held, *, pinned: bool) -> None:
        """Let it stand before the others, or no longer."""

        async def change(chat: Chat) -> None:
            if chat.is_kept:
                await (await self._bridge.workspace.keeping.library()).pin(held.id, pinned=pinned)
            chat.conversation.pinned = pinned

        await held.change(change)

    async def tag(self, held: Held, on: Sequence[str], off: Sequence[str]) -> None:
        """Put tags on it, and take others off."""

        async def change(chat: Chat) -> None:
            if chat.is_kept:
                await (await self._bridge.workspace.keeping.library()).tag(held.id, on, off)
            left = [one for one in chat.conversation.tags if one not in off]
            chat.conversation.tags = (*left, *(one for one in on if one not in left))

        await held.change(change)

    async def look_up(self, work: Callable[[Library], Awaitable[T]]) -> T:
        async def there() -> T:
            return await work(await self._bridge.workspace.keeping.library())

        return await self._bridge.call(there)

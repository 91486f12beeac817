"""Everything that is open in this program, and all that can be looked up: asked here, done on the engine's thread."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from deepchat.config.picked import Picked, keep_model, keep_picked, load_picked
from deepchat.conversation.conversation import Summary
from deepchat.errors import DeepChatError
from deepchat.tui.clock import now_ms
from deepchat.tui.held import Held
from deepchat.tui.page import page_of
from deepchat.workspace.outlook import prospects
from deepchat.workspace.talks import new_chat, old_chat
from deepchat.workspace.workspace import ModelAt

if TYPE_CHECKING:
    from deepchat.session.accounts import By, Standing, Used
    from deepchat.session.chat import Chat
    from deepchat.session.library import Library
    from deepchat.tui.bridge import Bridge, T
    from deepchat.workspace import Account, Hit, Workspace
    from deepchat.workspace.outlook import Prospect

MARKS = ("\ue000", "\ue001")
"""Around what was found; no text has them that we show."""


class Desk:
    """The conversations that are open, by their ids."""

    def __init__(self, bridge: Bridge) -> None:
        self.bridge = bridge
        self.held: dict[str, Held] = {}
        self.picked: Picked = load_picked(self.workspace.paths.state_file)

    @property
    def workspace(self) -> Workspace:
        return self.bridge.workspace

    def notices(self) -> list[str]:
        """What the user should hear of although nothing failed, and not again."""
        told = [*self.workspace.notices, *map(str, self.workspace.complaints)]
        self.workspace.notices.clear()
        return told

    def streaming(self) -> Iterator[Held]:
        """Those in which an answer comes."""
        return (one for one in self.held.values() if one.is_streaming)

    async def begin(self, *, keeps_words: bool = True, whom: ModelAt | None = None) -> Held:
        """A new conversation."""
        return await self._take(lambda: new_chat(self.workspace, keeps_words=keeps_words), whom)

    async def open(self, words: str = "") -> Held:
        """The conversation that these words mean, or the most recent one; NotFound, or UsageError for several."""
        if words in self.held:
            return self.held[words]
        return await self._take(lambda: old_chat(self.workspace, words), None)

    async def copy(self, held: Held, leaf_id: str = "") -> Held:
        """A conversation of its own that begins as this one, up to that message."""

        async def copied() -> Chat:
            chat = held.chat.fork(leaf_id)
            self.workspace.chats.append(chat)
            return chat

        return await self._take(copied, held.whom)

    def leave(self, held: Held) -> None:
        """It is not looked at any more: others may hold it, unless something still goes on in it."""
        if held.is_streaming or held.queue or self.held.pop(held.id, None) is None:
            return

        async def close() -> None:
            held.chat.close()
            if held.chat in self.workspace.chats:
                self.workspace.chats.remove(held.chat)

        self.bridge.begin(close)

    async def conversations(self, words: str = "") -> list[Summary]:
        """The kept ones, the last used first."""
        return await self._with_library(lambda library: library.recent(words=words))

    async def search(self, words: str) -> Sequence[Hit]:
        """Messages that say these words, the best first."""
        return await self._with_library(lambda library: library.search(words, marks=MARKS))

    async def throw_away(self, conversation_id: str) -> None:
        """Into the trash, from which it can be taken back."""
        held = self.held.pop(conversation_id, None)
        if held:
            held.stop()
            await self.bridge.do(held.chat.close)
        await self._with_library(lambda library: library.trash.throw(conversation_id, now_ms()))

    async def take_back(self, conversation_id: str) -> None:
        await self._with_library(lambda library: library.trash.take_back(conversation_id))

    async def rename(self, held: Held, title: str) -> None:
        """Call it so, on disk too once it is there."""

        async def change(chat: Chat) -> None:
            chat.conversation.title = title
            if chat.is_kept:
                await (await self.workspace.keeping.library()).rename(held.id, title)

        await held.change(change)

    async def pin(self, held: Held, *, pinned: bool) -> None:
        """Let it stand before the others, or no longer."""

        async def change(chat: Chat) -> None:
            if chat.is_kept:
                await (await self.workspace.keeping.library()).pin(held.id, pinned=pinned)
            chat.conversation.pinned = pinned

        await held.change(change)

    async def tag(self, held: Held, on: Sequence[str], off: Sequence[str]) -> None:
        """Put tags on it, and take others off."""

        async def change(chat: Chat) -> None:
            if chat.is_kept:
                await (await self.workspace.keeping.library()).tag(held.id, on, off)
            left = [one for one in chat.conversation.tags if one not in off]
            chat.conversation.tags = (*left, *(one for one in on if one not in left))

        await held.change(change)

    async def look_up(self, work: Callable[[Library], Awaitable[T]]) -> T:
        """Something else of the library."""
        return await self._with_library(work)

    async def used(self, by: By) -> Used:
        """What was spent."""

        async def there() -> Used:
            return await (await self.workspace.keeping.accounts()).used(by)

        return await self.bridge.call(there)

    async def account(self) -> Account:
        """What the provider says of the account behind its key."""
        return await self.bridge.call(self.workspace.account)

    async def standing(self) -> list[Standing]:
        """What was spent today and this month, and what may be."""
        budget = self.workspace.settings.budget

        async def there() -> list[Standing]:
            accounts = await self.workspace.keeping.accounts()
            return await accounts.standing(budget.day, budget.month, now_ms())

        return await self.bridge.call(there)

    async def prospects(self, held: Held) -> list[Prospect]:
        """Every model that could answer next, and what that would mean."""

        async def there() -> list[Prospect]:
            usable = self.workspace.settings.providers
            models = [one for one in self.workspace.shelf.catalog.models() if one.provider in usable]
            return list(prospects(models, held.chat.tree.path))

        return await self.bridge.call(there)

    async def refresh_models(self) -> None:
        """Ask the chosen provider for its models; raises our errors."""
        await self.bridge.call(self.workspace.refresh_models)

    async def draft_of(self, held: Held) -> str:
        """What was written in it and not sent, perhaps before a crash."""
        from deepchat.session.drafts import Drafts

        async def there() -> str:
            return await Drafts(await self.workspace.keeping.database()).of(held.id)

        return await self.bridge.call(there)

    async def keep_draft(self, held: Held, words: str) -> None:
        """Through a crash too; a conversation that keeps no words keeps none."""
        from deepchat.session.drafts import Drafts

        held.draft = words
        if not held.page.keeps_words:
            return

        async def there() -> None:
            database = await self.workspace.keeping.database()
            if not database.read_only:
                await Drafts(database).keep(held.id, words, now_ms())

        await self.bridge.call(there)

    async def pick(self, held: Held, whom: ModelAt) -> None:
        """This model answers next, here and in new conversations; raises ConfigError when that can't be kept."""
        held.whom = whom
        name = (whom.provider, whom.model)
        await held.look()
        await self.bridge.do(lambda: self.workspace.choose(whom.provider, whom.model))
        self.remember(self.picked.using(name))
        keep_model(self.workspace.paths.state_file, name)

    def remember(self, picked: Picked) -> None:
        """What was picked, also for the next start; raises ConfigError."""
        self.picked = picked
        keep_picked(self.workspace.paths.state_file, picked)

    async def _take(self, make: Callable[[], Awaitable[Chat]], whom: ModelAt | None) -> Held:
        async def there() -> Held:
            chat = await make()
            asked = whom or last_asked(self.workspace, chat) or await self._usual()
            return Held(self.bridge, chat, page_of(self.workspace, chat, asked), asked)

        held = await self.bridge.call(there)
        return self.held.setdefault(held.id, held)

    async def _usual(self) -> ModelAt | None:
        """Whom the settings mean; None when that shows only when it is asked."""
        try:
            where = self.workspace.settings.chosen_provider()
            if where.kind == "local" and self.workspace.settings.origin_of("model") == "default":
                return None
            catalog = self.workspace.shelf.catalog
            known_as = self.workspace.shelf.known_as(where.name)
            return ModelAt(where.name, catalog.find(self.workspace.settings.model, known_as).id_to_send)
        except DeepChatError:
            return None  # said when it is asked, with what helps

    async def _with_library(self, work: Callable[[Library], Awaitable[T]]) -> T:
        async def there() -> T:
            return await work(await self.workspace.keeping.library())

        return await self.bridge.call(there)


def last_asked(workspace: Workspace, chat: Chat) -> ModelAt | None:
    """Who answered last, when that provider is still there."""
    for node in reversed(chat.tree.path):
        if node.answer and node.answer.provider in workspace.settings.providers:
            return ModelAt(node.answer.provider, node.answer.model)
    return None

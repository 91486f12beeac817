"""Everything that is open in this program, and all that can be looked up: asked here, done on the engine's thread."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from deepchat.config.picked import Picked, keep_model, keep_picked, load_picked
from deepchat.conversation.chosen import Chosen
from deepchat.errors import DeepChatError, ModelNotFound, UsageError
from deepchat.tui.archive import Archive
from deepchat.tui.choosing import take_up, tell_who_is_gone, turn_to
from deepchat.tui.clock import now_ms
from deepchat.tui.drafts import Drafts
from deepchat.tui.faults_told import Faults
from deepchat.tui.held import Held, as_it_is
from deepchat.tui.market import Market
from deepchat.tui.page import page_of
from deepchat.workspace.choices import is_overruled, next_asked, parameters_chosen, tools_chosen
from deepchat.workspace.model_at import ModelAt
from deepchat.workspace.talks import budgets_of, new_chat, old_chat

if TYPE_CHECKING:
    from deepchat.config.files import Complaint
    from deepchat.session.chat import Chat
    from deepchat.tui.bridge import Bridge
    from deepchat.workspace import Workspace
    from deepchat.workspace.naming import Named


class Desk:
    """The conversations that are open, by their ids."""

    def __init__(self, bridge: Bridge, wrong_keys: Sequence[Complaint] = ()) -> None:
        """What can't be used of the user's keys is told with the other faults of their files."""
        self.bridge = bridge
        self.held: dict[str, Held] = {}
        self.archive = Archive(bridge)
        self.market = Market(bridge)
        self.drafts = Drafts(bridge)
        self.faults = Faults(self.workspace, wrong_keys)
        self.picked: Picked = load_picked(self.workspace.paths.state_file)
        bridge.at_end.append(lambda: self.drafts.keep_all(self.held.values()))

    @property
    def workspace(self) -> Workspace:
        return self.bridge.workspace

    def notices(self) -> list[str]:
        """What the user should hear of although nothing failed, and did not yet."""
        told: list[str] = []
        while self.workspace.notices:
            told.append(self.workspace.notices.pop(0))
        return told

    def streaming(self) -> Iterator[Held]:
        """Those in which an answer comes."""
        return (one for one in self.held.values() if one.is_streaming)

    async def begin(self, *, keeps_words: bool = True, whom: ModelAt | None = None, takes_up: bool = False) -> Held:
        """A new conversation; one in which something was written but nothing asked is gone on with instead.

        With `takes_up`, what was written so when the app last ended stands in it.
        """
        for held in self.held.values():
            if held.draft and not held.page.entries and held.page.keeps_words is keeps_words:
                held.whom = whom or held.whom
                await held.change(as_it_is)
                return held

        async def begun() -> Chat:
            chat = await new_chat(self.workspace, keeps_words=keeps_words)
            await chat.choose(Chosen(tools=self.workspace.toolshed.usual()))
            return chat

        return await self._take(begun, whom, takes_up=takes_up)

    async def open(self, words: str = "", *, at_start: bool = False) -> Held:
        """The conversation that these words mean, or the most recent one; NotFound, or UsageError for several.

        At the start, whom the command line names answers in it.
        """
        if words in self.held:
            return self.held[words]
        return await self._take(lambda: old_chat(self.workspace, words), None, at_start=at_start)

    async def copy(self, held: Held, leaf_id: str = "") -> Held:
        """A conversation of its own that begins as this one, up to that message."""

        async def copied() -> Chat:
            chat = held.chat.fork(leaf_id)
            self.workspace.chats.append(chat)
            return chat

        return await self._take(copied, held.whom)

    def leave(self, held: Held) -> None:
        """It is not looked at any more: others may hold it, unless something goes on in it or was only written."""
        is_begun = held.draft and not held.page.entries
        if held.is_streaming or held.queue or is_begun or self.held.pop(held.id, None) is None:
            return

        self.bridge.begin(lambda: self._close(held.chat))

    async def part(self, held: Held, *, is_kept: bool, is_back: Callable[[], bool]) -> None:
        """Leave it once its draft is kept, unless it is in front again by then; raises StoreError, and it stays."""
        if not is_kept:
            await self.drafts.keep(held, held.draft)
        if not is_back():
            self.leave(held)

    async def throw_away(self, conversation_id: str) -> None:
        """Into the trash, from which it can be taken back; raises our errors, and then it stays open."""
        held = self.held.get(conversation_id)

        async def there() -> None:
            trash = (await self.workspace.keeping.library()).trash
            if held is None:
                await trash.throw(conversation_id, now_ms())
                return
            if not held.chat.is_kept:
                raise UsageError("nothing of this conversation is kept, so nothing is thrown away", "ctrl+n leaves it")
            await self._close(held.chat)
            try:
                await trash.throw(conversation_id, now_ms())
            except DeepChatError:
                held.chat = await old_chat(self.workspace, conversation_id)
                raise

        if held:
            held.stop()
        await self.bridge.call(there)
        self.held.pop(conversation_id, None)

    async def pick(self, held: Held, whom: ModelAt) -> None:
        """This model answers next, here and in new conversations.

        Raises StoreError or ConfigError when that can't be kept.
        """
        name = (whom.provider, whom.model)
        await turn_to(held, whom)
        await self.bridge.do(lambda: self.workspace.choose(whom.provider, whom.model))
        self.remember(self.picked.using(name))
        keep_model(self.workspace.paths.state_file, name)

    async def reload(self) -> None:
        """Settings have changed."""

        def there() -> None:
            self.workspace.reload()
            for held in self.held.values():
                held.chat.budgets = budgets_of(self.workspace)

        await self.bridge.do(there)

    async def name(self, held: Held) -> Named | None:
        """Let a cheap model name it, where the settings want that and nobody has named it; raises our errors."""
        from deepchat.workspace.naming import name

        return await self.bridge.call(lambda: name(self.workspace, held.chat))

    async def misnamed(self, held: Held) -> DeepChatError | None:
        """Why nobody can answer in it who is called as the settings say, if that shows in the list of models."""
        try:
            await self.bridge.do(self._meant)
        except (ModelNotFound, UsageError) as error:
            return None if held.whom else error
        except DeepChatError:
            pass  # said when it is asked
        return None

    def remember(self, picked: Picked) -> None:
        """What was picked, also for the next start; raises ConfigError."""
        self.picked = picked
        keep_picked(self.workspace.paths.state_file, picked)

    async def _take(
        self,
        make: Callable[[], Awaitable[Chat]],
        whom: ModelAt | None,
        *,
        takes_up: bool = False,
        at_start: bool = False,
    ) -> Held:
        async def there() -> Held:
            chat = await make()
            asked = whom or next_asked(self.workspace, chat)
            if asked is None or (at_start and is_overruled(self.workspace, asked)):
                asked = await self._usual()
            if whom is None:
                tell_who_is_gone(self.workspace, chat, asked)
            held = Held(self.bridge, chat, page_of(self.workspace, chat, asked), asked)
            given, tools = parameters_chosen(self.workspace, chat), tools_chosen(self.workspace, chat)
            take_up(held, chat.conversation.chosen, given, tools)
            if chat.is_kept:
                held.draft = await self.drafts.of(held)
            elif takes_up:
                held.draft = await self.drafts.take_up(held)
            return held

        held = await self.bridge.call(there)
        return self.held.setdefault(held.id, held)

    async def _close(self, chat: Chat) -> None:
        """Let others hold it; called on the engine's thread."""
        chat.close()
        if chat in self.workspace.chats:
            self.workspace.chats.remove(chat)

    async def _usual(self) -> ModelAt | None:
        """Whom the settings mean; None when that shows only when it is asked."""
        try:
            return self._meant()
        except DeepChatError:
            return None  # `misnamed` says it, or who is asked, with what helps

    def _meant(self) -> ModelAt | None:
        where = self.workspace.settings.chosen_provider()
        if where.kind == "local" and self.workspace.settings.origin_of("model") == "default":
            return None
        shelf, model = self.workspace.shelf, self.workspace.settings.model
        return ModelAt(where.name, shelf.catalog.find(model, shelf.known_as(where.name)).id_to_send)

"""What one run of the program has open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from deepchat.errors import ConfigError, KeyMissing, KeyRejected, StoreError, UsageError
from deepchat.workspace.fittings import Fittings
from deepchat.workspace.keeping import Keeping

if TYPE_CHECKING:  # httpx comes with some of these, and the first frame waits for what is loaded here
    from deepchat.config.providers import Provider as Where
    from deepchat.conversation.message import Message
    from deepchat.conversation.parameters import Parameters
    from deepchat.engine.turn import Turn
    from deepchat.session.answering import Answering
    from deepchat.session.chat import Chat
    from deepchat.session.errands import Errands
    from deepchat.store.database import Database
    from deepchat.wire.account import Account
    from deepchat.wire.http import Exchange
    from deepchat.wire.images import Picture
    from deepchat.wire.request import ChatRequest, CompletionRequest
    from deepchat.workspace.embedding import Embedding
    from deepchat.workspace.model_at import ModelAt

_KNOW_THE_DEFAULT_MODEL: Final = ("deepinfra", "lava", "flo2", "native")
"""Providers that have the default model, under the id it has at DeepInfra."""
_UNPRICED_PICTURE: Final = "no server says what a picture costs: take [budget] out of config.toml for it"


class Workspace(Fittings):
    """Everything that a front end works with; use it as an async context manager."""

    def __init__(self, overrides: Mapping[str, object] | None = None, preset: str = "") -> None:
        """Read the settings, with the preset and then the command line's over them; all else opens when needed."""
        super().__init__(overrides, preset)
        self.cannot_prefill: set[tuple[str, str]] = set()
        """Providers and models that have refused to go on from an answer in this run."""
        self.chats: list[Chat] = []
        """The conversations that are held in this run."""
        self.keeping = Keeping(self.paths.data, self.notices, lambda: self.settings.trash.days)
        self._exchange: Exchange | None = None

    async def __aenter__(self) -> Self:
        await self.servers.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            for chat in self.chats:
                chat.close()
            if self._exchange:
                await self._exchange.aclose()
        finally:
            try:
                await self.servers.__aexit__(kind, error, trace)
            finally:
                await self.keeping.__aexit__(kind, error, trace)

    async def where(self) -> Where:
        """The chosen provider's place; raises ConfigError, or CannotConnect when any server here would do."""
        if self._probes:
            return await self.places.running_here(self.exchange())
        return self.settings.chosen_provider()

    async def ask(
        self,
        messages: Sequence[Message],
        parameters: Parameters,
        most_nano: int | None = None,
        whom: ModelAt | None = None,
    ) -> Turn:
        """A turn that will answer the last message; nothing is sent before its events are read.

        `whom` is asked instead of the model and the provider of the settings.
        """
        from deepchat.wire.request import ChatRequest

        return await self._turn(lambda model: ChatRequest(model, tuple(messages), parameters), most_nano, whom)

    async def complete(
        self,
        prompt: str,
        parameters: Parameters,
        most_nano: int | None = None,
        *,
        echo: bool = False,
        logprobs: int | None = None,
    ) -> Answering:
        """What goes on from raw text; nothing is sent before its events are read."""
        from deepchat.wire.request import CompletionRequest

        turn = await self._turn(lambda model: CompletionRequest(model, prompt, parameters, echo, logprobs), most_nano)
        return await (await self._errands()).completing(turn)

    async def embed(self, texts: Sequence[str], dimensions: int | None = None) -> Embedding:
        """Texts that become vectors as its batches are read."""
        from deepchat.workspace.embedding import Embedding

        where = await self.where()
        model = await self._model(where)
        provider = await self.places.ready(where)
        prices = self.shelf.price_list(where.name, model)
        return Embedding(
            await self._errands(), self.exchange(), provider, model, texts, dimensions, prices, self._unpriced
        )

    async def make_images(
        self, prompt: str, size: str, count: int, model: str = "", asked_of: str = "", *, beyond: bool = False
    ) -> list[Picture]:
        """Pictures, by the settings' model and provider unless others are named; what they cost no server tells.

        Raises BudgetReached where there is a budget, unless it may go beyond it.
        """
        from deepchat.conversation.usage import NO_USAGE, UNKNOWN_COST
        from deepchat.wire.images import make_images
        from deepchat.wire.request import ImageRequest

        where = self.settings.provider_named(asked_of) if asked_of else await self.where()
        painter = self.shelf.catalog.find(model or self.settings.pictures.model, self.shelf.known_as(where.name))
        request = ImageRequest(painter.id_to_send, prompt, size, count)
        provider = await self.places.ready(where)
        errands = await self._errands(beyond=beyond)
        async with errands.paying(where.name, request.model, UNKNOWN_COST, _UNPRICED_PICTURE) as errand:
            pictures = await make_images(self.exchange(), provider, request)
            errand.billed(NO_USAGE, UNKNOWN_COST)
        return pictures

    async def ledger(self) -> Database | None:
        """The store for what costs but keeps no words; None where there can be none, which is told.

        One that can only be read still says what the budgets leave. Raises BudgetReached when that is nothing.
        """
        try:
            database = await self.keeping.database()
        except (StoreError, ConfigError) as error:
            self.notices.append(f"what this costs is not kept: {error.message}")
            return None
        if not database.read_only:
            return database
        from deepchat.engine.limits import Watch
        from deepchat.session.budget import Allowance
        from deepchat.workspace.talks import budgets_of

        spent = Allowance(replace(budgets_of(self), conversation=None), database, "")
        Watch(await spent.limits()).allow(0, 0)
        self.notices.append("what this costs is not kept, and counts in no budget: the store can only be read")
        return database

    async def account(self) -> Account:
        """What the chosen provider says of the account behind its key."""
        from deepchat.wire.account import read_account

        return await read_account(self.exchange(), await self.places.ready(await self.where()))

    async def refresh_models(self, asked_of: str = "") -> None:
        """Ask a provider for its models, and keep the list for later; most providers want no key for it.

        Without a name it is the chosen one.
        """
        from deepchat.wire.listing import fetch_models

        where = self.settings.provider_named(asked_of) if asked_of else await self.where()
        try:
            provider, missing = await self.places.ready(where), None
        except KeyMissing as error:
            provider, missing = self.places.with_key(where, None), error
        try:
            models = await fetch_models(self.exchange(), provider)
        except KeyRejected as error:
            raise missing or error from None
        try:
            self.shelf.keep(where, models)
        except ConfigError as unwritable:
            self.notices.append(f"the list of models is shown, but could not be kept: {unwritable.message}")

    async def _turn(
        self,
        question: Callable[[str], ChatRequest | CompletionRequest],
        most_nano: int | None,
        whom: ModelAt | None = None,
    ) -> Turn:
        from deepchat.engine.limits import answer_limit
        from deepchat.engine.turn import Turn
        from deepchat.wire.stream import Asking

        self.shelf.look_again()
        where = self.settings.provider_named(whom.provider) if whom else await self.where()
        chain = await self.places.with_fallbacks(where)
        asking = Asking(chain, self.settings.retries)
        asked = question(whom.model if whom else await self._model(where))
        limits = answer_limit(most_nano or self.settings.budget.answer)
        return Turn(self.exchange(), asking, asked, self.shelf.price_list, limits, self._unpriced)

    async def _errands(self, *, beyond: bool = False) -> Errands:
        from deepchat.session.budget import Budgets
        from deepchat.session.errands import Errands
        from deepchat.workspace.talks import budgets_of

        return Errands(await self.ledger(), Budgets() if beyond else budgets_of(self), self.notices)

    @property
    def _unpriced(self) -> str:
        """What the user can do about a price that is not known."""
        return f"try deepchat models --refresh, write its price into {self.paths.models_file}, or ask without a limit"

    async def _model(self, where: Where) -> str:
        """The id to send: what the user's words mean, or for a server on this machine whatever it serves."""
        if self.settings.origin_of("model") != "default" or where.name in _KNOW_THE_DEFAULT_MODEL:
            return self.shelf.catalog.find(self.settings.model, self.shelf.known_as(where.name)).id_to_send
        if where.needs_key:
            raise UsageError(
                f"no model is chosen for {where.name}", "name one with -m, or LLM_MODEL in the environment"
            )
        from deepchat.wire.listing import fetch_models

        return (await fetch_models(self.exchange(), await self.places.ready(where)))[0].id

    def exchange(self) -> Exchange:
        """The way out, opened when it is first needed."""
        if self._exchange is None:
            from deepchat.wire.http import Exchange, Patience

            waits = self.settings.timeouts
            patience = Patience(**{field.name: getattr(waits, field.name) for field in fields(waits)})
            self._exchange = Exchange(patience, str(self.settings.ca_bundle or ""))
        return self._exchange

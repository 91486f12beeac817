"""What one run of the program has open."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import fields
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import urlsplit

from deepchat.catalog import cache
from deepchat.catalog.catalog import Catalog, load_catalog
from deepchat.catalog.model import Model
from deepchat.config.files import Complaint
from deepchat.config.paths import find_paths
from deepchat.config.presets import find_preset, load_presets
from deepchat.config.providers import Provider as Where
from deepchat.config.settings import load_settings
from deepchat.conversation.message import Message
from deepchat.conversation.parameters import Parameters
from deepchat.engine.shape import check_schema
from deepchat.errors import UsageError
from deepchat.workspace.places import ANY_LOCAL, Places
from deepchat.workspace.wishes import parameters_from

if TYPE_CHECKING:  # httpx comes with these, and not every command needs the network
    from deepchat.engine.turn import Turn
    from deepchat.wire.account import Account
    from deepchat.wire.embeddings import Embedded
    from deepchat.wire.http import Exchange
    from deepchat.wire.images import Picture
    from deepchat.wire.request import ChatRequest, CompletionRequest

_DEEPINFRA_HOST: Final = "api.deepinfra.com"
_KNOW_THE_DEFAULT_MODEL: Final = ("deepinfra", "lava", "flo2", "native")
"""Providers that have the default model, under the id it has at DeepInfra."""


class Workspace:
    """Everything that a front end works with; use it as an async context manager."""

    def __init__(self, overrides: Mapping[str, object] | None = None, preset: str = "") -> None:
        """Read the settings, with the preset and then the command line's over them; all else opens when needed."""
        self.environ: Mapping[str, str] = os.environ
        self.paths = find_paths(self.environ)
        presets, self._preset_complaints = load_presets(self.paths) if preset else ([], ())
        wanted = find_preset(presets, preset).overrides() if preset else {}
        wanted.update({key: value for key, value in (overrides or {}).items() if value is not None})
        self._probes = wanted.get("provider") == ANY_LOCAL
        if self._probes:
            del wanted["provider"]  # which one it is shows when the ports are tried
        self.settings = load_settings(self.environ, wanted)
        self.notices: list[str] = []
        """What the user should hear of although nothing failed."""
        self.places = Places(self.settings, self.paths, self.environ, self.notices)
        self._exchange: Exchange | None = None
        self._catalog: Catalog | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._exchange:
            await self._exchange.aclose()

    @property
    def complaints(self) -> tuple[Complaint, ...]:
        """What could not be used in the user's files."""
        of_catalog = self._catalog.complaints if self._catalog else ()
        return (*self.settings.complaints, *self._preset_complaints, *of_catalog)

    @property
    def catalog(self) -> Catalog:
        if self._catalog is None:
            places = self.settings.providers.values()
            listings = [cache.read_listing(self.paths.cache, where.name, where.base_url) for where in places]
            self._catalog = load_catalog(self.paths.models_file, filter(None, listings))
        return self._catalog

    def parameters(self, given: Mapping[str, object]) -> Parameters:
        """How an answer shall be made, when the command line says this much; raises UsageError."""
        return parameters_from(self.settings, given)

    def checked_schema(self, schema: Mapping[str, object]) -> Mapping[str, object]:
        """The schema, known to be one; raises UsageError."""
        check_schema(schema)
        return schema

    async def ask(self, messages: Sequence[Message], parameters: Parameters, most_nano: int | None = None) -> Turn:
        """A turn that will answer the last message; nothing is sent before its events are read."""
        from deepchat.wire.request import ChatRequest

        return await self._turn(lambda model: ChatRequest(model, tuple(messages), parameters), most_nano)

    async def complete(
        self,
        prompt: str,
        parameters: Parameters,
        most_nano: int | None = None,
        *,
        echo: bool = False,
        logprobs: int | None = None,
    ) -> Turn:
        """A turn that goes on from raw text."""
        from deepchat.wire.request import CompletionRequest

        return await self._turn(lambda model: CompletionRequest(model, prompt, parameters, echo, logprobs), most_nano)

    async def embed(self, texts: Sequence[str], dimensions: int | None = None) -> AsyncGenerator[Embedded, None]:
        """The texts as vectors, a batch at a time."""
        from deepchat.wire.embeddings import embed

        where = await self._where()
        model = await self._model(where)
        async with aclosing(
            embed(self._open_exchange(), await self.places.ready(where), model, texts, dimensions)
        ) as batches:
            async for batch in batches:
                yield batch

    async def make_images(self, prompt: str, size: str, count: int) -> list[Picture]:
        from deepchat.wire.images import make_images
        from deepchat.wire.request import ImageRequest

        where = await self._where()
        request = ImageRequest(await self._model(where), prompt, size, count)
        return await make_images(self._open_exchange(), await self.places.ready(where), request)

    async def account(self) -> Account:
        """What the chosen provider says of the account behind its key."""
        from deepchat.wire.account import read_account

        return await read_account(self._open_exchange(), await self.places.ready(await self._where()))

    async def refresh_models(self) -> cache.Listing:
        """Ask the chosen provider for its models, and keep the list for later."""
        from deepchat.wire.listing import fetch_models

        where = await self._where()
        models = await fetch_models(self._open_exchange(), await self.places.ready(where))
        listing = cache.Listing(where.name, where.base_url, datetime.now(UTC).isoformat(), tuple(models))
        cache.write_listing(self.paths.cache, listing)
        self._catalog = None
        return listing

    def price_list(self, provider: str, model: str) -> Model | None:
        """What is known of this model at this provider."""
        return self.catalog.named(model, provider) or self.catalog.named(model, self._known_as(provider))

    async def _turn(self, question: Callable[[str], ChatRequest | CompletionRequest], most_nano: int | None) -> Turn:
        from deepchat.engine.turn import Turn
        from deepchat.wire.stream import Asking

        where = await self._where()
        chain = await self.places.with_fallbacks(where)
        asking = Asking(chain, self.settings.retries)
        asked = question(await self._model(where))
        return Turn(self._open_exchange(), asking, asked, self.price_list, most_nano or self.settings.budget.answer)

    async def _where(self) -> Where:
        if self._probes:
            return await self.places.running_here(self._open_exchange())
        return self.settings.provider_named(self.settings.provider)

    async def _model(self, where: Where) -> str:
        """The id to send: what the user's words mean, or for a server on this machine whatever it serves."""
        if self.settings.origin_of("model") != "default" or where.name in _KNOW_THE_DEFAULT_MODEL:
            return self.catalog.find(self.settings.model, self._known_as(where.name)).id_to_send
        if where.needs_key:
            raise UsageError(
                f"no model is chosen for {where.name}", "name one with -m, or LLM_MODEL in the environment"
            )
        from deepchat.wire.listing import fetch_models

        return (await fetch_models(self._open_exchange(), await self.places.ready(where)))[0].id

    def _known_as(self, provider: str) -> str:
        """Whose rows of the catalogue speak of this provider's models: DeepInfra's own routes share one list."""
        where = self.settings.providers.get(provider)
        return "deepinfra" if where and urlsplit(where.base_url).hostname == _DEEPINFRA_HOST else provider

    def _open_exchange(self) -> Exchange:
        if self._exchange is None:
            from deepchat.wire.http import Exchange, Patience

            waits = self.settings.timeouts
            patience = Patience(**{field.name: getattr(waits, field.name) for field in fields(waits)})
            self._exchange = Exchange(patience, str(self.settings.ca_bundle or ""))
        return self._exchange

"""From a provider's name to a provider that can be asked: its address, its key, its fallbacks."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

from deepchat.errors import CannotConnect, ConfigError, KeyMissing, KeyProblem, WireError
from deepchat.secret import Secret

if TYPE_CHECKING:
    from deepchat.config.lava_parts import LavaParts
    from deepchat.config.paths import Paths
    from deepchat.config.providers import Provider as Where
    from deepchat.config.settings import Settings
    from deepchat.wire.http import Exchange
    from deepchat.wire.providers.base import Place, Provider

_BEHIND_LAVA: Final = "https://api.deepinfra.com/v1/openai"
"""Whom a gateway of Lava's kind asks, when its table does not say."""
_PROBE_LIMIT_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Places:
    """The providers of the settings, made ready to be asked."""

    settings: Settings
    paths: Paths
    environ: Mapping[str, str]
    notices: list[str]
    """Takes what the user should hear of although nothing failed."""

    async def ready(self, where: Where) -> Provider:
        """The provider at this place, with its key; raises ConfigError, KeyMissing or KeyMalformed."""
        # A key_command may ask for a finger on a reader, and a keyring for a password.
        return self.with_key(where, await asyncio.to_thread(self._key, where))

    def with_key(self, where: Where, key: Secret | None) -> Provider:
        """The provider at this place with this key, or with none."""
        from deepchat.wire.providers.table import provider_of

        return provider_of(where.kind, self._place(where, key))

    async def with_fallbacks(self, where: Where) -> list[Provider]:
        """The provider itself, then whom to ask when it is down; a fallback that can't be asked is told of."""
        chain = [await self.ready(where)]
        for name in where.fallback:
            try:
                chain.append(await self.ready(self.settings.provider_named(name)))
            except (ConfigError, KeyProblem) as error:
                self.notices.append(f"the fallback {name} can't be asked: {error.message}")
        return chain

    def here(self) -> list[str]:
        """The providers that are servers on this machine."""
        return [where.name for where in self.settings.providers.values() if where.kind == "local"]

    async def running_here(self, exchange: Exchange) -> Where:
        """The first server that answers on one of the known ports of this machine; raises CannotConnect."""
        locals_ = [self.settings.providers[name] for name in self.here()]
        for where in locals_:
            try:
                await self.first_model(exchange, where)
            except (WireError, KeyProblem):
                continue
            return where
        tried = ", ".join(f"{where.name} at {where.base_url}" for where in locals_)
        raise CannotConnect(f"no server answers on this machine (tried {tried})", "start one: deepchat local")

    async def first_model(self, exchange: Exchange, where: Where) -> str:
        """What a server on this machine has, asked without patience; raises WireError or KeyProblem."""
        from deepchat.wire.http import Patience
        from deepchat.wire.listing import fetch_models

        patience = Patience(_PROBE_LIMIT_S, _PROBE_LIMIT_S, _PROBE_LIMIT_S, _PROBE_LIMIT_S, _PROBE_LIMIT_S)
        return (await fetch_models(exchange, await self.ready(where), patience, retries=0))[0].id

    def _key(self, where: Where) -> Secret | None:
        from deepchat.config import keys

        found = keys.find_key(where, self.environ, self.paths, self.settings)
        if found:
            self.notices.extend([found.notice] if found.notice else [])
            return found.secret
        if not where.needs_key:
            return None
        missing = keys.missing_key(where)
        raise KeyMissing(missing.message, f"{missing.hint}; without any key: deepchat local, then ask with -p local")

    def _place(self, where: Where, key: Secret | None) -> Place:
        from deepchat.wire.providers.base import Place
        from deepchat.wire.providers.lava import LavaPlace, compose_token

        if where.kind != "lava":
            return Place(where.name, where.base_url, key, where.headers, where.extra_body)
        if key and where.lava:
            key = compose_token(key, *self._lava_parts(where.lava))
        return LavaPlace(
            where.name, where.base_url, key, where.headers, where.extra_body, where.target_base_url or _BEHIND_LAVA
        )

    def _lava_parts(self, parts: LavaParts) -> tuple[dict[str, str | bool], Secret | None]:
        from deepchat.config import keys

        said: dict[str, str | bool] = {}
        for field in fields(parts):
            value: object = getattr(parts, field.name)
            if field.name == "provider_key_env" or value in (None, ""):
                continue
            if isinstance(value, Secret):
                said[field.name] = value.reveal()
            elif isinstance(value, str | bool):
                said[field.name] = value
        own = keys.key_in_environment(filter(None, [parts.provider_key_env]), self.environ)
        if parts.provider_key_env and own is None:
            # Without it Lava would pay the provider, and send the bill.
            raise KeyMissing(
                f"{parts.provider_key_env} is not set, which shall hold your own key",
                "set it, or take provider_key_env out",
            )
        return said, own.secret if own else None

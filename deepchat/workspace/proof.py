"""Is a key good? Found out with calls that cost nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from deepchat.errors import KeyRejected
from deepchat.wire.http import Exchange
from deepchat.wire.providers.deepinfra import DeepInfra
from deepchat.wire.providers.native import Native
from deepchat.wire.simple import fetch_json

if TYPE_CHECKING:
    from deepchat.config.providers import Provider as Where
    from deepchat.secret import Secret
    from deepchat.wire.providers.base import Provider
    from deepchat.workspace.workspace import Workspace

RETRIES: Final = 1
_WHO_AM_I: Final = "/v1/me"


async def prove_key(workspace: Workspace, where: Where, key: Secret) -> bool:
    """Whether the provider at this place takes this key; as `prove`."""
    return await prove(workspace.exchange(), workspace.places.with_key(where, key))


async def prove(exchange: Exchange, provider: Provider) -> bool:
    """Whether the provider takes its key; False when it shows its models to anybody, so that nothing is proven.

    Raises KeyRejected, or the error that kept it from answering.
    """
    if isinstance(provider, DeepInfra | Native):
        await fetch_json(exchange, DeepInfra(provider.place).account(_WHO_AM_I), RETRIES)
        return True
    with_key = provider.model_lists()[-1]
    await fetch_json(exchange, with_key, RETRIES)
    try:
        await fetch_json(exchange, replace(with_key, key=None), RETRIES)
    except KeyRejected:
        return True
    return False

"""Ways to a first answer: a key, a server on this machine, the small model."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from deepchat.config.providers import Provider
from deepchat.errors import ConfigError, KeyProblem, WireError
from deepchat.workspace.model_at import ModelAt

if TYPE_CHECKING:
    from deepchat.local_model import LocalModel
    from deepchat.workspace.workspace import Workspace

SMALL_MODEL: Final = "small"
"""The provider that the small model is, while it runs."""


@dataclass(frozen=True, slots=True)
class Ways:
    """What there is on this machine."""

    servers: tuple[str, ...]
    """The providers whose servers answer."""
    has_small_model: bool


async def lacks_key(workspace: Workspace) -> bool:
    """Whether the chosen provider wants a key, and none is found; no server is asked."""
    where = await workspace.where()
    if not where.needs_key:
        return False
    (status,) = await asyncio.to_thread(workspace.keys.status, where.name)
    return not status.source


async def ways(workspace: Workspace) -> Ways:
    """Look at the ports of this machine, and for the small model's parts."""
    from deepchat.local_model import obstacle

    places = workspace.places
    names = places.here()
    models = await asyncio.gather(*(first_model(workspace, name) for name in names))
    servers = tuple(name for name, model in zip(names, models, strict=True) if model)
    return Ways(servers, await asyncio.to_thread(obstacle) is None)


async def first_model(workspace: Workspace, provider: str) -> str:
    """A model that the server of this provider has; empty when nobody answers there."""
    try:
        return await workspace.places.first_model(workspace.exchange(), workspace.settings.provider_named(provider))
    except (WireError, KeyProblem):
        return ""


async def start_small_model(workspace: Workspace) -> tuple[ModelAt, LocalModel]:
    """Run it on this machine for as long as this program runs, and choose it; raises LocalModelError."""
    from deepchat.catalog.model import Model
    from deepchat.local_model import CONTEXT_TOKENS, find_weights, start

    running = await asyncio.to_thread(lambda: start(find_weights()))
    here = Provider(SMALL_MODEL, "local", running.url, needs_key=False)
    workspace.know(here)
    with suppress(ConfigError):  # the next start tells it again
        workspace.shelf.keep(here, [Model(running.model, SMALL_MODEL, CONTEXT_TOKENS)])
    workspace.choose(SMALL_MODEL, running.model)
    return ModelAt(SMALL_MODEL, running.model), running

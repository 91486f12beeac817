"""The models of a provider of which none is known yet, asked for once and behind the user's back."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from deepchat.config.keys import key_in_environment
from deepchat.errors import ConfigError, DeepChatError

if TYPE_CHECKING:
    from deepchat.workspace.workspace import Workspace

_LIMIT_S: Final = 15.0


async def learn_models(workspace: Workspace, provider: str = "") -> bool:
    """Whether models are known now that were not: their windows and prices too, if that provider tells them.

    Without a name it is the chosen one.

    What fails is not told: prices stay unknown, and whoever picks a model is told why. Nobody is asked for a key
    behind the user's back: one that stands in the environment goes along, to whom every question will take it.
    """
    with suppress(DeepChatError):
        return await _learn(workspace, provider)
    return False


async def _learn(workspace: Workspace, asked_of: str) -> bool:
    where = workspace.settings.provider_named(asked_of) if asked_of else await workspace.where()
    shelf = workspace.shelf
    if shelf.age(where.name) or shelf.catalog.models(shelf.known_as(where.name)):
        return False

    from deepchat.wire.http import Patience  # which most starts don't need
    from deepchat.wire.listing import fetch_models

    key = key_in_environment(where.key_env, workspace.environ)
    provider = workspace.places.with_key(where, key.secret if key else None)
    patience = Patience(connect_s=_LIMIT_S, headers_s=_LIMIT_S, total_s=_LIMIT_S)
    models = await fetch_models(workspace.exchange(), provider, patience, retries=0)
    with suppress(ConfigError):  # known for this run
        workspace.shelf.keep(where, models)
    return True


class Learning:
    """The same beside something else, which it neither holds up nor ends; an async context manager."""

    def __init__(self, workspace: Workspace, provider: str = "") -> None:
        self._workspace = workspace
        self._provider = provider
        self._task: asyncio.Task[bool] | None = None

    async def __aenter__(self) -> Self:
        # No TaskGroup: a fault of what nobody asked for would cancel what is paid for.
        self._task = asyncio.create_task(learn_models(self._workspace, self._provider))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """A fault is raised when the other has ended well; what ended the other comes first."""
        task = self._task
        if task is None:
            return
        task.cancel()
        await asyncio.wait([task])
        if not task.cancelled() and (fault := task.exception()) and error is None:
            raise fault

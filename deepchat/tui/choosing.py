"""What is set for an open conversation, over the settings: it holds at once, and when it is opened again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deepchat.conversation.chosen import Chosen
    from deepchat.tui.held import Held
    from deepchat.workspace.model_at import ModelAt


async def choose(held: Held, chosen: Chosen) -> None:
    """All of it at once; raises StoreError when it can't be kept: then it holds for this time."""
    held.chosen = chosen
    await held.change(lambda chat: chat.choose(chosen))


async def set_parameters(held: Held, parameters: Mapping[str, object]) -> None:
    """These beside the others; those that are None are left to the settings again. Raises StoreError."""
    given = {**held.chosen.parameters, **parameters}
    left = {name: value for name, value in given.items() if value is not None}
    await choose(held, replace(held.chosen, parameters=left))


async def turn_to(held: Held, whom: ModelAt) -> None:
    """This model answers next. Raises StoreError."""
    held.whom = whom
    await choose(held, replace(held.chosen, provider=whom.provider, model=whom.model))

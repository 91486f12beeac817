"""What is set for an open conversation, over the settings: it holds at once, and when it is opened again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from deepchat.conversation.chosen import Chosen
from deepchat.workspace.choices import is_overruled, who_is_gone

if TYPE_CHECKING:
    from deepchat.session.chat import Chat
    from deepchat.tui.held import Held
    from deepchat.workspace import Workspace
    from deepchat.workspace.model_at import ModelAt


def take_up(held: Held, stored: Chosen, parameters: Mapping[str, object], tools: Collection[str]) -> None:
    """Of what was chosen for it before, these parameters and tools hold in this run; the others stay chosen."""
    held.chosen = replace(stored, parameters=parameters, tools=tuple(tools))
    held.withheld = Chosen(parameters=_without(stored.parameters, parameters), tools=_less(stored.tools, tools))


def tell_who_is_gone(workspace: Workspace, chat: Chat, asked: ModelAt | None) -> None:
    """Another model than its own goes on with it, where that can't be asked; not when the user named another now."""
    gone = who_is_gone(workspace, chat)
    if gone and not is_overruled(workspace, gone[0]):
        whom, why = gone
        following = asked.model if asked else workspace.settings.model
        workspace.notices.append(
            f"{whom.model} of {whom.provider} answered here before and can't be asked now: {why} — "
            f"{following} answers next, ctrl+o chooses another"
        )


async def choose(held: Held, chosen: Chosen) -> None:
    """All of it at once; raises StoreError when it can't be kept: then it holds for this time."""
    held.chosen = chosen
    held.withheld = withheld = replace(held.withheld, tools=_less(held.withheld.tools, chosen.tools))
    stays = replace(
        chosen,
        parameters={**withheld.parameters, **chosen.parameters},
        tools=(*chosen.tools, *withheld.tools),
    )
    await held.change(lambda chat: chat.choose(stays))


async def set_parameters(held: Held, parameters: Mapping[str, object]) -> None:
    """These beside the others; those that are None are left to the settings again. Raises StoreError."""
    given = {**held.chosen.parameters, **parameters}
    left = {name: value for name, value in given.items() if value is not None}
    held.withheld = replace(held.withheld, parameters=_without(held.withheld.parameters, parameters))
    await choose(held, replace(held.chosen, parameters=left))


async def clear_parameters(held: Held) -> None:
    """All are left to the settings again, those too that do not hold in this run. Raises StoreError."""
    await set_parameters(held, dict.fromkeys([*held.chosen.parameters, *held.withheld.parameters]))


async def turn_to(held: Held, whom: ModelAt) -> None:
    """This model answers next. Raises StoreError."""
    held.whom = whom
    await choose(held, replace(held.chosen, provider=whom.provider, model=whom.model))


def _without(parameters: Mapping[str, object], names: Collection[str]) -> Mapping[str, object]:
    return {name: value for name, value in parameters.items() if name not in names}


def _less(tools: Collection[str], others: Collection[str]) -> tuple[str, ...]:
    return tuple(name for name in tools if name not in others)

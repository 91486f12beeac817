"""A title for a conversation by a cheap model: asked for after its first answer, and never in anybody's way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepchat.conversation.in_words import cost_words
from deepchat.errors import DeepChatError

if TYPE_CHECKING:
    from deepchat.tui.held import Held
    from deepchat.tui.stage import Stage


async def name(stage: Stage, held: Held) -> None:
    """Let it be named, if the settings want that, and tell what it cost; without a title its first words stay one."""
    if not stage.desk.workspace.settings.titles.automatic:
        return
    try:
        named = await stage.desk.name(held)
    except DeepChatError as error:
        stage.notice(f"its first words stay the title: {error.message}")
        await stage.refresh()  # it may have cost something
        return
    if named is None:
        return
    told = f"called «{named.title}»" if named.title else "its first words stay the title"
    stage.notice(f"{told} · {named.model.rpartition('/')[2]}, {cost_words(named.cost)}")
    if held is stage.held and not held.is_streaming:  # what streams is seen with its title when it ends
        await stage.look()
    else:
        await stage.refresh()

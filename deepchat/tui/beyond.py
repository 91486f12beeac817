"""A budget is a question in the app, not a wall."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepchat.tui.screens.confirm import Confirm
from deepchat.tui.ways_out import hint_here

if TYPE_CHECKING:
    from textual.app import App

    from deepchat.errors import BudgetReached


async def may_go_beyond(app: App[int], error: BudgetReached, what: str) -> bool:
    """Ask whether this one thing may cost what it costs."""
    allowed = f"This one {what} may go beyond every budget, if you say so."
    told = "\n\n".join([_sentence(error.message), allowed, _sentence(hint_here(error))])
    return await app.push_screen_wait(Confirm("Spend more?", told.strip(), yes="Go on", no="Leave it"))


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}." if words else ""

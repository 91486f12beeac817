"""Why a conversation could not be held."""

from __future__ import annotations

from deepchat.errors import ConversationBusy, StoreError, StoreReadOnly
from deepchat.store.database import Database


def why_not_held(database: Database | None, hint: str) -> StoreError:
    """What to raise: nothing can be written here at all, or another program holds it, which is when the hint helps."""
    if database and database.read_only:
        return StoreReadOnly(
            f"{database.path} is only read here, so nothing can be changed", "deepchat doctor says why"
        )
    return ConversationBusy("another DeepChat holds this conversation", hint)

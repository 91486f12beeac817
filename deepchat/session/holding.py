"""A conversation is held by one program at a time; what keeps us from holding it is said as it is."""

from __future__ import annotations

from deepchat.errors import ConversationBusy, StoreError, StoreReadOnly
from deepchat.store.database import Database
from deepchat.store.locks import ConversationLock


def hold(lock: ConversationLock, database: Database | None, hint: str) -> StoreError | None:
    """Keep others from writing in it; gives back what to raise when that can't be.

    Nothing can be written here at all, no lock can be made, or another program holds it, which is when the hint helps.
    """
    try:
        if lock.acquire():
            return None
        error: StoreError = ConversationBusy("another DeepChat holds this conversation", hint)
    except StoreError as unlockable:
        error = unlockable
    if database and database.read_only:
        return StoreReadOnly(
            f"{database.path} is only read here, so nothing can be changed", "deepchat doctor says why"
        )
    return error

"""The workspace as a verb opens it: what is wrong in the user's files is told, and so is what else they should hear."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from deepchat.cli import voice
from deepchat.errors import ModelNotFound, UsageError

if TYPE_CHECKING:
    from deepchat.workspace import Workspace


@asynccontextmanager
async def opened(overrides: Mapping[str, object], preset: str = "") -> AsyncGenerator[Workspace]:
    """The workspace with these settings laid over the user's; each complaint and notice is said once.

    A model that is known not to be there, without anybody being asked, is a UsageError.
    """
    from deepchat.workspace import Workspace

    workspace = Workspace(overrides, preset)
    early = workspace.complaints
    tell_complaints(early)
    try:
        async with workspace:
            yield workspace
    except ModelNotFound as error:
        if error.status is None:
            raise UsageError(error.message, error.hint) from error
        raise
    finally:  # when it is closed: what was found then is told too
        tell_notices(workspace)
        tell_complaints(complaint for complaint in workspace.complaints if complaint not in early)


def tell_complaints(complaints: Iterable[object]) -> None:
    """Say what could not be used in the user's files."""
    for complaint in complaints:
        voice.notice(f"deepchat: {complaint}")


def tell_notices(workspace: Workspace) -> None:
    """Say what the user should hear of, and not again."""
    while workspace.notices:
        voice.notice(f"deepchat: {workspace.notices.pop(0)}")

"""Words of a conversation that was not open yet when the app ended: they are its draft at the next start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepchat.errors import DeepChatError, StoreFull
from deepchat.tui.clock import now_ms

if TYPE_CHECKING:
    from deepchat.session.drafts import Drafts
    from deepchat.tui.bridge import Bridge
    from deepchat.tui.starting import Start
    from deepchat.workspace.keeping import Keeping


def keep(bridge: Bridge, start: Start, words: str) -> None:
    """Let the engine's thread keep them when all else has stopped; of what is temporary nothing is kept."""
    if not words or start.temporary:
        return
    bridge.at_end.append(lambda: _keep(bridge.workspace.keeping, start, words))
    bridge.start()


async def _keep(keeping: Keeping, start: Start, words: str) -> None:
    from deepchat.session.drafts import Drafts

    database = await keeping.database()
    if database.read_only and not database.lacks_room:
        return
    drafts = Drafts(database)
    try:
        meant, before = await _meant(keeping, drafts, start)
        await drafts.keep(meant, "\n\n".join(filter(None, (before, words))), now_ms(), at_end=True)
    except StoreFull as error:
        from deepchat.tui.drafts import with_words

        raise with_words(error, [words]) from error


async def _meant(keeping: Keeping, drafts: Drafts, start: Start) -> tuple[str, str]:
    """The conversation that was being opened, and what is written in it; a new one where that can't be had."""
    if start.go_on or start.resume:
        library = await keeping.library()
        try:
            found = await library.one(start.resume) if start.resume else await library.latest()
        except DeepChatError:
            pass
        else:
            return found.id, await drafts.of(found.id)
    from deepchat.conversation.ids import new_id

    conversation = new_id()
    return conversation, await drafts.take_up(conversation, keeping.locks)

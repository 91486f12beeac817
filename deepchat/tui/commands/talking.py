"""Commands that ask, and that go another way: new, edit, retry, more, fork, siblings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from deepchat.conversation.message import user
from deepchat.conversation.parameters import less_effort
from deepchat.errors import UsageError
from deepchat.tui.choosing import set_parameters
from deepchat.tui.commands import drawing
from deepchat.tui.ongoing import Ongoing
from deepchat.tui.widgets.mentions import mentions

if TYPE_CHECKING:
    from deepchat.session.chat import Chat
    from deepchat.tui.entries import Entry
    from deepchat.tui.stage import Stage


async def new(stage: Stage, words: str) -> None:
    """Begin another conversation, with the model of this one."""
    await stage.show(await stage.desk.begin(whom=stage.held.whom if stage.held else None))
    if words:
        stage.chat.composer.put_text(words)
    stage.chat.composer.focus()


async def temporary(stage: Stage, _: str) -> None:
    """Begin one of which nothing but its cost is kept."""
    await stage.show(await stage.desk.begin(keeps_words=False, whom=stage.held.whom if stage.held else None))
    stage.chat.composer.focus()


async def stop(stage: Stage, _: str) -> None:
    """No more of the answer that comes; without one, of a command that waits, else of the pictures being made."""
    if stage.held and stage.held.is_streaming:
        stage.held.stop()
    elif stage.end_waits():
        stage.notice("no server is waited for any more")
    else:
        drawing.stop(stage)


async def edit(stage: Stage, words: str) -> None:
    """Ask a question otherwise: the old one stays as a branch."""
    held, entry = stage.front, _question(stage)
    if words:
        held.edit(entry.node, user(words))
        stage.asked(held)
        return
    held.need_silence()
    stood = stage.editing.begin(held, entry.node)
    also = " · what stood there comes with esc, or with ↑" if stood else ""
    stage.notice(f"change the question, and send it: it begins a branch of its own{also}")


async def editor(stage: Stage, _: str) -> None:
    """Write what is to be sent in the user's own editor."""
    from deepchat.tui.editor import edited

    composer = stage.chat.composer
    before, typed = composer.text, composer.typed
    text = edited(stage.app, before)
    composer.put_text(text, {*typed, *set(mentions(text)).difference(mentions(before))})


async def retry(stage: Stage, words: str) -> None:
    """Answer the chosen question once more, or ask for the last leg again."""
    held = stage.front
    if words.strip() == "leg":
        held.retry_leg()
    elif words.strip():
        raise UsageError("/retry takes nothing, or: leg", "/retry leg asks again for the last leg only")
    elif stage.chosen and stage.chosen.node.id != held.page.entries[-1].node.id:
        held.regenerate(_question(stage).node.id)
    else:
        held.regenerate()
    stage.asked(held)


async def more(stage: Stage, _: str) -> None:
    """Go on with the last answer from where it stands."""
    held = stage.front
    if not held.page.entries or held.page.entries[-1].node.state == "whole":
        raise UsageError("the last answer is whole, so there is nothing to go on with", "ask something")
    last = held.page.entries[-1].node.message
    now = stage.desk.workspace.parameters(held.chosen.parameters).reasoning_effort
    if last.reasoning and not last.text.strip() and (less := less_effort(now)):
        await set_parameters(held, {"reasoning_effort": less})
        stage.notice(f"all of it went into thinking: asked again with effort {less}, /effort unset takes that back")
    held.more()
    stage.asked(held)


async def fork(stage: Stage, _: str) -> None:
    """Go on in a copy that ends at this message."""
    held, entry = stage.front, stage.chosen
    copy = await stage.desk.copy(held, entry.node.id if entry else "")
    await stage.show(copy)
    stage.notice("this is a copy of its own now; it is kept from its next question on")


async def older(stage: Stage, _: str) -> None:
    """Show the version of this message before this one, and what came of it."""
    await _sibling(stage, -1)


async def newer(stage: Stage, _: str) -> None:
    """Show the version of this message after this one, and what came of it."""
    await _sibling(stage, 1)


async def cut(stage: Stage, _: str) -> None:
    """Take this message and what follows it off the conversation; it stays as a branch, and /undo brings it back."""
    held, entry = stage.front, stage.chosen
    if entry is None:
        return
    held.need_silence()
    end = held.page.entries[-1].node.id
    parent = entry.node.parent or ""
    await held.change(lambda chat: chat.lead(parent, ends_there=True))

    async def back() -> None:
        if stage.held is not held:
            await stage.show(await stage.desk.open(held.id))
        stage.front.need_silence()
        await stage.front.change(lambda chat: chat.lead(end))

    stage.undoing.append(("the messages are back", back))
    await stage.look()
    stage.notice("taken off; /undo brings it back, and nothing of it is lost")


async def undo(stage: Stage, _: str) -> None:
    """Take back what was deleted last."""
    if not stage.undoing:
        raise UsageError("there is nothing to undo", "deleted conversations: deepchat trash")
    told, back = stage.undoing.pop()
    try:
        await back()
    except UsageError:  # only not now
        stage.undoing.append((told, back))
        raise
    await stage.look()
    stage.notice(told)


async def compact(stage: Stage, _: str) -> None:
    """Let a summary stand for all but the last turn; the originals stay beside it."""
    held = stage.front
    held.sum_up()
    if held.hearing:
        held.hearing.ongoing = Ongoing(stage.app, "asking for a summary … esc stops it")
    stage.asked(held)


async def system(stage: Stage, words: str) -> None:
    """How the model shall behave from now on."""
    held = stage.front
    if not words:
        stage.notice(f"instructions: {held.page.instructions or 'none'} · /system WORDS sets them, /system none clears")
        return
    await held.change(lambda chat: chat.instruct("" if words == "none" else words))
    await stage.look()
    stage.notice("from the next question on")


async def _sibling(stage: Stage, by: int) -> None:
    held, entry = stage.front, stage.chosen
    if entry is None or entry.of < 2:
        return
    held.need_silence()
    node = entry.node

    async def choose(chat: Chat) -> str:
        versions = chat.tree.siblings(node.id)
        chosen = versions[(entry.place - 1 + by) % len(versions)]
        await chat.lead(chosen.id)
        return chosen.id

    chosen = await held.change(choose)
    await stage.look()
    stage.chat.transcript.go_to(stage.chat.transcript.sheets.place_of(chosen))


def _question(stage: Stage) -> Entry:
    """The chosen question, or the last one before it."""
    entries = stage.front.page.entries
    for at in range(min(stage.chat.transcript.index, len(entries) - 1), -1, -1):
        if entries.kept[at].role == "user":
            return entries[at]
    raise UsageError("there is no question before this", "ask one")

"""Commands about what is kept: resume, rename, tag, pin, delete, export, import."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from deepchat.conversation.in_words import counted
from deepchat.errors import UsageError
from deepchat.tui import writing
from deepchat.tui.clock import now_ms
from deepchat.tui.commands.words import file_name, path_of
from deepchat.tui.screens.conversations import Conversations
from deepchat.workspace.saving import save

if TYPE_CHECKING:
    from deepchat.conversation.conversation import Conversation
    from deepchat.tui.stage import Stage


async def resume(stage: Stage, words: str) -> None:
    """Go on in another conversation."""
    if words:
        await stage.show(await stage.desk.open(words.strip()))
        stage.chat.composer.focus()
        return
    streaming = [held.id for held in stage.desk.streaming()]
    screen = Conversations(await stage.desk.archive.conversations(), stage.front.id, streaming)
    chosen = await stage.app.push_screen_wait(screen)
    if chosen:
        await stage.show(await stage.desk.open(chosen))
        stage.chat.composer.focus()


async def rename(stage: Stage, words: str) -> None:
    """Call the conversation otherwise."""
    held, title = stage.front, " ".join(words.split())
    if not title:
        raise UsageError("/rename wants a title", "/rename A title")
    await stage.desk.archive.rename(held, title)
    await stage.look()


async def tag(stage: Stage, words: str) -> None:
    """Put tags on it; those with a minus before them are taken off."""
    held = stage.front
    if not words.split():
        told = ", ".join(held.page.tags)
        stage.notice(f"tags: {told or 'none'} · /tag WORD adds, /tag -WORD takes off")
        return
    await stage.desk.archive.tag(
        held, [word for word in words.split() if word[0] != "-"], [word[1:] for word in words.split() if word[0] == "-"]
    )
    await stage.look()


async def pin(stage: Stage, words: str) -> None:
    """Keep it at the top of the list, or no longer."""
    held = stage.desk.held.get(words) if words else stage.front
    if held:
        await stage.desk.archive.pin(held, pinned=not held.page.pinned)
        await stage.look()
        return
    found = next((one for one in await stage.desk.archive.conversations() if one.id == words), None)
    if found is None:
        raise UsageError("/pin takes nothing: it means the conversation in front", "p pins one in the list")
    await stage.desk.archive.look_up(lambda library: library.pin(found.id, pinned=not found.pinned))
    await stage.refresh()


async def ask_for_words(stage: Stage, conversation_id: str, name: str) -> None:
    """Let a title or tags be typed, for a conversation in the list."""
    if isinstance(stage.app.screen, Conversations):
        stage.app.screen.dismiss(None)  # they are typed below it
    if stage.front.id != conversation_id:
        await stage.show(await stage.desk.open(conversation_id))
    old = stage.front.page.title if name == "rename" else ""
    if writing.put_over(stage.chat.composer, stage.front, f"/{name} {old}"):
        stage.notice("what stood there comes with ↑")


async def delete(stage: Stage, words: str) -> None:
    """Into the trash; /undo brings it back."""
    conversation_id = words or stage.front.id
    title = next((one.title for one in await stage.desk.archive.conversations() if one.id == conversation_id), "")
    await stage.desk.throw_away(conversation_id)

    async def back() -> None:
        await stage.desk.archive.take_back(conversation_id)
        await stage.show(await stage.desk.open(conversation_id))

    stage.undoing.append((f"«{title or 'untitled'}» is back", back))
    if stage.held and stage.held.id == conversation_id:
        stage.held = None
        await stage.show(await stage.desk.begin())
    await stage.refresh()
    stage.notice(f"«{title or 'untitled'}» is in the trash; /undo brings it back")


async def export(stage: Stage, words: str) -> None:
    """Write it into a file: .md, .html or .json, in the current folder unless you say where."""
    held = stage.front
    conversation: Conversation = held.chat.conversation
    name = file_name(held.page.title) or "conversation"
    path = path_of(words) if words.strip() else Path(f"{name}.md")
    if words.strip() in ("md", "html", "json"):
        path = Path(f"{name}.{words.strip()}")
    text = await stage.desk.bridge.do(lambda: _spelled(conversation, path.suffix))
    saved = save(path, text.encode(errors="replace"), overwrite=False)
    stage.notice(f"saved in {saved.absolute()}")


async def bring_in(stage: Stage, words: str) -> None:
    """Conversations from a file: ours, ChatGPT's, Claude's, llm's, elia's, oterm's."""
    from deepchat.workspace.importing import bring_in as bring

    if not words.strip():
        raise UsageError("/import wants a file", "/import FILE")
    path = path_of(words)
    arrived = await stage.desk.archive.look_up(lambda library: bring(library, path, now_ms()))
    await stage.refresh()
    stage.notice(f"{counted(arrived.conversations, 'conversation')} came in from {path.name}")


def _spelled(conversation: Conversation, suffix: str) -> str:
    from deepchat.conversation.export import to_html, to_json, to_markdown

    match suffix.lower():
        case ".json":
            return json.dumps(to_json(conversation), indent=2)
        case ".html" | ".htm":
            return to_html(conversation)
        case ".md" | ".markdown" | ".txt":
            return to_markdown(conversation)
        case _:
            raise UsageError(
                f"{suffix or 'a file without an ending'} is nothing to export to", "/export FILE.md, .html or .json"
            )

"""Pictures made from words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from deepchat.conversation.in_words import cost_words, counted
from deepchat.conversation.usage import UNKNOWN_COST
from deepchat.errors import BudgetReached, UsageError
from deepchat.tui.beyond import may_go_beyond
from deepchat.tui.commands.words import current_folder, file_name
from deepchat.tui.ongoing import Ongoing
from deepchat.workspace.saving import check_folder, save

if TYPE_CHECKING:
    from deepchat.tui.stage import Stage

_SIZE: Final = "1024x1024"
_SUFFIXES: Final = {"png": "png", "jpeg": "jpg", "webp": "webp"}


async def image(stage: Stage, words: str) -> None:
    """Make a picture, and save it in the current folder; the conversation goes on meanwhile."""
    if not words.strip():
        raise UsageError("/image wants to know what the picture shows", "/image a lighthouse in fog")
    folder = current_folder()
    check_folder(folder)  # nothing is paid for what could not be kept
    stage.pictures = [one for one in stage.pictures if not one.is_finished]
    stage.pictures.append(stage.do(_draw(stage, words.strip(), folder)))


def stop(stage: Stage) -> None:
    """No picture that is being made is waited for any more."""
    running = [one for one in stage.pictures if not one.is_finished]
    stage.pictures.clear()
    for one in running:
        one.cancel()
    if running:
        stage.notice(f"{counted(len(running), 'picture')} stopped; what was asked for may be billed all the same")


async def _draw(stage: Stage, prompt: str, folder: Path) -> None:
    whom = stage.front.whom
    provider = whom.provider if whom else ""
    try:
        picture = await _made(stage, prompt, provider)
    except BudgetReached as error:
        if not await may_go_beyond(stage.app, error, "picture"):
            return
        picture = await _made(stage, prompt, provider, beyond=True)
    data, kind = picture
    path = folder / f"{file_name(prompt) or 'picture'}.{_SUFFIXES[kind]}"
    saved = save(path, data, overwrite=False)
    stage.notice(f"the picture is in {saved} ({len(data):,} bytes) · cost: {cost_words(UNKNOWN_COST)}")
    for notice in stage.desk.notices():
        stage.notice(notice)
    await stage.refresh()


async def _made(stage: Stage, prompt: str, provider: str, *, beyond: bool = False) -> tuple[bytes, str]:
    """It, and of which format it is."""
    workspace = stage.desk.workspace
    with Ongoing(stage.app, f"{workspace.settings.pictures.model} makes the picture …"):
        pictures = await stage.desk.bridge.call(
            lambda: workspace.make_images(prompt, _SIZE, 1, asked_of=provider, beyond=beyond)
        )
    return pictures[0].data, pictures[0].format

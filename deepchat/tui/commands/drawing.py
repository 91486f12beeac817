"""Pictures made from words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from deepchat.conversation.in_words import cost_words
from deepchat.conversation.usage import UNKNOWN_COST
from deepchat.errors import UsageError
from deepchat.tui.commands.words import current_folder, file_name
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
    stage.notice(f"{stage.desk.workspace.settings.pictures.model} makes the picture …")
    stage.do(_draw(stage, words.strip(), folder))


async def _draw(stage: Stage, prompt: str, folder: Path) -> None:
    workspace, whom = stage.desk.workspace, stage.front.whom
    provider = whom.provider if whom else ""
    pictures = await stage.desk.bridge.call(lambda: workspace.make_images(prompt, _SIZE, 1, asked_of=provider))
    picture = pictures[0]
    path = folder / f"{file_name(prompt) or 'picture'}.{_SUFFIXES[picture.format]}"
    saved = save(path, picture.data, overwrite=False)
    stage.notice(f"the picture is in {saved} ({len(picture.data):,} bytes) · cost: {cost_words(UNKNOWN_COST)}")
    for notice in stage.desk.notices():
        stage.notice(notice)
    await stage.refresh()

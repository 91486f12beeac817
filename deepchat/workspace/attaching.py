"""Files that are sent along with a question: pictures as pictures, texts as texts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from deepchat.conversation.parts import Image, Part, Text
from deepchat.errors import UsageError
from deepchat.workspace.pictures import BrokenPictureError, without_traces

LARGEST_TEXT: Final = 32 * 1024 * 1024
LARGEST_PICTURE: Final = 20 * 1024 * 1024
"""What DeepInfra takes."""
_PICTURES: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"RIFF", "image/webp"),
)
_NEVER_IN_TEXT: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_BYTE_ORDER_MARK: Final = "\ufeff"


def attached(path: Path) -> tuple[Part, str]:
    """A picture as a picture, a text with its name around it, and what the user should hear of it; else UsageError."""
    data = read_file(path, LARGEST_PICTURE)
    for magic, media_type in _PICTURES:
        if data.startswith(magic) and (media_type != "image/webp" or data[8:12] == b"WEBP"):
            return Image(media_type, _without_traces(data, media_type, path.name), path.name), ""
    text, notice = decoded(data, path.name)
    if text is None:
        raise UsageError(f"{path.name} is neither a text nor a PNG, JPEG or WebP picture", "attach one of these")
    fence = "```"
    while fence in text:
        fence += "`"
    inside = text.removeprefix(_BYTE_ORDER_MARK).removesuffix(chr(10))
    return Text(f"\n\n{path.name}:\n{fence}\n{inside}\n{fence}"), notice


def read_file(path: Path, largest: int) -> bytes:
    """A file, or what a program writes into a pipe, when it is not larger; raises UsageError that says why not."""
    try:
        path = path.expanduser()
        if not (path.is_file() or path.is_fifo() or path.is_char_device()):
            raise UsageError(f"{path} is {'no file' if path.exists() else 'not there'}", "check the path")
        with path.open("rb") as file:
            data = file.read(largest + 1)
    except (OSError, ValueError, RuntimeError) as error:  # the last for the home of nobody
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UsageError(f"{path} can't be read: {why}", "check the path") from error
    if len(data) > largest:
        raise UsageError(f"{path} is larger than {largest // 2**20} MiB", "attach less")
    return data


def decoded(data: bytes, name: str) -> tuple[str | None, str]:
    """The text, which an older program may have written in another encoding than UTF-8; None when it can be none.

    With it comes what the user should hear of that.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError:
        if _NEVER_IN_TEXT.search(data):
            return None, ""
        notice = f"{name} is not UTF-8: it was read as Windows-1252"
        return data.decode("cp1252", errors="replace"), notice
    return (None if "\0" in text else text), ""


def _without_traces(data: bytes, media_type: str, name: str) -> bytes:
    try:
        return without_traces(data, media_type)
    except BrokenPictureError as error:
        raise UsageError(f"{name} is a broken picture: {error}", "save it anew, then attach that") from error

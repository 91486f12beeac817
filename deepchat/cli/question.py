"""The question as it stands on the command line: words, standard input, attached files, a schema."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, cast

from deepchat.cli import voice
from deepchat.cli.pictures import BrokenPictureError, without_traces
from deepchat.conversation.parts import Image, Part, Text
from deepchat.errors import UsageError

LARGEST_INPUT: Final = 32 * 1024 * 1024
LARGEST_PICTURE: Final = 20 * 1024 * 1024
"""What DeepInfra takes."""
_PICTURES: Final = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"RIFF", "image/webp"),
)
_NEVER_IN_TEXT: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_BYTE_ORDER_MARK: Final = "\ufeff"


def find_words(words: Sequence[str]) -> str:
    """The words with standard input after them; empty when there are none."""
    question = " ".join(words).strip()
    piped = "" if sys.stdin is None or sys.stdin.isatty() else read_stdin()
    if question and piped.strip():
        return f"{question}\n\n{piped}"
    return question or (piped if piped.strip() else "")


def read_words(words: Sequence[str], example: str) -> str:
    """The words with standard input after them; raises UsageError, which shows the example, when there are none."""
    if found := find_words(words):
        return found
    if sys.stdin and not sys.stdin.isatty():
        raise UsageError("there is nothing to ask: standard input is empty", f"for example: {example}")
    raise UsageError("there is nothing to ask", f"for example: {example}")


def read_stdin() -> str:
    """All of standard input, exactly; raises UsageError when that is too much, or no text."""
    data = sys.stdin.buffer.read(LARGEST_INPUT + 1)
    if len(data) > LARGEST_INPUT:
        raise UsageError(f"standard input is longer than {LARGEST_INPUT // 2**20} MiB", "ask with less of it")
    text = _decoded(data, "standard input")
    if text is None:
        raise UsageError("standard input is no text", "pipe a text in")
    return text


def read_attachment(name: str) -> Part:
    """A picture as a picture, a text with its name around it; raises UsageError for all else."""
    path = Path(name).expanduser()
    data = read_file(path, LARGEST_PICTURE)
    for magic, media_type in _PICTURES:
        if data.startswith(magic) and (media_type != "image/webp" or data[8:12] == b"WEBP"):
            return Image(media_type, _without_traces(data, media_type, path.name), path.name)
    text = _decoded(data, path.name)
    if text is None:
        raise UsageError(f"{path.name} is neither a text nor a PNG, JPEG or WebP picture", "attach one of these")
    fence = "```"
    while fence in text:
        fence += "`"
    return Text(f"\n\n{path.name}:\n{fence}\n{text.removeprefix(_BYTE_ORDER_MARK).removesuffix(chr(10))}\n{fence}")


def read_file(path: Path, largest: int) -> bytes:
    """A file, or what a program writes into a pipe, when it is not larger; raises UsageError that says why not."""
    try:
        if not (path.is_file() or path.is_fifo() or path.is_char_device()):
            raise UsageError(f"{path} is {'no file' if path.exists() else 'not there'}", "check the path")
        with path.open("rb") as file:
            data = file.read(largest + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise UsageError(f"{path} can't be read: {why}", "check the path") from error
    if len(data) > largest:
        raise UsageError(f"{path} is larger than {largest // 2**20} MiB", "attach less")
    return data


def read_schema(name: str) -> Mapping[str, object]:
    """A JSON Schema from a file; raises UsageError when it is none."""
    try:
        schema: object = json.loads(read_file(Path(name).expanduser(), LARGEST_INPUT))
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is no JSON: it is not UTF-8", "mend the file") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{name} is no JSON: {error}", "mend the file") from error
    if not isinstance(schema, dict):
        raise UsageError(f"{name} is no JSON Schema: it must be an object", "mend the file")
    return cast("Mapping[str, object]", schema)


def _without_traces(data: bytes, media_type: str, name: str) -> bytes:
    try:
        return without_traces(data, media_type)
    except BrokenPictureError as error:
        raise UsageError(f"{name} is a broken picture: {error}", "save it anew, then attach that") from error


def _decoded(data: bytes, name: str) -> str | None:
    """The text, which an older program may have written in another encoding than UTF-8; None when it can be none."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        if _NEVER_IN_TEXT.search(data):
            return None
        voice.notice(f"{name} is not UTF-8: it was read as Windows-1252")
        return data.decode("cp1252", errors="replace")
    return None if "\0" in text else text

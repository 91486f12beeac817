"""The question as it stands on the command line: words, standard input, attached files, a schema."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, cast

from deepchat.cli import voice
from deepchat.conversation.parts import Part
from deepchat.errors import UsageError
from deepchat.workspace.attaching import LARGEST_TEXT, attached, decoded, read_file

LARGEST_INPUT: Final = LARGEST_TEXT


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


def read_schema(name: str) -> Mapping[str, object]:
    """A JSON Schema from a file; raises UsageError when it is none."""
    try:
        schema: object = json.loads(read_file(Path(name), LARGEST_INPUT))
    except UnicodeDecodeError as error:
        raise UsageError(f"{name} is no JSON: it is not UTF-8", "mend the file") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{name} is no JSON: {error}", "mend the file") from error
    if not isinstance(schema, dict):
        raise UsageError(f"{name} is no JSON Schema: it must be an object", "mend the file")
    return cast("Mapping[str, object]", schema)


def _decoded(data: bytes, name: str) -> str | None:
    text, notice = decoded(data, name)
    if notice:
        voice.notice(notice)
    return text


def read_attachment(name: str) -> Part:
    """A picture as a picture, a text with its name around it; raises UsageError for all else."""
    part, notice = attached(Path(name))
    if notice:
        voice.notice(notice)
    return part

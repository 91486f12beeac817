"""The words of one message of ChatGPT, whichever of its many kinds of content it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from deepchat.conversation.export.fences import fenced
from deepchat.conversation.importers import fields

NO_PICTURE: Final = "[a picture that is not in the export]"

_QUIET: Final = frozenset({"user_editable_context", "model_editable_context", "reasoning_recap"})
"""What belongs to the account or only says how long the model thought; ChatGPT does not show it as a message."""
_SOUNDS: Final = frozenset({"audio_asset_pointer", "real_time_user_audio_video_asset_pointer"})
"""Their words stand beside them as an `audio_transcription`."""


def is_hidden(message: Mapping[str, object], content: Mapping[str, object]) -> bool:
    """Whether ChatGPT itself does not show the message."""
    hidden = fields.table(message.get("metadata")).get("is_visually_hidden_from_conversation")
    return hidden is True or message.get("weight") == 0 or content.get("content_type") in _QUIET


def words_of(content: Mapping[str, object]) -> tuple[str, int, str]:
    """The words, how many pictures they lack, and what is wrong with the content; each of them may be nothing."""
    kind = fields.text(content.get("content_type"))
    read = _KINDS.get(kind)
    if read:
        return read(content), 0, ""
    pieces: list[str] = []
    pictures = 0
    for part in fields.items(content.get("parts")):
        words, is_picture = _piece(part)
        pieces.append(words)
        pictures += is_picture
    words = "\n\n".join(filter(None, pieces)) or _first(content, "text", "content", "result")
    known = words or kind in ("text", "multimodal_text")
    return words, pictures, "" if known else f"its content, “{kind[:40]}”, is of an unknown kind: it is left out"


def thoughts(content: Mapping[str, object]) -> str:
    """What the model thought, step by step."""
    steps = map(fields.table, fields.items(content.get("thoughts")))
    return "\n\n".join(filter(None, (_lines(step, "summary", "content") for step in steps)))


def code_of(words: str, language: str) -> str:
    """Code as Markdown."""
    return fenced(words, language if language.isalnum() and language != "unknown" else "")


def _piece(part: object) -> tuple[str, bool]:
    """The words of a part, and whether it is a picture."""
    if isinstance(part, str):
        return fields.text(part), False
    piece = fields.table(part)
    kind = piece.get("content_type")
    if kind == "image_asset_pointer":
        return NO_PICTURE, True
    return ("", False) if kind in _SOUNDS else (_first(piece, "text", "content"), False)


def _first(content: Mapping[str, object], *names: str) -> str:
    return next(filter(None, (fields.text(content.get(name)) for name in names)), "")


def _lines(content: Mapping[str, object], *names: str) -> str:
    return "\n".join(filter(None, (fields.text(content.get(name)) for name in names)))


def _parts(content: Mapping[str, object]) -> Iterator[str]:
    return filter(None, map(fields.text, fields.items(content.get("parts"))))


def _code(content: Mapping[str, object]) -> str:
    return _first(content, "text") or "\n".join(_parts(content))


_KINDS: Final[Mapping[str, Callable[[Mapping[str, object]], str]]] = {
    "code": _code,
    "execution_output": _code,
    "system_error": lambda content: _lines(content, "name", "text"),
    "tether_browsing_display": lambda content: _lines(content, "summary", "result"),
    "tether_quote": lambda content: _lines(content, "title", "url", "text"),
    "sonic_webpage": lambda content: _lines(content, "title", "url", "text"),
}

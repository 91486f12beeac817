"""Exact words out of the pieces a server sends: split characters joined, thinking told from speaking."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from deepchat.conversation.events import ReasoningDelta, TextDelta

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_PAIR: Final = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_OPEN: Final = "<think>"
_CLOSE: Final = "</think>"


class Joiner:
    """Joins the two halves of a character that came in two pieces; a half that stays alone becomes U+FFFD."""

    __slots__ = ("_half",)

    def __init__(self) -> None:
        self._half = ""

    def feed(self, piece: str) -> str:
        if not self._half and (piece.isascii() or not _SURROGATE.search(piece)):
            return piece
        text = self._half + piece
        self._half = ""
        if "\ud800" <= text[-1:] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return _SURROGATE.sub("\ufffd", _PAIR.sub(_whole, text))

    def end(self) -> str:
        half, self._half = self._half, ""
        return "\ufffd" if half else ""


def _whole(pair: re.Match[str]) -> str:
    return pair[0].encode("utf-16", "surrogatepass").decode("utf-16")


class Echo:
    """Puts the prompt before an answer whose server was asked to do so, and did not.

    It is held back as long as it might still be the prompt.
    """

    __slots__ = ("_held", "_prompt", "was_missing")

    def __init__(self, prompt: str) -> None:
        self._prompt = prompt
        self._held = ""
        self.was_missing = False

    def feed(self, piece: str) -> str:
        if not self._prompt:
            return piece
        self._held += piece
        if len(self._held) < len(self._prompt) and self._prompt.startswith(self._held):
            return ""
        return self.end()

    def end(self) -> str:
        """What was held back; a prompt of which only a part was echoed was none."""
        prompt, self._prompt, held, self._held = self._prompt, "", self._held, ""
        self.was_missing = self.was_missing or not held.startswith(prompt)
        return held if held.startswith(prompt) else prompt + held


class ThinkTags:
    """Tells a `<think>` block at the very start of an answer from the words after it.

    A tag anywhere else is a word like any other: the model may be explaining one.
    """

    __slots__ = ("_held", "_state")

    def __init__(self) -> None:
        self._state = "start"
        self._held = ""

    def feed(self, piece: str) -> Iterator[TextDelta | ReasoningDelta]:
        if self._state == "speaking":
            if piece:
                yield TextDelta(piece)
            return
        self._held += piece
        if self._state == "start":
            yield from self._begin()
        if self._state == "thinking":
            yield from self._think()
        if self._state == "settling":
            yield from self._settle()

    def end(self) -> Iterator[TextDelta | ReasoningDelta]:
        """What was held back because it might have been the beginning of a tag."""
        held, self._held = self._held, ""
        if held:
            yield ReasoningDelta(held) if self._state == "thinking" else TextDelta(held)

    def _begin(self) -> Iterator[TextDelta]:
        opening = self._held.lstrip()
        if opening.startswith(_OPEN):
            self._state, self._held = "thinking", opening[len(_OPEN) :]
        elif not _OPEN.startswith(opening):
            self._state, held, self._held = "speaking", self._held, ""
            yield TextDelta(held)

    def _think(self) -> Iterator[ReasoningDelta]:
        thought, close, words = self._held.partition(_CLOSE)
        if close:
            self._state, self._held = "settling", words
        else:
            keep = _beginning_of_close(thought)
            self._held = thought[len(thought) - keep :]
            thought = thought[: len(thought) - keep]
        if thought:
            yield ReasoningDelta(thought)

    def _settle(self) -> Iterator[TextDelta]:
        """The line breaks between thinking and speaking belong to neither."""
        words, self._held = self._held.lstrip("\n"), ""
        if words:
            self._state = "speaking"
            yield TextDelta(words)


def _beginning_of_close(text: str) -> int:
    """How many of the last characters may be the beginning of `</think>`."""
    for size in range(min(len(_CLOSE) - 1, len(text)), 0, -1):
        if _CLOSE.startswith(text[-size:]):
            return size
    return 0

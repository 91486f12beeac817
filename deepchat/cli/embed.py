"""Texts as vectors: one JSON object, which has the error in it too, or with --csv a row for each text.

Without texts, standard input is one text; with --lines, each of its lines is.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import sys
from contextlib import aclosing
from typing import TYPE_CHECKING, Final

from deepchat.cli import options as shared
from deepchat.cli import stopping, voice
from deepchat.cli.arguments import whole
from deepchat.cli.opening import opened
from deepchat.cli.question import read_stdin
from deepchat.cli.report import cost_json, cost_words, error_json
from deepchat.conversation.usage import UNKNOWN_COST
from deepchat.errors import AnswerIncomplete, DeepChatError, Stopped, UsageError

if TYPE_CHECKING:
    from deepchat.workspace import Embedding

_FEWEST_DIMENSIONS: Final = 32
_MOST_DIMENSIONS: Final = 65_536


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("texts", nargs="*", metavar="text", help="a text")
    shared.add_place(parser)
    parser.add_argument("--lines", action="store_true", help="each line of standard input is a text")
    parser.add_argument(
        "--dimensions",
        metavar="N",
        type=whole(_FEWEST_DIMENSIONS, _MOST_DIMENSIONS),
        help="the length of a vector, where the model lets you choose",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one object, as without --csv")
    form.add_argument("--csv", action="store_true", help="a row for each text: the text, then its numbers")


def run(options: argparse.Namespace) -> int:
    """Embed; what came before an error is printed, and then the exit status says that it is not all."""
    embedding = _Embedding(options)
    try:
        texts = _read_texts(options.texts, lines=options.lines)
        asyncio.run(embedding.listen(texts))
    except DeepChatError as error:
        return embedding.end(error)
    except KeyboardInterrupt:
        embedding.end(Stopped("stopped", "what came so far was printed"))
        return stopping.status()
    return embedding.end(None)


class _Embedding:
    """As many vectors as there are."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self._asked: Embedding | None = None

    async def listen(self, texts: list[str]) -> None:
        options = self._options
        rows = csv.writer(sys.stdout)
        async with opened(shared.place_of(options)) as workspace:
            if workspace.settings.origin_of("model") == "default":
                raise UsageError(
                    "no model is named", "for example -m BAAI/bge-m3; see deepchat models --embedding --refresh"
                )
            self._asked = await workspace.embed(texts, options.dimensions)
            async with aclosing(self._asked.batches()) as batches:
                async for batch in batches:
                    if options.csv:
                        rows.writerows((text, *vector) for text, vector in zip(batch.texts, batch.vectors, strict=True))

    def end(self, error: DeepChatError | None) -> int:
        asked = self._asked
        if not self._options.csv:
            told: dict[str, object] = {
                "model": asked.model if asked else None,
                "vectors": asked.vectors if asked else [],
                "usage": {"prompt_tokens": asked.usage.prompt_tokens if asked else 0},
                "cost": cost_json(asked.cost if asked and asked.done else UNKNOWN_COST),
                "error": error_json(error),
            }
            voice.data(told, compact=True)
        if error:
            voice.error(error)
        if not (asked and asked.done):
            return error.exit_status if error else 0
        count = len(asked.vectors)
        if error or voice.is_watched():
            voice.notice(f"{count} of {len(asked.texts)} texts · {asked.model} · {cost_words(asked.cost)}")
        return AnswerIncomplete.exit_status if error else 0


def _read_texts(texts: list[str], *, lines: bool) -> list[str]:
    if texts and lines:
        raise UsageError("--lines reads standard input, but there are texts too", "give one of them")
    if not texts:
        if sys.stdin is None or sys.stdin.isatty():
            raise UsageError("there is nothing to embed", 'for example: deepchat embed -m BAAI/bge-m3 "a text"')
        piped = read_stdin()
        texts = piped.removesuffix("\n").split("\n") if lines else [piped]
        if not piped.strip():
            raise UsageError("there is nothing to embed: standard input is empty", "give a text")
    empty = next((at for at, text in enumerate(texts, 1) if not text.strip()), None)
    if empty:
        raise UsageError(f"{'line' if lines else 'text'} {empty} is empty, and has no vector", "leave it out")
    return texts

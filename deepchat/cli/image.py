"""A picture from words, written whole or not at all; a file that is there is left alone without --force."""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
from pathlib import Path
from typing import Final

from deepchat.cli import voice
from deepchat.cli.arguments import whole
from deepchat.cli.opening import opened
from deepchat.cli.question import read_words
from deepchat.errors import AnswerIncomplete, UsageError
from deepchat.workspace.saving import check_place, save

_MOST_AT_ONCE: Final = 4
_TO_STDOUT: Final = "-"
_SUFFIXES: Final = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".webp": "webp"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("prompt", nargs="*", help="what the picture shows; standard input is appended")
    parser.add_argument("-o", "--output", metavar="FILE", required=True, help="where it goes; - is standard output")
    parser.add_argument("-p", "--provider", metavar="NAME", help="where to ask")
    parser.add_argument("-m", "--model", metavar="MODEL", default="", help="default: the setting pictures.model")
    parser.add_argument("--size", metavar="WxH", type=_size, default="1024x1024", help="default: 1024x1024")
    parser.add_argument(
        "--count", metavar="N", type=whole(1, _MOST_AT_ONCE), default=1, help="several go to FILE-1, FILE-2 …"
    )
    parser.add_argument("--force", action="store_true", help="overwrite files")


def run(options: argparse.Namespace) -> int:
    """Make the pictures; nothing is asked before it is known that they can be kept."""
    places = _places(options.output, options.count)
    if not places and sys.stdout.isatty():
        raise UsageError("a picture is nothing for a terminal", "name a file: -o FILE.png, or pipe it into a program")
    for place in places:
        check_place(place, overwrite=options.force)
    prompt = read_words(options.prompt, 'deepchat image "a lighthouse in fog" -o lighthouse.png')
    return asyncio.run(_run(options, prompt, places))


async def _run(options: argparse.Namespace, prompt: str, places: list[Path]) -> int:
    async with opened({"provider": options.provider}) as workspace:
        pictures = await workspace.make_images(prompt, options.size, options.count, options.model)
    if not places:
        sys.stdout.buffer.write(pictures[0].data)
        return 0
    for place, picture in zip(places, pictures, strict=False):
        saved = save(place, picture.data, overwrite=options.force)
        voice.notice(f"saved {saved} ({len(picture.data):,} bytes)")
        if (named := _SUFFIXES.get(saved.suffix.lower())) and named != picture.format:
            voice.notice(f"the picture in {saved} is {picture.format.upper()}, whatever its name says")
    if len(pictures) < len(places):
        came = f"{len(places)} pictures were asked for, but {len(pictures)} came"
        raise AnswerIncomplete(came, "ask for the rest again")
    return 0


def _places(output: str, count: int) -> list[Path]:
    """The files to write; none for standard output."""
    if output == _TO_STDOUT:
        if count > 1:
            raise UsageError("only one picture fits into standard output", "leave --count out, or name a file")
        return []
    path = Path(output).expanduser()
    if not path.name:
        raise UsageError(f"{output} is not the name of a file", "name one: -o FILE.png")
    return [path] if count == 1 else [path.with_stem(f"{path.stem}-{number}") for number in range(1, count + 1)]


def _size(text: str) -> str:
    if not re.fullmatch(r"[1-9]\d{0,4}x[1-9]\d{0,4}", text):
        raise argparse.ArgumentTypeError(f"{text} is no size such as 1024x1024")
    return text

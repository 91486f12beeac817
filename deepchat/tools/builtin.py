"""The tools that are built in: the time, arithmetic, and reading below one folder."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from deepchat.errors import ToolFailed
from deepchat.tools.calculator import calculate
from deepchat.tools.files import Jail
from deepchat.tools.tool import Arguments, Tool

NAMES: Final = ("time", "calculator", "read_file", "list_folder")


def plain_tools() -> tuple[Tool, ...]:
    """Those that need nothing of the user's."""
    return (
        Tool(
            "time",
            "The date, the weekday and the time of day, here or in a time zone.",
            "reads the clock",
            _schema(zone="An IANA time zone such as Europe/Oslo; leave it out for the user's own."),
            _time,
            only_reads=True,
        ),
        Tool(
            "calculator",
            "Exact arithmetic: + - * / // % ** and brackets, pi, e, and sqrt, exp, log, log10, sin, cos, tan, "
            "floor, ceil, round, abs.",
            "reckons",
            _schema("expression", expression="For example (1 + 2) * sqrt(9)."),
            _calculate,
            only_reads=True,
        ),
    )


def file_tools(jail: Jail, folder: str) -> tuple[Tool, ...]:
    """Those that read in the user's folder."""

    async def read(arguments: Arguments) -> str:
        first = arguments.get("first_line", 1)
        if isinstance(first, bool) or not isinstance(first, int) or first < 1:
            raise ToolFailed("first_line must be a whole number from 1 on")
        return await asyncio.to_thread(jail.read, _text(arguments, "path"), first)

    async def names(arguments: Arguments) -> str:
        return await asyncio.to_thread(jail.names, _text(arguments, "path", ""))

    path = "A path below the user's folder, with / between its parts."
    return (
        Tool(
            "read_file",
            "A text file in the folder that the user has opened to you.",
            f"reads texts in {folder}",
            {
                "type": "object",
                "properties": {
                    "path": {"type": "string", "description": path},
                    "first_line": {"type": "integer", "minimum": 1, "description": "Where to begin in a long text."},
                },
                "required": ["path"],
            },
            read,
            only_reads=True,
        ),
        Tool(
            "list_folder",
            "What is in the folder that the user has opened to you, or in one below it.",
            f"lists names in {folder}",
            _schema(path=f"{path} Leave it out for the folder itself."),
            names,
            only_reads=True,
        ),
    )


async def _time(arguments: Arguments) -> str:
    zone = _text(arguments, "zone", "")
    try:
        now = datetime.now(ZoneInfo(zone)) if zone else datetime.now(UTC).astimezone()
    except (KeyError, ValueError, OSError):
        raise ToolFailed(f"there is no time zone {zone[:60]}", "for example Europe/Oslo, or UTC") from None
    return now.strftime("%A, %-d %B %Y, %H:%M:%S, UTC%z")


async def _calculate(arguments: Arguments) -> str:
    return calculate(_text(arguments, "expression"))


def _text(arguments: Arguments, name: str, otherwise: str | None = None) -> str:
    value = arguments.get(name, otherwise)
    if isinstance(value, str):
        return value
    raise ToolFailed(f"{name} must be given, as a text")


def _schema(*required: str, **texts: str) -> dict[str, object]:
    """Of arguments that are texts."""
    properties = {name: {"type": "string", "description": about} for name, about in texts.items()}
    return {"type": "object", "properties": properties, "required": list(required)}

"""A conversation of very many messages, put into the store of each program that has a screen and a store."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.clients import Seat

MESSAGES: Final = 10_000
LAST_WORDS: Final = f"number {MESSAGES - 1}"
WORDS: Final = (
    "The keeper climbs the **stairs** and lights the lamp before the ships come home.\n\n- one\n- two\n\n" * 2
)


@dataclass(frozen=True, slots=True)
class Way:
    """How a program comes to the conversation, and how it is opened there."""

    put: Callable[[Seat, Path], None]
    """Into the store in that home, which the program has made itself."""
    arguments: tuple[str, ...] = ()
    keys: str = ""
    """Typed at its first frame."""


def said() -> Iterator[tuple[str, str]]:
    """Who says what."""
    for number in range(MESSAGES):
        yield ("user", "assistant")[number % 2], f"{WORDS}This is number {number}"


def _export(folder: Path) -> Path:
    """As ChatGPT exports it."""
    nodes: dict[str, object] = {}
    for number, (role, words) in enumerate(said()):
        nodes[str(number)] = {
            "id": str(number),
            "parent": str(number - 1) if number else None,
            "children": [str(number + 1)] if number < MESSAGES - 1 else [],
            "message": {
                "id": str(number),
                "author": {"role": role},
                "create_time": 1_700_000_000 + number,
                "content": {"content_type": "text", "parts": [words]},
                "metadata": {},
            },
        }
    times = {"create_time": 1_700_000_000, "update_time": 1_700_100_000}
    talk = {"id": "long", "title": "Ten thousand", **times, "mapping": nodes, "current_node": str(MESSAGES - 1)}
    place = folder / "conversations.json"
    place.write_text(json.dumps([talk]))
    return place


def _import(seat: Seat, home: Path) -> None:
    command = [*seat.command, "import", str(_export(home))]
    subprocess.run(command, env=seat.environ, cwd=home, check=True, capture_output=True)


def _into_oterm(_: Seat, home: Path) -> None:
    """It shows every chat that it has as soon as it starts."""
    with closing(sqlite3.connect(home / "oterm" / "store.db")) as store, store:
        chat = int(store.execute("SELECT max(id) FROM chat").fetchone()[0])
        rows = ((chat, role, words) for role, words in said())
        store.executemany("INSERT INTO message (chat_id, author, text) VALUES (?, ?, ?)", rows)


WAYS: Final = {
    "DeepChat": Way(_import, arguments=("-c",)),
    "elia-chat": Way(_import, keys="\t\r"),
    "oterm": Way(_into_oterm),
}
"""By the name of the program."""

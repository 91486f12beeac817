"""What is heard of an answer while it comes: appended piece by piece, never rewritten."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from deepchat.store.columns import Row, storable, text, whole

Kind = Literal["text", "reasoning"]


@dataclass(frozen=True, slots=True)
class Heard:
    """All that was heard of one leg."""

    text: str = ""
    reasoning: str = ""
    kept_from: int = 0
    """Where in the text the part begins that the answer has, as far as that is known."""


NOTHING_HEARD: Final = Heard()


def append(c: sqlite3.Connection, leg_id: str, said: Sequence[tuple[Kind, str]], kept_from: int = 0) -> None:
    """Keep what was just heard of a leg, in its order, and where its part of the answer begins by now."""
    c.executemany(
        "INSERT INTO journal (leg, kind, kept_from, piece) VALUES (?, ?, ?, ?)",
        [(leg_id, kind, kept_from, storable(piece)) for kind, piece in said],
    )


def pieces(c: sqlite3.Connection, leg_id: str) -> Heard:
    """What was heard of this leg, joined."""
    query = "SELECT leg, kind, kept_from, piece FROM journal WHERE leg = ? ORDER BY seq"
    return folded(c.execute(query, (leg_id,))).get(leg_id, NOTHING_HEARD)


def folded(rows: Iterable[Row]) -> dict[str, Heard]:
    """Rows of leg, kind, kept_from and piece, in their order, joined for each leg."""
    heard: dict[str, Heard] = {}
    said: dict[tuple[str, str], list[str]] = {}
    for leg, kind, kept_from, piece in rows:
        said.setdefault((text(leg), text(kind)), []).append(text(piece))
        heard[text(leg)] = Heard(kept_from=whole(kept_from))
    return {
        leg: replace(
            one, text="".join(said.get((leg, "text"), ())), reasoning="".join(said.get((leg, "reasoning"), ()))
        )
        for leg, one in heard.items()
    }


def clear(c: sqlite3.Connection, leg_ids: Iterable[str]) -> None:
    """Forget what was heard of these legs, which stands elsewhere now."""
    c.executemany("DELETE FROM journal WHERE leg = ?", [(leg_id,) for leg_id in leg_ids])

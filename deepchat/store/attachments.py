"""Pictures and other bytes: kept once under the name that their content gives them, however often they are shown."""

from __future__ import annotations

import hashlib
import sqlite3
from typing import cast

from deepchat.store.columns import storable


def keep(c: sqlite3.Connection, data: bytes, media_type: str) -> str:
    """Keep these bytes; gives back their name."""
    name = hashlib.sha256(data).hexdigest()
    c.execute(
        "INSERT INTO attachment (hash, media_type, bytes) VALUES (?, ?, ?) ON CONFLICT (hash) DO NOTHING",
        (name, storable(media_type), data),
    )
    return name


def load(c: sqlite3.Connection, name: str) -> bytes | None:
    """The bytes of that name; None when they are not here."""
    row = cast("tuple[bytes] | None", c.execute("SELECT bytes FROM attachment WHERE hash = ?", (name,)).fetchone())
    return row[0] if row else None


def sweep(c: sqlite3.Connection) -> int:
    """Let go of those that no message shows any more; gives back how many they were."""
    unused = "DELETE FROM attachment WHERE NOT EXISTS (SELECT 1 FROM part WHERE part.attachment = attachment.hash)"
    return c.execute(unused).rowcount

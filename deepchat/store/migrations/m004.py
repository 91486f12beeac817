"""What was chosen for a conversation stays with it."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final = ("ALTER TABLE conversation ADD COLUMN chosen TEXT NOT NULL DEFAULT ''",)
TO_READ: Final = {"conversation": "SELECT *, '' AS chosen FROM {before}"}
"""Shows an older store, which can't be written, as if it were of this version."""

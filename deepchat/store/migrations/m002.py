"""What came with an imported conversation is told from what was asked here, and spent here."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final = ("ALTER TABLE leg ADD COLUMN imported INTEGER NOT NULL DEFAULT 0",)
TO_READ: Final = {"leg": "SELECT *, 0 AS imported FROM {before}"}
"""Shows an older store, which can't be written, as if it were of this version."""

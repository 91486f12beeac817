"""What a request on its way may cost at most stands beside what it has cost so far."""

from __future__ import annotations

from typing import Final

STATEMENTS: Final = (
    "ALTER TABLE leg ADD COLUMN most_nano INTEGER",
    # What such a one has cost so far was not written down before: that stays what it may cost at most.
    "UPDATE leg SET most_nano = cost_nano WHERE state = 'pending'",
)
TO_READ: Final = {"leg": "SELECT *, NULL AS most_nano FROM {before}"}
"""Shows an older store, which can't be written, as if it were of this version."""

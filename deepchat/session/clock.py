"""What time it is, as the store writes it down."""

from __future__ import annotations

import time


def now_ms() -> int:
    """Milliseconds since 1970, UTC; for showing only, never for order."""
    return time.time_ns() // 1_000_000

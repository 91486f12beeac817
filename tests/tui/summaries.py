"""Conversations for lists."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from deepchat.conversation.conversation import Summary
from deepchat.conversation.usage import Cost

NOW: Final = int(datetime(2026, 11, 21, 15).astimezone().timestamp() * 1000)
HOUR: Final = 3_600_000


def summary(name: str, hours_ago: int = 0, *, title: str | None = None, pinned: bool = False) -> Summary:
    return Summary(
        name,
        f"Talk {name}" if title is None else title,
        created_ms=NOW - hours_ago * HOUR,
        updated_ms=NOW - hours_ago * HOUR,
        messages=4 + hours_ago,
        models=("deepseek-ai/DeepSeek-V3",),
        tags=("work",),
        pinned=pinned,
        cost=Cost(1_070_000, "live", estimated=True),
    )

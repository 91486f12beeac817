"""What a text names after an @, which may be a file that shall go along."""

from __future__ import annotations

import re
from typing import Final

_MENTION: Final = re.compile(r"(?:^|(?<=\s))@(\S+)")


def mentions(text: str) -> list[str]:
    """The names, as they are written."""
    return _MENTION.findall(text)

"""Temporary."""
from __future__ import annotations
import re
from typing import NewType
SafeText = NewType("SafeText", str)
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e01ef]")
def make_safe(text: str, *, code: bool = False) -> SafeText:
    return SafeText(_ODD.sub(lambda m: chr(0x2400 + ord(m[0])) if ord(m[0]) < 32 else "", text))
def one_line(text: str, most: int = 600) -> SafeText:
    return SafeText(" ".join(make_safe(text).split())[:most])
class Sanitizer:
    def __init__(self) -> None:
        self.hidden = 0
    def feed(self, piece: str) -> SafeText:
        return make_safe(piece)

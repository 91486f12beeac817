"""Characters that can't be seen, or that would steer the eye, as marks that stand in their place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final


def _marks() -> Iterator[tuple[int, str]]:
    yield from ((code, chr(0x2400 + code)) for code in range(0x20) if code not in (0x09, 0x0A))
    yield 0x7F, "\u2421"
    steering = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
    unseen = (0x00AD, 0x115F, 0x1160, 0x180E, 0x200B, *range(0x2060, 0x2065), *range(0x206A, 0x2070), 0x3164, 0xFEFF)
    broken = (*range(0x80, 0xA0), 0x2028, 0x2029, *range(0xFFF9, 0xFFFC), 0xE0001)
    yield from ((code, f"⟨U+{code:04X}⟩") for code in (*steering, *unseen, *broken))
    # Halves of characters, and the numbers that will never be one, can't be written to a file or are no HTML.
    yield from ((code, "\ufffd") for code in (*range(0xD800, 0xE000), *range(0xFDD0, 0xFDF0)))
    yield from ((plane << 16 | last, "\ufffd") for plane in range(0x11) for last in (0xFFFE, 0xFFFF))


_MARKS: Final = dict(_marks())


def marked(text: str) -> str:
    """The text with a visible mark for every such character; line feeds and tabs stay."""
    return text.replace("\r\n", "\n").translate(_MARKS)

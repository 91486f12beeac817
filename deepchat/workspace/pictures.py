"""Takes out of a picture what it tells beside itself: where and when it was taken, with what, and by whom."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal

_JPEG_START: Final = b"\xff\xd8"
_JPEG_END: Final = b"\xff\xd9"
_JPEG_SCAN: Final = 0xDA
_JPEG_NEEDED: Final = ((0xE0, b"JFIF\0"), (0xE2, b"ICC_PROFILE\0"), (0xEE, b"Adobe\0"))
"""Of the segments that programs may add (0xE0 to 0xEF), those that change how it looks."""
_JPEG_COMMENT: Final = 0xFE
_EXIF: Final = b"Exif\0\0"
_ORIENTATION: Final = 0x0112
_AFTER_SCAN: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""The next marker: in a scan, 0xFF is followed by 0, by the number of a restart, or by itself."""
_PNG_MAGIC: Final = b"\x89PNG\r\n\x1a\n"
_PNG_END: Final = b"IEND"
_PNG_NEEDED: Final = frozenset(b"tRNS gAMA cHRM sRGB iCCP sBIT bKGD pHYs cICP mDCV cLLI acTL fcTL fdAT".split())
"""Of the chunks that a reader may do without, those that change how it looks."""
_WEBP_NEEDED: Final = (b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP")  # codespell:ignore
_WEBP_TRACES: Final = 0b00001100
"""In the flags of VP8X: it has Exif, it has XMP."""


class BrokenPictureError(ValueError):
    """Its parts don't fit together, so that nobody can say what is in it."""


def without_traces(data: bytes, media_type: str) -> bytes:
    """The same picture, and nothing else; raises BrokenPictureError.

    What is not needed to show it is left out, whatever it is. A JPEG keeps which side is up.
    """
    match media_type:
        case "image/png":
            return _PNG_MAGIC + b"".join(_png_parts(data))
        case "image/jpeg":
            return _JPEG_START + b"".join(_jpeg_parts(data))
        case _:
            parts = b"".join(_webp_parts(data))
            return b"RIFF" + (len(parts) + 4).to_bytes(4, "little") + b"WEBP" + parts


def _png_parts(data: bytes) -> Iterator[bytes]:
    at, kind = len(_PNG_MAGIC), b""
    while kind != _PNG_END:
        size = int.from_bytes(data[at : at + 4], "big")
        kind, end = data[at + 4 : at + 8], at + 12 + size
        if len(kind) < 4 or end > len(data):
            raise BrokenPictureError("it ends too early")
        if kind[:1].isupper() or kind in _PNG_NEEDED:
            yield data[at:end]
        at = end


def _jpeg_parts(data: bytes) -> Iterator[bytes]:
    at = len(_JPEG_START)
    while at < len(data):
        if data[at] != 0xFF:
            raise BrokenPictureError("something stands between its parts")
        kind = data[at + 1] if at + 1 < len(data) else 0
        if kind == 0xFF:  # fills up
            at += 1
            continue
        if data[at : at + 2] == _JPEG_END:
            yield _JPEG_END  # phones put further pictures and films behind it
            return
        size = int.from_bytes(data[at + 2 : at + 4], "big")
        end = at + 2 + size
        if size < 2 or end > len(data):
            raise BrokenPictureError("it ends too early")
        if kind == _JPEG_SCAN:
            following = _AFTER_SCAN.search(data, end)
            end = following.start() if following else len(data)
        yield _jpeg_segment(kind, data[at:end])
        at = end


def _jpeg_segment(kind: int, segment: bytes) -> bytes:
    """What stays of it."""
    content = segment[4:]
    if kind == 0xE1 and content.startswith(_EXIF):
        return _upright(content[len(_EXIF) :])
    if 0xE0 <= kind <= 0xEF:
        return segment if any(kind == needed and content.startswith(name) for needed, name in _JPEG_NEEDED) else b""
    return b"" if kind == _JPEG_COMMENT else segment


def _upright(exif: bytes) -> bytes:
    """An Exif segment that says which side is up and nothing else; empty when it is the usual one."""
    order: Literal["little", "big"] = "little" if exif.startswith(b"II") else "big"

    def number(at: int, size: int) -> int:
        return int.from_bytes(exif[at : at + size], order)

    start = number(4, 4)
    for entry in range(start + 2, start + 2 + 12 * number(start, 2), 12):
        if number(entry, 2) == _ORIENTATION and 2 <= (side := number(entry + 8, 2)) <= 8:
            only = b"MM\0*\0\0\0\x08\0\x01" + _ORIENTATION.to_bytes(2, "big") + b"\0\x03\0\0\0\x01\0" + bytes([side])
            content = _EXIF + only + bytes(6)
            return b"\xff\xe1" + (len(content) + 2).to_bytes(2, "big") + content
    return b""


def _webp_parts(data: bytes) -> Iterator[bytes]:
    at, last = 12, min(len(data), 8 + int.from_bytes(data[4:8], "little"))
    while at < last:
        kind, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        end = at + 8 + size + size % 2
        if len(kind) < 4 or at + 8 + size > len(data):
            raise BrokenPictureError("it ends too early")
        part = data[at:end].ljust(end - at, b"\0")
        if kind == b"VP8X" and size:
            part = part[:8] + bytes([part[8] & ~_WEBP_TRACES]) + part[9:]
        if kind in _WEBP_NEEDED:
            yield part
        at = end

"""Pictures made of parts, for tests."""

from __future__ import annotations

import zlib


def png_chunk(kind: bytes, content: bytes = b"") -> bytes:
    return len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")


def jpeg_segment(kind: int, content: bytes) -> bytes:
    return bytes([0xFF, kind]) + (len(content) + 2).to_bytes(2, "big") + content


def webp_chunk(kind: bytes, content: bytes) -> bytes:
    return kind + len(content).to_bytes(4, "little") + content + bytes(len(content) % 2)


def webp(*chunks: bytes) -> bytes:
    whole = b"WEBP" + b"".join(chunks)
    return b"RIFF" + len(whole).to_bytes(4, "little") + whole


def exif(side: int, *, little: bool, before: int = 0) -> bytes:
    """Exif that says which side is up, after so many other entries, and then where it was taken."""
    order = "little" if little else "big"

    def number(value: int, size: int) -> bytes:
        return value.to_bytes(size, order)

    other = number(0x010F, 2) + number(2, 2) + number(4, 4) + b"Sony"
    up = number(0x0112, 2) + number(3, 2) + number(1, 4) + number(side, 2) + bytes(2)
    entries = number(before + 1, 2) + other * before + up + number(0, 4)
    head = (b"II" if little else b"MM") + number(42, 2) + number(8, 4)
    return b"Exif\0\0" + head + entries + b"52.5200 N 13.4050 E"

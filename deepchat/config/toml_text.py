"""Reads a TOML text that has no faults."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from decimal import Decimal

NO_TEXT: Final = "[\udc80-\udcff]"
"""What `surrogateescape` makes of bytes that are not UTF-8."""


def plain(text: str) -> str:
    """Without a byte order mark, its lines ended in one way."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n")


def parse_toml(text: str) -> Mapping[str, object]:
    """The values of a TOML text, those with a point as Decimal; ValueError when it is none, or too large or deep."""
    try:
        return tomllib.loads(text, parse_float=_decimal)
    except RecursionError:
        raise ValueError("its brackets are too deep") from None


def parse_bytes(text: str) -> Mapping[str, object]:
    """The same for what was read as bytes."""
    # A null byte stops the parser wherever it stands, and in the order of the lines.
    return parse_toml(text if text.isascii() else re.sub(NO_TEXT, "\0", text))


def _decimal(text: str) -> Decimal:
    from decimal import Decimal, InvalidOperation

    try:
        return Decimal(text)
    except InvalidOperation:  # An exponent beyond all bounds: TOML, but no number that a setting can be.
        return Decimal("nan")

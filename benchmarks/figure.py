"""What was measured: one number of one program."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """What is measured of every program that can be."""

    part: str
    what: str
    unit: str
    target: float | None = None
    """What DeepChat promises to stay within."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in the row of a program."""

    row: Row
    client: str
    value: float | None
    """None when it did not come to its end."""
    note: str = ""
    """Why there is no number, or what it does not say."""

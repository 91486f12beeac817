"""Where a server is: a program to start, or an address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Command:
    """A program that is spoken to through its pipes."""

    argv: tuple[str, ...]
    environ: Mapping[str, str] = field(repr=False)
    """All of its environment."""
    folder: Path
    """Where it runs."""


@dataclass(frozen=True, slots=True)
class Address:
    """A server that runs already."""

    url: str
    headers: Mapping[str, str] = field(repr=False)
    """Sent with every request, to this address alone."""
    ca_bundle: str = ""
    """Certificates to trust besides the usual ones."""


@dataclass(frozen=True, slots=True)
class Place:
    """A server, ready to be connected."""

    name: str
    way: Command | Address
    allowed: tuple[str, ...] | None
    """The only tools of it that there are, by its own names."""
    connect_s: float
    """Until then it must have told its tools."""
    limit_s: float | None
    """For one call; None leaves it to the toolbox."""

"""What tables of config.toml name, such as providers, each by its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from deepchat.config.files import Complaint

T = TypeVar("T")
SERVER_TABLES: Final = "mcp"
"""Named here for who looks whether there are any, without what reads them."""


@dataclass(frozen=True, slots=True)
class Known(Generic[T]):
    """Those there are, and what is wrong with those that can't be used."""

    usable: Mapping[str, T]
    unusable: Mapping[str, str]
    """Why, by name."""
    changed: frozenset[str] = frozenset()
    """What the user set, as `work.base_url`."""
    complaints: tuple[Complaint, ...] = ()

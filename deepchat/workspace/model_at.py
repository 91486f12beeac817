"""Who shall answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelAt:
    """A model at a provider, both by their exact names."""

    provider: str
    model: str

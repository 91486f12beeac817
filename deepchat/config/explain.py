"""All settings as rows that say where each value came from, for `deepchat config show`."""

from __future__ import annotations

from dataclasses import dataclass

from deepchat.config.fields import settings_of
from deepchat.config.providers import FROM_ENVIRONMENT
from deepchat.config.settings import Origin, Settings


@dataclass(frozen=True, slots=True)
class Row:
    """One line of `deepchat config show`."""

    key: str
    value: str
    """Empty when it is not set."""
    origin: Origin
    about: str


def explain(settings: Settings) -> list[Row]:
    """Every setting, every provider's address, and what else the user set of a provider or a server; never a secret."""
    rows = [Row(one.key, one.shown(), settings.origin_of(one.key), one.about) for one in settings_of(settings)]
    changed = settings.known_providers.changed
    for name, provider in settings.providers.items():
        for one in settings_of(provider):
            origin: Origin = "environment" if name == FROM_ENVIRONMENT else "default"
            if f"{name}.{one.key}" in changed:
                origin = "config.toml"
            if one.key == "base_url" or origin == "config.toml":
                rows.append(Row(f"providers.{name}.{one.key}", one.shown(), origin, one.about))
    servers = settings.known_servers
    for name, server in servers.usable.items():
        told = [one for one in settings_of(server) if f"{name}.{one.key}" in servers.changed]
        rows += [Row(f"mcp.{name}.{one.key}", one.shown(), "config.toml", one.about) for one in told]
    return rows

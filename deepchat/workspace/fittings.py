"""What a run is fitted out with by its settings: models, places, keys, tools, each made when it is first needed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from deepchat.config.paths import find_paths
from deepchat.config.settings import load_settings

if TYPE_CHECKING:  # the app's first frame waits for what is loaded here
    from deepchat.config.files import Complaint
    from deepchat.config.presets import Preset
    from deepchat.config.providers import Provider
    from deepchat.config.settings import Origin
    from deepchat.conversation.parameters import Parameters
    from deepchat.workspace.key_desk import KeyDesk
    from deepchat.workspace.places import Places
    from deepchat.workspace.servers import Servers
    from deepchat.workspace.shelf import Shelf
    from deepchat.workspace.toolshed import Toolshed

ANY_LOCAL: Final = "local"
"""The provider's name that means: whichever server runs on this machine."""
_BY_SETTINGS: Final = ("places", "shelf", "toolshed", "keys")
"""They are made anew when the settings are."""


class Fittings:
    """The settings, and what they say is there."""

    def __init__(self, overrides: Mapping[str, object] | None = None, preset: str = "") -> None:
        """Read the settings, with the preset and then the command line's over them."""
        self.environ: Mapping[str, str] = os.environ
        self.paths = find_paths(self.environ)
        chosen = self._preset(preset) if preset else None
        wanted = chosen.overrides() if chosen else {}
        wanted.update({key: value for key, value in (overrides or {}).items() if value is not None})
        self._probes = wanted.get("provider") == ANY_LOCAL
        if self._probes:
            del wanted["provider"]  # which one it is shows when the ports are tried
        self._preset_complaints = chosen.complaints if chosen else ()
        self._wanted = wanted
        self._also: dict[str, Provider] = {}
        self.notices: list[str] = []
        """What the user should hear of although nothing failed."""
        self.reload()

    def reload(self) -> None:
        """Read the settings as they are now; what was chosen in this run stays chosen."""
        settings = load_settings(self.environ, self._wanted, self._preset_complaints)
        known = replace(settings.known_providers, usable={**settings.providers, **self._also})
        self.settings = replace(settings, known_providers=known)
        made = vars(self)
        for name in _BY_SETTINGS:
            made.pop(name, None)
        if "servers" in made:
            self.servers.heed(self.settings)

    def know(self, where: Provider) -> None:
        """A place that the settings don't tell of can be asked too, in this run."""
        self._also[where.name] = where
        self.reload()

    def choose(self, provider: str, model: str) -> None:
        """Ask this provider for this model from now on."""
        self._wanted = {**self._wanted, "provider": provider, "model": model}
        chosen: dict[str, Origin] = {"provider": "command line", "model": "command line"}
        self.settings = replace(
            self.settings,
            provider=provider,
            model=model,
            origins={**self.settings.origins, **chosen},
            provider_in_doubt=None,
        )
        self._probes = False

    @cached_property
    def places(self) -> Places:
        from deepchat.workspace.places import Places

        return Places(self.settings, self.paths, self.environ, self.notices)

    @cached_property
    def shelf(self) -> Shelf:
        from deepchat.workspace.shelf import Shelf

        return Shelf(self.settings, self.paths)

    @cached_property
    def servers(self) -> Servers:
        from deepchat.workspace.servers import Servers

        servers = Servers(self.environ)
        servers.heed(self.settings)
        return servers

    @cached_property
    def toolshed(self) -> Toolshed:
        from deepchat.workspace.toolshed import Toolshed

        return Toolshed(self.settings, self.paths, self.servers)

    @cached_property
    def keys(self) -> KeyDesk:
        from deepchat.workspace.key_desk import KeyDesk

        return KeyDesk(self.settings, self.paths, self.environ)

    @property
    def complaints(self) -> tuple[Complaint, ...]:
        """What could not be used in the user's files, as far as it concerns the providers that may be asked."""
        places = self.places.here() if self._probes else [self.settings.provider]
        return (*self.settings.complaints_about(places), *self._preset_complaints, *self.shelf.complaints)

    def parameters(self, given: Mapping[str, object]) -> Parameters:
        """How an answer shall be made, when the command line says this much; raises UsageError."""
        from deepchat.workspace.wishes import parameters_from

        return parameters_from(self.settings, given)

    def _preset(self, name: str) -> Preset:
        from deepchat.config.presets import find_preset, load_presets

        return find_preset(load_presets(self.paths)[0], name, self.paths.presets_dir)

"""What a run is fitted out with by its settings: models, places, keys, tools, each made when it is first needed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from threading import RLock
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
        self._making = RLock()
        """The screen's thread may want what the engine's thread makes just now, or makes anew."""
        self._servers: Servers | None = None
        self.notices: list[str] = []
        """What the user should hear of although nothing failed."""
        self.reload()

    def reload(self) -> None:
        """Read the settings as they are now; what was chosen in this run stays chosen."""
        settings = load_settings(self.environ, self._wanted, self._preset_complaints)
        known = replace(settings.known_providers, usable={**settings.providers, **self._also})
        with self._making:
            self.settings = replace(settings, known_providers=known)
            self._places: Places | None = None
            self._shelf: Shelf | None = None
            self._toolshed: Toolshed | None = None
            self._keys: KeyDesk | None = None
            if self._servers:
                self._servers.heed(self.settings)

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

    @property
    def places(self) -> Places:
        with self._making:
            if self._places is None:
                from deepchat.workspace.places import Places

                self._places = Places(self.settings, self.paths, self.environ, self.notices)
            return self._places

    @property
    def shelf(self) -> Shelf:
        with self._making:
            if self._shelf is None:
                from deepchat.workspace.shelf import Shelf

                self._shelf = Shelf(self.settings, self.paths)
            return self._shelf

    @property
    def servers(self) -> Servers:
        """They outlast a change of the settings, which they are told of."""
        with self._making:
            if self._servers is None:
                from deepchat.workspace.servers import Servers

                self._servers = Servers(self.environ)
                self._servers.heed(self.settings)
            return self._servers

    @property
    def toolshed(self) -> Toolshed:
        with self._making:
            if self._toolshed is None:
                from deepchat.workspace.toolshed import Toolshed

                self._toolshed = Toolshed(self.settings, self.paths, self.servers)
            return self._toolshed

    @property
    def keys(self) -> KeyDesk:
        with self._making:
            if self._keys is None:
                from deepchat.workspace.key_desk import KeyDesk

                self._keys = KeyDesk(self.settings, self.paths, self.environ)
            return self._keys

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

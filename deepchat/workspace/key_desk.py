"""Takes, keeps, shows and forgets API keys; which one is used for an answer is found out elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal

from deepchat.config.providers import FROM_ENVIRONMENT
from deepchat.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from deepchat.config.keys import KeyStatus
    from deepchat.config.paths import Paths
    from deepchat.config.providers import Provider
    from deepchat.config.settings import Settings
    from deepchat.secret import Secret


@dataclass(frozen=True, slots=True)
class KeyDesk:
    """The user's keys; none of its answers and errors has one in it."""

    settings: Settings
    paths: Paths
    environ: Mapping[str, str]

    @property
    def file(self) -> Path:
        """Where keys are kept that are in no keyring."""
        return self.paths.credentials_file

    def place(self, word: str) -> Provider:
        """The provider of that name, or the chosen one; UsageError, which never repeats a word that may be a key."""
        name = word or self.settings.provider
        if name == FROM_ENVIRONMENT:
            raise UsageError(
                "LLM_BASE_URL is set: the key of that server is LLM_API_KEY, which is not kept",
                "name the provider that the key is for",
            )
        if not word:
            return self.settings.chosen_provider()
        if name in self.settings.providers or name in self.settings.known_providers.unusable:
            return self.settings.provider_named(name)
        near = get_close_matches(name, self.settings.providers, n=1)
        guess = f"did you mean {near[0]}? " if near else ""
        raise UsageError(
            "that is not the name of a provider, and a key is never an argument: other programs could see it",
            f"{guess}there are {', '.join(self.settings.providers)}; the key itself is asked for",
        )

    def checked(self, text: str) -> Secret:
        """The key in the text; raises KeyMalformed."""
        from deepchat.config.key_shape import check_key

        return check_key(text)

    def has_keyring(self) -> bool:
        """Whether a key can be kept in the system's keyring, and would be looked for there; call it in a thread."""
        from deepchat.config import keychain

        return self.settings.keyring and keychain.is_usable()

    def keep(self, provider: Provider, key: Secret, where: Literal["keyring", "file"]) -> None:
        """Keep the key for the provider's present address; ConfigError when that place can't be used.

        May wait for the keyring: call it in a thread.
        """
        from deepchat.config import keys

        keys.save_key(provider, key, self.paths, where)

    def forget(self, provider: Provider) -> tuple[str, ...]:
        """Forget the kept key; gives the places where there was one."""
        from deepchat.config import keys

        return keys.remove_key(provider, self.paths)

    def status(self, word: str = "") -> list[KeyStatus]:
        """Which key would be used for each provider, or for this one."""
        from deepchat.config import keys

        if word:
            return keys.key_status([self.place(word)], self.environ, self.paths, self.settings)
        usable = keys.key_status(self.settings.providers.values(), self.environ, self.paths, self.settings)
        unusable = self.settings.known_providers.unusable
        return usable + [keys.KeyStatus(name, "", why) for name, why in unusable.items()]

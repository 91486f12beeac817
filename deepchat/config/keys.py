"""API keys: where they are looked for, where they are kept, and which address they belong to."""

from __future__ import annotations

import re
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, assert_never, cast

from deepchat.config.addresses import origin_of
from deepchat.config.files import FILE_MODE, locked, read_toml, rewrite
from deepchat.config.key_shape import check_key
from deepchat.config.paths import Paths, reason
from deepchat.config.providers import Provider
from deepchat.config.settings import Settings
from deepchat.errors import ConfigError, KeyMalformed, KeyMissing, KeyProblem
from deepchat.secret import Secret

_ORIGIN: Final = r"https?://[\w.\[\]:-]+"
COMMAND_LIMIT_S: Final = 30.0
Stored = Callable[[], Mapping[str, str]]
"""Asks the keyring, by user."""


@dataclass(frozen=True, slots=True)
class FoundKey:
    secret: Secret
    source: str
    """Where it was found, in words."""
    notice: str = ""
    """Something that the user should be told."""


def find_key(provider: Provider, environ: Mapping[str, str], paths: Paths, settings: Settings) -> FoundKey | None:
    """The provider's key, or None: from the environment, key_command, the keyring, credentials.toml, in this order.

    KeyMalformed: what stands in the first of these that has anything can't be a key. KeyMissing: key_command failed, or
    the saved key belongs to another address. May wait for key_command and the keyring: call it in a thread.
    """
    return _find(provider, environ, paths, lambda: _read_keyring([provider], settings))


def missing_key(provider: Provider) -> KeyMissing:
    """The error for a provider that needs a key where none was found."""
    variable = f"set {provider.key_env[0]}, or " if provider.key_env else ""
    return KeyMissing(f"there is no API key for {provider.name}", f"{variable}run `deepchat auth set {provider.name}`")


def key_in_environment(names: Iterable[str], environ: Mapping[str, str]) -> FoundKey | None:
    """The key in the first of these variables that is not empty; KeyMalformed when it can't be one."""
    for name in names:
        if value := environ.get(name, ""):
            return FoundKey(_checked(value, name), f"environment ({name})")
    return None


def save_key(provider: Provider, secret: Secret, paths: Paths, where: Literal["keyring", "file"]) -> None:
    """Keep this key for the provider's present address, and only there; ConfigError when that place can't be used."""
    from deepchat.config import keychain

    if not provider.needs_key:
        raise ConfigError(
            f"{provider.name} is asked without a key", f"set providers.{provider.name}.needs_key to true first"
        )
    match where:
        case "keyring":
            if not keychain.write(_user(provider), secret.reveal()):
                raise ConfigError("no keyring of this system can be used", "keep the key in a file, or in a variable")
            _change_file(provider, paths, None)
        case "file":
            _change_file(provider, paths, {"origin": _origin(provider), "key": secret.reveal()})
            keychain.remove(_user(provider))
        case _:
            assert_never(where)


def remove_key(provider: Provider, paths: Paths) -> tuple[str, ...]:
    """Forget the saved key; gives the places where there was one."""
    from deepchat.config import keychain

    from_keyring = ("keyring",) if keychain.remove(_user(provider)) else ()
    return from_keyring + (("credentials.toml",) if _change_file(provider, paths, None) else ())


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """One line of `deepchat auth status`."""

    provider: str
    source: str
    """Where the key comes from; empty when there is none."""
    problem: str
    """What is wrong, or what the user should know."""


def key_status(
    providers: Iterable[Provider], environ: Mapping[str, str], paths: Paths, settings: Settings
) -> list[KeyStatus]:
    """What would be used for each provider; the network is not asked, the keyring once."""
    from functools import cache

    asked = list(providers)
    stored = cache(lambda: _read_keyring(asked, settings))
    return [_status(provider, environ, paths, stored) for provider in asked]


def _status(provider: Provider, environ: Mapping[str, str], paths: Paths, stored: Stored) -> KeyStatus:
    try:
        found = _find(provider, environ, paths, stored)
    except KeyProblem as error:
        return KeyStatus(provider.name, "", error.message)
    if found is None:
        return KeyStatus(provider.name, "", "no key" if provider.needs_key else "")
    return KeyStatus(provider.name, found.source, found.notice)


def _find(provider: Provider, environ: Mapping[str, str], paths: Paths, stored: Stored) -> FoundKey | None:
    found = key_in_environment(provider.key_env, environ) or _ask_command(provider, environ)
    if found or not provider.needs_key:
        return found
    if value := stored().get(_user(provider)):
        return FoundKey(_checked(value, "the key in the keyring"), "keyring")
    return _read_file(provider, paths.credentials_file)


def _ask_command(provider: Provider, environ: Mapping[str, str]) -> FoundKey | None:
    if not provider.key_command:
        return None
    from deepchat.config.child import Printed, run

    heard = run(provider.key_command, environ, COMMAND_LIMIT_S)
    hint = f"run it yourself: {provider.key_command[0]} …"
    if not isinstance(heard, Printed):
        raise KeyMissing(f"the key_command of {provider.name} gave no key: {heard}", hint)
    if heard.status != 0:
        raise KeyMissing(f"the key_command of {provider.name} failed with exit status {heard.status}", hint)
    if not heard.output.strip():
        raise KeyMissing(f"the key_command of {provider.name} printed nothing", hint)
    line = heard.output.partition(b"\n")[0].decode(errors="replace")
    return FoundKey(_checked(line, f"what the key_command of {provider.name} printed"), "key_command")


def _read_keyring(providers: Iterable[Provider], settings: Settings) -> Mapping[str, str]:
    from deepchat.config import keychain

    users = [_user(provider) for provider in providers if provider.needs_key]
    return keychain.read(users) if users and settings.keyring else {}


def _read_file(provider: Provider, path: Path) -> FoundKey | None:
    notice = _close_to_others(path)
    file = read_toml(path)
    entry = file.values.get(provider.name)
    if not isinstance(entry, Mapping):
        if file.complaints:
            raise KeyMissing(str(file.complaints[0]), f"correct it, or run `deepchat auth set {provider.name}`")
        return None
    saved = cast("Mapping[str, object]", entry)
    origin, key = saved.get("origin"), saved.get("key")
    again = f"run `deepchat auth set {provider.name}`"
    if not isinstance(origin, str) or not isinstance(key, str) or not re.fullmatch(_ORIGIN, origin):
        raise KeyMissing(
            f"[{provider.name}] in {path} is no use: it must say, each in quotes, a key and its origin",
            f'{again}, or add there: origin = "{_origin(provider)}"',
        )
    if origin != _origin(provider):
        raise KeyMissing(
            f"the key saved for {provider.name} belongs to {origin}, not to {_origin(provider)}",
            f"if it shall go there, {again}",
        )
    return FoundKey(_checked(key, f"the key in {path.name}"), path.name, notice)


def _close_to_others(path: Path) -> str:
    """Take the file away from other users, and say so."""
    try:
        if not stat.S_IMODE(path.stat().st_mode) & 0o077:
            return ""
        path.chmod(FILE_MODE)
    except FileNotFoundError:
        return ""
    except OSError as error:
        return f"others may be able to read {path}: {reason(error)}"
    return f"{path} could be read by others; now it can't, but a new key would be safer"


def _change_file(provider: Provider, paths: Paths, entry: Mapping[str, str] | None) -> bool:
    """Put this entry into credentials.toml, or take it out; False when there was nothing to do."""
    path = paths.credentials_file
    if entry is None and not path.exists():
        return False
    with locked(path):
        file = read_toml(path)
        if file.complaints:
            raise ConfigError(str(file.complaints[0]), "correct it by hand: it may hold other keys")
        others = {name: value for name, value in file.values.items() if name != provider.name}
        if entry is None and len(others) == len(file.values):
            return False
        rewrite(path, others if entry is None else {**others, provider.name: entry})
    return True


def _checked(text: str, source: str) -> Secret:
    try:
        return check_key(text)
    except KeyMalformed as error:
        message, hint = error.message, error.hint
    raise KeyMalformed(f"{source}: {message}", hint)


def _origin(provider: Provider) -> str:
    scheme, host, port = origin_of(provider.base_url)
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def _user(provider: Provider) -> str:
    return f"{provider.name} {_origin(provider)}"

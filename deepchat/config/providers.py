"""The places that questions can be sent to: those built in, and the user's own tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, cast

from deepchat.config import readers
from deepchat.config.addresses import address, is_loopback, origin_of, server_of
from deepchat.config.doubts import tables_in_doubt
from deepchat.config.fields import did_you_mean, setting, settings_of, with_values
from deepchat.config.files import Complaint, TomlFile
from deepchat.config.known import Known
from deepchat.errors import ConfigError
from deepchat.secret import remember

if TYPE_CHECKING:
    from deepchat.config.lava_parts import LavaParts

Kind = Literal["deepinfra", "lava", "openai", "openrouter", "native", "local"]
KINDS: Final = ("deepinfra", "lava", "openai", "openrouter", "native", "local")
FROM_ENVIRONMENT: Final = "env"
"""The provider that LLM_BASE_URL makes."""
PROVIDER_NAME: Final = r"[a-z0-9][a-z0-9_-]{0,31}"
_COSTS_ITS_LINE: Final = ("headers", "extra_body", "fallback", "needs_key")
"""When another key is wrong, guessing could show a key, or a question, to a stranger: the provider can't be used."""
A_KEY_ITSELF: Final = ("api_key", "key", "token", "secret", "password")
_NOTHING: Final[Mapping[str, object]] = MappingProxyType({})
_NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})


def _lava_parts(value: object) -> LavaParts:
    from deepchat.config.lava_parts import read_parts

    return read_parts(value)


def _kind(value: object) -> Kind:
    return cast("Kind", readers.one_of(*KINDS)(value))


@dataclass(frozen=True, slots=True)
class Provider:
    """A place to send requests to."""

    name: str
    kind: Kind = setting("openai", f"Its dialect: {', '.join(KINDS)}", _kind)
    base_url: str = setting("", "Its address, up to /v1 or the like", address)
    target_base_url: str = setting("", "Whom a forwarding gateway shall ask", address)
    key_env: tuple[str, ...] = setting((), "Environment variables that may hold its key", readers.variables)
    key_command: tuple[str, ...] = setting((), "A program that prints its key; no shell", readers.command)
    headers: Mapping[str, str] = setting(_NO_HEADERS, "Headers to send along", readers.headers)
    extra_body: Mapping[str, object] = setting(_NOTHING, "Fields to send along in every request", readers.fields)
    fallback: tuple[str, ...] = setting((), "Providers to ask instead, before the first token only", readers.words)
    needs_key: bool = setting(True, "It refuses requests without a key", readers.flag)
    lava: LavaParts | None = setting(None, "Parts of Lava's forward token", _lava_parts)


_DEEPINFRA_KEYS: Final = ("DEEPINFRA_API_KEY", "DEEPINFRA_TOKEN", "DEEPINFRA_API_TOKEN")
BUILT_IN: Final = {
    provider.name: provider
    for provider in (
        Provider("deepinfra", "deepinfra", "https://api.deepinfra.com/v1/openai", key_env=_DEEPINFRA_KEYS),
        Provider(
            "lava",
            "lava",
            "https://api.lavapayments.com/v1/forward",
            target_base_url="https://api.deepinfra.com/v1/openai",
            key_env=("LAVA_API_KEY", "LAVA_FORWARD_TOKEN"),
        ),
        Provider("flo2", "openai", "https://flo2.com/v1", key_env=("FLO2_API_KEY",)),
        Provider("openrouter", "openrouter", "https://openrouter.ai/api/v1", key_env=("OPENROUTER_API_KEY",)),
        Provider("openai", "openai", "https://api.openai.com/v1", key_env=("OPENAI_API_KEY",)),
        Provider("native", "native", "https://api.deepinfra.com/v1", key_env=_DEEPINFRA_KEYS),
        Provider("ollama", "local", "http://127.0.0.1:11434/v1", needs_key=False),
        Provider("lmstudio", "local", "http://127.0.0.1:1234/v1", needs_key=False),
        Provider("llamacpp", "local", "http://127.0.0.1:8080/v1", needs_key=False),
        Provider("vllm", "local", "http://127.0.0.1:8000/v1", needs_key=False),
    )
}


_KEY_PAGES: Final = {
    "api.deepinfra.com": "deepinfra.com/dash/api_keys",
    "api.lavapayments.com": "lavapayments.com/dashboard",
    "openrouter.ai": "openrouter.ai/settings/keys",
    "api.openai.com": "platform.openai.com/api-keys",
}
"""By server and not by name: a key belongs to its address, which a table may change."""


def key_page(provider: Provider) -> str:
    """The page that keys for this provider's address are got from; empty when that is not known."""
    return _KEY_PAGES.get(server_of(provider.base_url), "")


def provider_of_environment(environ: Mapping[str, str]) -> Provider | None:
    """The provider that LLM_BASE_URL names; ConfigError when it can't be used, rather than asking another one."""
    written = environ.get("LLM_BASE_URL", "").strip()
    if not written:
        return None
    try:
        base_url = address(written)
    except ValueError as error:
        raise ConfigError(f"LLM_BASE_URL {error}", "correct or unset LLM_BASE_URL") from None
    here = is_loopback(origin_of(base_url)[1])
    return Provider(FROM_ENVIRONMENT, "openai", base_url, key_env=("LLM_API_KEY",), needs_key=not here)


def read_providers(file: TomlFile, elsewhere: Iterable[Complaint] = ()) -> Known[Provider]:
    """Those built in with the tables of config.toml laid over them.

    `elsewhere` is what was wrong outside these tables: one that may be lost there makes its provider unusable.
    """
    usable, unusable, changed = dict(BUILT_IN), dict[str, str](), set[str]()
    complaints: list[Complaint] = []
    lost = [*file.complaints, *elsewhere]
    tables = file.values.get("providers", {})
    if not isinstance(tables, Mapping):
        words = "providers must be tables such as [providers.work]; it is not used"
        complaints.append(file.complain(("providers",), words))
        lost += complaints
        tables = _NOTHING
    for name, table in cast("Mapping[str, object]", tables).items():
        provider, faults = _read_provider(file, name, table)
        complaints += faults.values()
        usable[name] = provider
        if decisive := next((fault for key, fault in faults.items() if _decides(key)), None):
            unusable |= dict.fromkeys((name, name.lower()), str(decisive))
        if isinstance(table, Mapping):
            changed |= {f"{name}.{key}" for key in cast("Mapping[str, object]", table)}
    for start, complaint in tables_in_doubt(lost):
        # A header that was cut off may be any that begins so, but for those whose table is there.
        meant = [name for name in usable if name == start or (name.startswith(start) and name not in tables)]
        unusable |= dict.fromkeys(meant or [start], str(complaint))
    for name in unusable:
        usable.pop(name, None)
    complaints += _mend_fallbacks(file, usable, unusable)
    return Known(usable, unusable, frozenset(changed), tuple(complaints))


def _read_provider(file: TomlFile, name: str, table: object) -> tuple[Provider, dict[str, Complaint]]:
    """One table, and its faults by key; the key "" is a fault of the whole."""
    start = BUILT_IN.get(name, Provider(name))
    faults: dict[str, Complaint] = {}
    at = ("providers", name)
    if not re.fullmatch(PROVIDER_NAME, name) or name == FROM_ENVIRONMENT or not isinstance(table, Mapping):
        words = f"providers.{name} must be a table with a short plain name in small letters, and not env"
        return start, {"": file.complain(at, f"{words}; it can't be used")}
    rows = {row.key: row for row in settings_of(start)}
    found: dict[str, object] = {}
    for key, value in cast("Mapping[str, object]", table).items():
        try:
            if key not in rows:
                raise ValueError(_unknown(name, key, value, list(rows)))  # noqa: TRY301  # one way out for all faults
            found[key] = rows[key].read(value)
        except ValueError as error:
            then = "this provider can't be used" if _decides(key) else "it is not used"
            faults[key] = file.complain((*at, key), f"providers.{name}.{key} {error}; {then}")
    provider = with_values(start, found)
    if not provider.base_url:
        faults.setdefault("base_url", file.complain(at, f"providers.{name} needs a base_url; it can't be used"))
    return provider, faults


def _unknown(name: str, key: str, value: object, known: list[str]) -> str:
    if key in A_KEY_ITSELF:
        if isinstance(value, str):
            remember(value)
        return f"is no place for a key: take it out and run `deepchat auth set {name}`"
    return f"is not a setting{did_you_mean(key, known)}"


def _decides(key: str) -> bool:
    """Whether a key that can't be used may say where words and keys go; one that nobody knows may say anything."""
    from difflib import get_close_matches

    near = get_close_matches(key.lower(), [row.key for row in settings_of(Provider(""))], n=1)
    return key not in A_KEY_ITSELF and not (near and near[0] in _COSTS_ITS_LINE)


def _mend_fallbacks(file: TomlFile, usable: dict[str, Provider], unusable: Mapping[str, str]) -> list[Complaint]:
    """Leave out fallbacks that are not there; why another one can't be used is said when it is needed."""
    complaints: list[Complaint] = []
    for name, provider in usable.items():
        kept = [one for one in provider.fallback if one != name and (one in usable or one in unusable)]
        if len(kept) < len(provider.fallback):
            missing = ", ".join(one for one in provider.fallback if one not in kept)
            words = f"providers.{name}.fallback names {missing}, which can't be asked; that is left out"
            complaints.append(file.complain(("providers", name, "fallback"), words))
            usable[name] = replace(provider, fallback=tuple(kept))
    return complaints

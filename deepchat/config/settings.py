"""Every setting: its type, its default, one line of help, and where its value came from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal, cast

from deepchat.config import readers
from deepchat.config.doubts import choice_in_doubt
from deepchat.config.fields import Setting, did_you_mean, setting, settings_of, understand, with_values
from deepchat.config.files import Complaint, TomlFile, read_toml
from deepchat.config.known import SERVER_TABLES, Known
from deepchat.config.paths import find_paths
from deepchat.config.providers import BUILT_IN, FROM_ENVIRONMENT, Provider, provider_of_environment, read_providers
from deepchat.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from deepchat.config.servers import Server

Origin = Literal["default", "config.toml", "state.toml", "environment", "command line"]
EFFORTS: Final = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
TRIMS: Final = ("stop", "oldest")
TIERS: Final = ("default", "priority", "flex")
READING: Final = ("time", "calculator", "read_file", "list_folder")
"""The tools that are built in, which only read."""
ALL_SETTINGS: Final = "`deepchat config show` lists all settings"
_DAY_S: Final = 86_400
_READ_ELSEWHERE: Final = (("providers",), (SERVER_TABLES,), ("keys",))
"""Tables that hold no settings: the names of commands are known to the app alone."""
_DEEPEST: Final = 3
"""Parts of a dotted name: enough to see what is in a table that has a wrong name itself."""
_NONE: Final[Mapping[str, object]] = MappingProxyType({})
_seconds = readers.number(0, _DAY_S, above=True)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait for a server."""

    connect_s: float = setting(10.0, "Seconds to reach the server", _seconds)
    headers_s: float = setting(60.0, "Seconds until the server begins to reply", _seconds)
    first_event_s: float = setting(300.0, "Seconds until the first piece of an answer", _seconds)
    idle_s: float = setting(120.0, "Seconds of silence in the middle of an answer", _seconds)
    total_s: float = setting(1800.0, "Seconds for one request in all", _seconds)


@dataclass(frozen=True, slots=True)
class Budget:
    """What may be spent, in nano-dollars."""

    answer: int | None = setting(None, "US dollars that one answer may cost", readers.dollars, "0.05")
    conversation: int | None = setting(None, "US dollars that one conversation may cost", readers.dollars, "0.50")
    day: int | None = setting(None, "US dollars that may be spent in a day", readers.dollars, "2.00")
    month: int | None = setting(None, "US dollars that may be spent in a month", readers.dollars, "20.00")


@dataclass(frozen=True, slots=True)
class CarryingOn:
    """What is done when an answer stops before its end."""

    automatic: bool = setting(True, "Go on by itself with an answer that was cut off", readers.flag)
    legs: int = setting(8, "The most requests for one answer", readers.whole(1, 1000))


@dataclass(frozen=True, slots=True)
class Context:
    """What is done when a conversation is longer than its model can take in."""

    trim: str = setting("stop", f"When it no longer fits: {', '.join(TRIMS)}", readers.one_of(*TRIMS))


@dataclass(frozen=True, slots=True)
class Trash:
    """What becomes of deleted conversations."""

    days: int = setting(30, "Days that a deleted conversation is kept", readers.whole(1, 36_500))


@dataclass(frozen=True, slots=True)
class Titles:
    """What conversations are called."""

    automatic: bool = setting(False, "Let a cheap model name a conversation after its first answer", readers.flag)
    model: str = setting("", "The model that names them; unset takes the provider's cheapest", readers.text)


@dataclass(frozen=True, slots=True)
class Pictures:
    """How pictures are made."""

    model: str = setting("black-forest-labs/FLUX-1-schnell", "The model that makes pictures", readers.word)


@dataclass(frozen=True, slots=True)
class Tools:
    """What models may call, and how far they may go."""

    on: tuple[str, ...] = setting((), "Tools that new conversations of the app begin with", readers.names, '["time"]')
    folder: Path | None = setting(
        None, "The only folder whose texts tools may read", readers.folder, '"/home/me/notes"'
    )
    unasked: tuple[str, ...] = setting(
        (), f"Tools that run without a question: {', '.join(READING)}", readers.some_of(*READING), '["time"]'
    )
    rounds: int = setting(8, "How often tools may be called in one answer", readers.whole(1, 100))
    limit_s: float = setting(60.0, "Seconds that one call may take", _seconds)


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, ready to use; what was wrong in the files is in `complaints`."""

    provider: str = setting("deepinfra", "Where questions go", readers.word)
    model: str = setting("deepseek-ai/DeepSeek-V3", "The model that answers", readers.word)
    system: str = setting("", "System prompt of new conversations", readers.text)
    temperature: float | None = setting(
        None, "How freely words are chosen, 0 to 2; unset leaves it to the server", readers.number(0, 2), "0.7"
    )
    top_p: float | None = setting(
        None, "Choose among the likeliest words of this probability", readers.number(0, 1, above=True), "0.95"
    )
    max_tokens: int | None = setting(
        None, "The longest answer of one request, in tokens", readers.whole(1, 1_000_000), "16384"
    )
    reasoning_effort: str | None = setting(
        None, f"How long to think: {', '.join(EFFORTS)}", readers.one_of(*EFFORTS), '"medium"'
    )
    service_tier: str | None = setting(
        None, f"Speed and price class: {', '.join(TIERS)}", readers.one_of(*TIERS), '"flex"'
    )
    retries: int = setting(2, "How often to try again before an answer has begun", readers.whole(0, 10))
    keyring: bool = setting(True, "Look for API keys in the system's keyring", readers.flag)
    ca_bundle: Path | None = setting(
        None, "Certificates to trust besides the usual ones", readers.file, '"/etc/ssl/certs/ca-certificates.crt"'
    )
    timeouts: Timeouts = field(default_factory=Timeouts)
    budget: Budget = field(default_factory=Budget)
    carrying_on: CarryingOn = field(default_factory=CarryingOn)
    context: Context = field(default_factory=Context)
    tools: Tools = field(default_factory=Tools)
    trash: Trash = field(default_factory=Trash)
    titles: Titles = field(default_factory=Titles)
    pictures: Pictures = field(default_factory=Pictures)
    known_providers: Known[Provider] = field(default_factory=lambda: Known(BUILT_IN, {}))
    known_servers: Known[Server] = field(default_factory=lambda: Known({}, {}))
    origins: Mapping[str, Origin] = field(default_factory=dict[str, "Origin"])
    """Where the values came from that are not defaults."""
    complaints: tuple[Complaint, ...] = ()
    provider_in_doubt: Complaint | None = None
    """What can't be used although it may say which provider is meant."""

    @property
    def providers(self) -> Mapping[str, Provider]:
        """Those that can be used, by name."""
        return self.known_providers.usable

    def chosen_provider(self) -> Provider:
        """Where questions go; ConfigError when that provider can't be asked, or when it can't be told which it is."""
        if doubt := self.provider_in_doubt:
            place = f"line {doubt.line} of {doubt.path}" if doubt.line else str(doubt.path)
            by_name = ", or name the provider: `-p NAME` for a question, `deepchat auth set NAME` for a key"
            raise ConfigError(
                f"{place} can't be used, but may say which provider is meant: nothing is sent to another one",
                f"mend that{by_name if self.providers else ''}",
            )
        return self.provider_named(self.provider)

    def complaints_about(self, names: Iterable[str]) -> tuple[Complaint, ...]:
        """The complaints without those about other providers' tables than these, and than their fallbacks'."""
        used = [self.providers[name] for name in names if name in self.providers]
        meant = {*names, *(name for provider in used for name in provider.fallback)}
        return tuple(one for one in self.complaints if not (one.providers and meant.isdisjoint(one.providers)))

    def provider_named(self, name: str) -> Provider:
        """That provider; ConfigError when it is not there or not fit for use: another never takes its place."""
        if found := self.providers.get(name):
            return found
        if why := self.known_providers.unusable.get(name):
            raise ConfigError(f"the provider {name} can't be used: {why}", "correct it in config.toml")
        guess = did_you_mean(name, list(self.providers))
        raise ConfigError(f"there is no provider {name}{guess}", f"there are: {', '.join(self.providers)}")

    def origin_of(self, key: str) -> Origin:
        """Where the value of this setting came from."""
        return self.origins.get(key, "default")


def every_setting() -> dict[str, Setting]:
    """All settings by their dotted names, those of providers left out."""
    return {one.key: one for one in settings_of(Settings())}


def load_settings(
    environ: Mapping[str, str], overrides: Mapping[str, object] = _NONE, of_overrides: Iterable[Complaint] = ()
) -> Settings:
    """Defaults, config.toml, state.toml, the environment and the command line, each laid over those before it.

    A fault in a file becomes a complaint and the default counts. ConfigError: there is no place for files, or
    LLM_BASE_URL can't be used. UsageError: an override can't be; one that is None does not count. `of_overrides` are
    the faults of the file that overrides come from.
    """
    paths = find_paths(environ)
    config, state = read_toml(paths.config_file), read_toml(paths.state_file)
    layers = _Layers()
    layers.add_file(config, "config.toml")
    providers = read_providers(config, layers.complaints)
    servers = _servers(config)
    layers.add_file(state, "state.toml")
    if own := provider_of_environment(environ):
        providers = replace(providers, usable={**providers.usable, FROM_ENVIRONMENT: own})
        layers.add("provider", FROM_ENVIRONMENT, "environment")
    chosen = {key: value for key, value in overrides.items() if value is not None}
    if own and chosen.get("provider", FROM_ENVIRONMENT) == FROM_ENVIRONMENT and environ.get("LLM_MODEL", "").strip():
        try:
            layers.add("model", environ["LLM_MODEL"], "environment")
        except UsageError as error:
            raise ConfigError(f"LLM_MODEL: {error.message}", "correct or unset LLM_MODEL") from None
    layers.doubt = choice_in_doubt(of_overrides, is_told=False) or layers.doubt
    for key, value in chosen.items():
        layers.add(key, value, "command line")
    return replace(
        with_values(Settings(), layers.found),
        known_providers=providers,
        known_servers=servers,
        origins=layers.origins,
        complaints=(*layers.complaints, *providers.complaints, *servers.complaints),
        provider_in_doubt=layers.doubt,
    )


def _servers(config: TomlFile) -> Known[Server]:
    """Who has none does not wait for what reads them."""
    if SERVER_TABLES not in config.values and not config.complaints:
        return Known({}, {})
    from deepchat.config.servers import read_servers

    return read_servers(config)


class _Layers:
    """Values laid over each other, the later ones on top."""

    def __init__(self) -> None:
        self.known = every_setting()
        self.found: dict[str, object] = {}
        self.origins: dict[str, Origin] = {}
        self.complaints: list[Complaint] = []
        self.doubt: Complaint | None = None
        """What may say which provider is meant, as far as no layer on top of it says so."""

    def add_file(self, file: TomlFile, origin: Origin) -> None:
        """Lay a file over it; its faults become complaints; state.toml may hold more than settings."""
        complaints = list(file.complaints)
        for names, value in _flat(file.values):
            key = ".".join(names)
            if key in self.known:
                try:
                    self._lay(key, self.known[key].read(value), origin)
                except ValueError as error:
                    complaints.append(file.complain(names, f"{key} {error}; it is not used"))
            elif origin == "config.toml":
                guess = did_you_mean(key, list(self.known))
                complaints.append(file.complain(names, f"{key} is not a setting{guess}; it is not used"))
        is_told = self.origins.get("provider") == origin
        self.doubt = choice_in_doubt(complaints, is_told=is_told) or self.doubt
        self.complaints += complaints

    def add(self, key: str, value: object, origin: Origin) -> None:
        """Lay one value over it; UsageError when it can't be."""
        if key not in self.known:
            raise UsageError(f"there is no setting {key}{did_you_mean(key, list(self.known))}", ALL_SETTINGS)
        try:
            self._lay(key, understand(self.known[key], value), origin)
        except ValueError as error:
            raise UsageError(f"{key} {error}", ALL_SETTINGS) from None

    def _lay(self, key: str, value: object, origin: Origin) -> None:
        self.found[key] = value
        self.origins[key] = origin
        if key == "provider":
            self.doubt = None


def _flat(values: Mapping[str, object], table: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    """Every key that is no provider's, no server's and no command's, with its table's name before it."""
    for key, value in values.items():
        names = (*table, key)
        if names in _READ_ELSEWHERE:
            continue
        if isinstance(value, Mapping) and len(names) < _DEEPEST:
            yield from _flat(cast("Mapping[str, object]", value), names)
        else:
            yield names, value

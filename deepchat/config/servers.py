"""MCP servers: the user's tables that say how each is started or reached, and which of its tools may be turned on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, cast

from deepchat.config import readers
from deepchat.config.addresses import address
from deepchat.config.fields import did_you_mean, setting, settings_of, with_values
from deepchat.config.files import Complaint, TomlFile
from deepchat.config.known import SERVER_TABLES, Known
from deepchat.errors import ConfigError
from deepchat.secret import remember

LONGEST_NAME: Final = 24
"""Of the 64 characters that a tool's name may have, so many at most tell whose it is."""
SERVER_NAME: Final = r"[A-Za-z0-9]+(?:[_-][A-Za-z0-9]+)*"
"""Never two `_` in a row: they stand between the server and its tool."""
_COSTS_ITS_LINE: Final = ("connect_s", "limit_s")
"""Whatever else is wrong may say what is started, who is told what, or which tools there may be."""
_REFERENCE: Final = r"\$([A-Za-z_][A-Za-z0-9_]{0,99})"
_VARIABLE: Final = r"[A-Za-z_][A-Za-z0-9_]{0,99}"
_SHORTEST_TAKEN_FOR_SECRET: Final = 12
"""Characters; what is kept in a variable may be a key, whatever its name, as GH_PAT is."""
_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_seconds = readers.number(0, 3_600, above=True)


def _environment(value: object) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for name, content in readers.table(value).items():
        if not re.fullmatch(_VARIABLE, name) or not isinstance(content, str) or "\0" in content:
            raise ValueError('must be a table of names and texts, such as { TOKEN = "$MY_TOKEN" }')
        found[name] = _secretive(name, content)
    return found


def _headers(value: object) -> Mapping[str, str]:
    written = readers.table(value)
    meant = {name for name, one in written.items() if isinstance(one, str) and re.fullmatch(_REFERENCE, one)}
    checked = readers.headers({name: "-" if name in meant else one for name, one in written.items()})
    return {name: str(written[name]) if name in meant else one for name, one in checked.items()}


@dataclass(frozen=True, slots=True)
class Server:
    """One that has tools."""

    name: str
    command: tuple[str, ...] = setting((), "The program that is the server, with its arguments", readers.command)
    url: str = setting("", "Its address, where it runs already", address)
    env: Mapping[str, str] = setting(_NOTHING, 'Its environment; "$NAME" takes a variable of yours', _environment)
    headers: Mapping[str, str] = setting(_NOTHING, 'Headers to send along; "$NAME" as in env', _headers)
    key_env: tuple[str, ...] = setting((), "Environment variables that may hold its key", readers.variables)
    tools: tuple[str, ...] | None = setting(None, "The only tools of it that there shall be", readers.words)
    connect_s: float = setting(20.0, "Seconds until it must have told its tools", _seconds)
    limit_s: float | None = setting(None, "Seconds that one call may take; unset is tools.limit_s", _seconds)


def read_servers(file: TomlFile) -> Known[Server]:
    """The tables of config.toml; a line that may say what is run or who is told what makes its server unusable."""
    tables = file.values.get(SERVER_TABLES, {})
    complaints: list[Complaint] = []
    if not isinstance(tables, Mapping):
        complaints.append(file.complain((SERVER_TABLES,), "mcp must be tables such as [mcp.files]; it is not used"))
        tables = {}
    usable: dict[str, Server] = {}
    unusable = {name: str(lost) for lost in file.complaints for name in _names_in(lost)}
    changed: set[str] = set()
    for name, table in cast("Mapping[str, object]", tables).items():
        server, faults = _read_server(file, name, table)
        complaints += faults.values()
        if decisive := next((fault for key, fault in faults.items() if key not in _COSTS_ITS_LINE), None):
            unusable.setdefault(name, str(decisive))
        if name not in unusable:
            usable[name] = server
            changed |= {f"{name}.{key}" for key in cast("Mapping[str, object]", table)}
    return Known(usable, unusable, frozenset(changed), tuple(complaints))


def with_variables(values: Mapping[str, str], environ: Mapping[str, str], whose: str) -> dict[str, str]:
    """The values, with the user's variables for those that name one; ConfigError for one that is not set."""
    found: dict[str, str] = {}
    for name, value in values.items():
        if meant := re.fullmatch(_REFERENCE, value):
            variable = meant[1]
            if not environ.get(variable):
                raise ConfigError(
                    f"{whose}.{name} names ${variable}, which is not set", f"set {variable}, then start again"
                )
            value = environ[variable]
            has_name_of_one = readers.is_confidential(name) or readers.is_confidential(variable)
            if has_name_of_one or len(value) >= _SHORTEST_TAKEN_FOR_SECRET:
                remember(value)
        found[name] = value
    return found


def _read_server(file: TomlFile, name: str, table: object) -> tuple[Server, dict[str, Complaint]]:
    """One table, and its faults by key; the key "" is a fault of the whole."""
    faults: dict[str, Complaint] = {}
    at = (SERVER_TABLES, name)
    if not re.fullmatch(SERVER_NAME, name) or len(name) > LONGEST_NAME or not isinstance(table, Mapping):
        words = f"must be a table with a plain name of letters and digits, at most {LONGEST_NAME}; it can't be used"
        return Server(""), {"": file.complain(at, f"mcp.{name[:64]} {words}")}
    rows = {row.key: row for row in settings_of(Server(name))}
    found: dict[str, object] = {}
    for key, value in cast("Mapping[str, object]", table).items():
        try:
            if key not in rows:
                raise ValueError(f"is not a setting{did_you_mean(key, rows)}")  # noqa: TRY301  # one way out for all
            found[key] = rows[key].read(value)
        except ValueError as error:
            then = "it is not used" if key in _COSTS_ITS_LINE else "this server can't be used"
            faults[key] = file.complain((*at, key), f"mcp.{name}.{key} {error}; {then}")
    server = with_values(Server(name), found)
    if bool(server.command) is bool(server.url) and not faults:
        words = "needs a command or a url, and not both; it can't be used"
        faults[""] = file.complain(at, f"mcp.{name} {words}")
    return server, faults


def _names_in(lost: Complaint) -> set[str]:
    """The servers whose tables, or a line of them that decides, can't be read."""
    return {
        names[1]
        for names in lost.about
        if names[:1] == (SERVER_TABLES,) and len(names) > 1 and not (len(names) == 3 and names[2] in _COSTS_ITS_LINE)
    }


def _secretive(name: str, content: str) -> str:
    if readers.is_confidential(name) and not re.fullmatch(_REFERENCE, content):
        remember(content)
    return content

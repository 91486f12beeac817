"""Changes one value in config.toml for `deepchat config set`, and leaves every other byte of it alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import groupby
from typing import Final, cast

from deepchat.config.fields import Setting, as_toml, did_you_mean, quoted, settings_of, spell
from deepchat.config.files import locked, read_toml, update_state, write_whole
from deepchat.config.key_shape import check_key
from deepchat.config.known import SERVER_TABLES
from deepchat.config.paths import Paths
from deepchat.config.providers import A_KEY_ITSELF, BUILT_IN, PROVIDER_NAME, Provider
from deepchat.config.servers import SERVER_NAME, Server
from deepchat.config.settings import ALL_SETTINGS, every_setting
from deepchat.config.toml_lines import statements
from deepchat.config.toml_text import parse_toml
from deepchat.errors import ConfigError, KeyMalformed, UsageError

_HEAD: Final = """\
# DeepChat's settings. This file is yours: DeepChat wrote it once, and changes it only when you run
# `deepchat config set KEY VALUE`. Each line below shows a default, or an example where there is none:
# take the # away to change it. `deepchat config show` says what counts, and where it came from.
"""
_TAIL: Final = """
# A provider of your own, then `deepchat auth set work` for its key:
#
# [providers.work]
# base_url = "https://llm.example.com/v1"
# key_env = "WORK_LLM_KEY"
# headers = { X-Team = "research" }

# An MCP server, whose tools `/tools` turns on: a program that is started, or an address.
#
# [mcp.files]
# command = ["npx", "-y", "@modelcontextprotocol/server-filesystem", "/home/me/notes"]
# env = { NODE_OPTIONS = "--no-warnings" }
# tools = ["read_text_file", "list_directory"]
#
# [mcp.tickets]
# url = "https://mcp.example.com/mcp"
# key_env = "TICKETS_TOKEN"

# Other keys for the commands that F1 tells, some with commas between them:
#
# [keys]
# model = "f5,ctrl+o"
"""


def set_value(paths: Paths, key: str, text: str) -> None:
    """Write this value into config.toml; UsageError: no such setting or value; ConfigError: the file can't take it."""
    one, names = _setting_named(key, text)
    try:
        _, literal = spell(one, text)
    except ValueError as error:
        raise UsageError(f"{key} {error}", ALL_SETTINGS) from None
    write_default_config(paths)
    with locked(paths.config_file):
        file = read_toml(paths.config_file)
        if file.complaints:
            raise ConfigError(f"nothing was changed: {file.complaints[0]}", "correct that first")
        wanted = _with(file.values, names, as_toml(literal))
        for edited in _edits(file.text, names, literal):
            if _values(edited) == wanted:
                write_whole(paths.config_file, edited)
                break
        else:
            raise ConfigError(f"{key} can't be put into {paths.config_file} as it is written", "edit it by hand")
    if key in read_toml(paths.state_file).values:
        update_state(paths.state_file, {key: None})


def unset_value(paths: Paths, key: str) -> None:
    """Make the line of this value in config.toml a comment; UsageError: no such setting; ConfigError: it can't be."""
    _, names = _setting_named(key, "")
    with locked(paths.config_file):
        file = read_toml(paths.config_file)
        if file.complaints:
            raise ConfigError(f"nothing was changed: {file.complaints[0]}", "correct that first")
        edited = file.text
        for one in [one for one in statements(file.text) if one.path == names and not one.is_header]:
            line = file.text.rfind("\n", 0, one.start) + 1
            edited = f"{file.text[:line]}# {file.text[line:]}"
        values = _values(edited)
        if values is None or _has(values, names):
            raise ConfigError(f"{key} can't be taken out of {paths.config_file} as it is written", "edit it by hand")
        write_whole(paths.config_file, edited)


def default_config_text() -> str:
    """The file that a newcomer finds: every setting with its help and default, all of it commented out."""
    text = _HEAD
    for table, rows in groupby(every_setting().values(), key=lambda one: one.key.rpartition(".")[0]):
        text += f"\n[{table}]\n" if table else ""
        for one in rows:
            value = one.example or _literal(one.default)
            text += f"\n# {one.about}.\n# {one.key.rpartition('.')[2]} = {value}\n"
    return text + _TAIL


def write_default_config(paths: Paths) -> None:
    """Write config.toml if there is none, not even a link to one."""
    with locked(paths.config_file):
        if not paths.config_file.is_symlink() and not paths.config_file.exists():
            write_whole(paths.config_file, default_config_text())


def _setting_named(key: str, text: str) -> tuple[Setting, tuple[str, ...]]:
    names = tuple(key.split("."))
    if names[0] == SERVER_TABLES:
        if len(names) != 3 or not re.fullmatch(SERVER_NAME, names[1]):
            raise UsageError(f"{key} is not a setting of a server", "write it like mcp.files.command")
        known = {f"mcp.{names[1]}.{one.key}": one for one in settings_of(Server(names[1]))}
    elif names[0] != "providers":
        known = every_setting()
    elif len(names) == 3 and re.fullmatch(PROVIDER_NAME, names[1]):
        name = names[1]
        if names[2] in A_KEY_ITSELF:
            with suppress(KeyMalformed):
                check_key(text)
            raise UsageError("keys are not kept in config.toml", f"run `deepchat auth set {name}`")
        known = {f"providers.{name}.{one.key}": one for one in settings_of(BUILT_IN.get(name, Provider(name)))}
    else:
        raise UsageError(f"{key} is not a setting of a provider", "write it like providers.work.base_url")
    if key not in known:
        raise UsageError(f"there is no setting {key}{did_you_mean(key, known)}", ALL_SETTINGS)
    return known[key], names


def _edits(text: str, names: tuple[str, ...], literal: str) -> Iterator[str]:
    """Ways to put the value there, the best first; not each of them need be right, or even TOML."""
    table, line = names[:-1], f"{names[-1]} = {literal}"
    end_of_line = "\r\n" if "\r\n" in text else "\n"
    first, after = (0 if not table else None), 0
    stop = len(text)
    for one in statements(text):
        if one.path == names and not one.is_header:
            yield text[: one.start] + literal + text[one.end :]
        if one.is_header and first is not None:
            stop = min(stop, one.start)
        if one.is_header and one.path == table:
            first = one.end
        if first is not None and one.end <= stop:
            after = one.end
    if first is not None:
        sample = re.compile(rf"^#[ ]?{re.escape(names[-1])}[ ]*=", re.MULTILINE).search(text, first, stop)
        if sample:
            yield _insert(text, sample.end(), line, end_of_line)
        yield _insert(text, after, line, end_of_line) if after else _first_line(text, line + end_of_line)
    gap = "" if not text or text.endswith("\n") else end_of_line
    yield f"{text}{gap}{end_of_line}[{'.'.join(table)}]{end_of_line}{line}{end_of_line}"


def _insert(text: str, at: int, line: str, end_of_line: str) -> str:
    """The text with a line put behind the one that position is in."""
    end = text.find("\n", at)
    if end < 0:
        return text + end_of_line + line + end_of_line
    return text[: end + 1] + line + end_of_line + text[end + 1 :]


def _first_line(text: str, line: str) -> str:
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    return mark + line + text.removeprefix(mark)


def _values(text: str) -> Mapping[str, object] | None:
    try:
        return parse_toml(text.removeprefix("\ufeff"))
    except ValueError:
        return None


def _with(values: Mapping[str, object], names: tuple[str, ...], value: object) -> Mapping[str, object]:
    """The values with this one changed."""
    first, *rest = names
    if rest:
        inner = values.get(first, {})
        value = _with(cast("Mapping[str, object]", inner) if isinstance(inner, Mapping) else {}, tuple(rest), value)
    return {**values, first: value}


def _has(values: object, names: tuple[str, ...]) -> bool:
    for name in names:
        if not isinstance(values, Mapping) or name not in values:
            return False
        values = cast("Mapping[str, object]", values)[name]
    return True


def _literal(default: object) -> str:
    match default:
        case bool():
            return str(default).lower()
        case float():
            return f"{default:g}"
        case str():
            return quoted(default)
        case _:
            return str(default)

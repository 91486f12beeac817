"""Keys of the user's own for commands: the table [keys] of config.toml, judged line by line."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final, cast

from deepchat.config.fields import did_you_mean
from deepchat.config.files import Complaint, TomlFile

TABLE: Final = "keys"
_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_MODIFIERS: Final = ("alt", "ctrl", "hyper", "meta", "shift", "super")
"""In the order in which a terminal's report of a key is spelled."""
_NAMED: Final = frozenset(
    {
        *("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete", "backspace"),
        *("enter", "escape", "tab", "space"),
        *(f"f{number}" for number in range(1, 25)),
    }
)
_OTHER_NAMES: Final = {"esc": "escape", "return": "enter", "del": "delete", "ins": "insert", "control": "ctrl"}
_SAME_BYTE: Final = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+left_square_bracket": "escape", "ctrl+space": "ctrl+at"}
"""What a terminal can't tell apart."""
_SHORTER: Final = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
_PRINTABLE: Final = frozenset(map(chr, range(0x21, 0x7F)))


def read_keymap(
    file: TomlFile,
    known: Mapping[str, str],
    anywhere: Collection[str],
    *,
    writing: Collection[str] = (),
    fixed: Mapping[str, str] = _NONE,
) -> tuple[Mapping[str, str], tuple[Complaint, ...]]:
    """The keys of every known command, divided by commas, and what could not be used: there the default stays.

    `known` has the commands with their default keys. Those in `anywhere` work while something is written, so they
    can't have a key that writes, nor one of `writing`. `fixed` are keys that no command can have, and what they do.
    """
    table = file.values.get(TABLE, {})
    if not isinstance(table, Mapping):
        return known, (file.complain((TABLE,), "keys must be a table, [keys]; it is not used"),)
    chosen: dict[str, str] = {}
    complaints: list[Complaint] = []
    for name, value in cast("Mapping[str, object]", table).items():
        try:
            chosen[name] = _read(name, value, known, writing if name in anywhere else None, fixed)
        except ValueError as error:
            complaints.append(_complain(file, name, str(error)))
    while clash := _clash({**known, **chosen}, chosen):
        name, words = clash
        del chosen[name]
        complaints.append(_complain(file, name, words))
    return {**known, **chosen}, tuple(complaints)


def spell_key(text: str) -> str:
    """A key as Textual calls it: `Ctrl+O`, `^o`, `?`, `shift+g`; ValueError when there is no such key."""
    written = text.strip()
    if len(written) == 2 and written[0] == "^":
        written = f"ctrl+{written[1]}"
    *modifiers, last = ["plus"] if written == "+" else written.split("+")
    held = {_OTHER_NAMES.get(one.strip().lower(), one.strip().lower()) for one in modifiers}
    if len(held) < len(modifiers) or not held <= set(_MODIFIERS):
        raise ValueError(f"{text!a} is no key, such as f5, ctrl+t or alt+enter")
    name = _name_of(last.strip(), is_held=bool(held - {"shift"}))
    if held == {"shift"} and len(name) == 1 and name.isalpha():
        return name.upper()
    key = "+".join([*sorted(held), name])
    return _SAME_BYTE.get(key, key)


def _read(
    name: str, value: object, known: Mapping[str, str], writing: Collection[str] | None, fixed: Mapping[str, str]
) -> str:
    if name not in known:
        raise ValueError(f"is no command{did_you_mean(name, known)}")
    if not isinstance(value, str) or not value.strip():
        raise ValueError('must be a key, or some with commas between them, such as "f5,ctrl+t"')
    keys = list(dict.fromkeys(spell_key(one) for one in value.split(",")))
    for key in keys:
        if key in fixed:
            raise ValueError(f"can't have {key}: {fixed[key]}")
        if writing is not None and (_writes(key) or key in writing):
            raise ValueError(f"can't have {key}, which is for writing; ctrl, alt or an f-key goes with it")
    return ",".join(keys)


def _clash(keys: Mapping[str, str], chosen: dict[str, str]) -> tuple[str, str] | None:
    """The last command chosen a key for that another one has too, and what to say of it."""
    for name in reversed(chosen):
        mine = set(chosen[name].split(","))
        for other, theirs in keys.items():
            if other != name and (both := mine.intersection(theirs.split(","))):
                words = f"can't have {', '.join(sorted(both))}, which {other} has: give that another key first"
                return name, words
    return None


def _name_of(written: str, *, is_held: bool) -> str:
    if written in _PRINTABLE:
        if written.isalnum():
            return written.lower() if is_held else written
        name = unicodedata.name(written).lower().replace("-", "_").replace(" ", "_")
        return _SHORTER.get(name, name)
    name = _OTHER_NAMES.get(written.lower(), written.lower())
    if name in _NAMED or any(name == _name_of(char, is_held=False) for char in _PRINTABLE):
        return name
    raise ValueError(f"{written!a} is no key{did_you_mean(name, _NAMED)}")


def _writes(key: str) -> bool:
    """Whether it puts a character into a text."""
    return "+" not in key and key not in _NAMED - {"space"}


def _complain(file: TomlFile, name: str, words: str) -> Complaint:
    return file.complain((TABLE, name), f"keys.{name} {words}; its default stays")

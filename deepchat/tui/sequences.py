"""What one whole escape sequence from the keyboard means; nothing when it is a reply, or of no known shape."""

from __future__ import annotations

import re
import sys
import unicodedata
from dataclasses import dataclass
from typing import Final

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._keyboard_protocol import FUNCTIONAL_KEYS, MODIFIER_FUNCTIONAL_KEYS
from textual.keys import KEY_NAME_REPLACEMENTS, Keys

_KEY: Final = re.compile(r"\x1b\[([\d:]*)(?:;([\d:]*))?(?:;([\d:]*))?([u~A-FHPQRS])")
"""https://sw.kovidgoyal.net/kitty/keyboard-protocol/, of which xterm's own forms are a part."""
_REPORT: Final = re.compile(
    r"\x1b\[(?:[IO]"  # the focus came or went
    r"|<\d{1,3};-?\d{1,5};-?\d{1,5}[Mm]"
    r"|\?\d{1,5};\d\$y"
    r")"
)
_SIZE: Final = re.compile(r"\x1b\[48;(\d{1,5})[:\d]*;(\d{1,5})[:\d]*;(\d{1,6})[:\d]*;(\d{1,6})[:\d]*t")
"""Lines and columns, then the same in pixels, where these are known."""
_MODIFIERS: Final = ("shift", "alt", "ctrl", "super", "hyper", "meta")
_SHIFT: Final = 1
_ALT: Final = 2
_CTRL: Final = 4
_NO_LOCKS: Final = 0b111111
"""Caps lock and num lock are told as modifiers too."""
_LONGEST: Final = 256
_RELEASED: Final = 3
_OTHER_KEY: Final = 27
"""xterm's modifyOtherKeys: CSI 27 ; modifiers ; character ~"""
_MOST_F3: Final = 16
"""CSI 1 ; modifiers R is F3, with larger numbers it tells where the cursor is."""
_SILENT: Final = frozenset({*MODIFIER_FUNCTIONAL_KEYS, "caps_lock", "scroll_lock", "num_lock"})
_BACKSPACES: Final = (8, 127)


@dataclass(frozen=True, slots=True)
class Typed:
    """Characters, and control characters for keys, as they were typed."""

    text: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key that is more than a character, by the name that Textual has for it."""

    key: str


@dataclass(frozen=True, slots=True)
class Reported:
    """The mouse, the focus, the size or a mode, in a sequence that Textual reads itself."""

    sequence: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """One paste, whole."""

    text: str
    """Without control characters, but for line feeds and tabs."""
    cut: int = 0
    """How many characters at its end were too many to be kept."""


Token = Typed | Pressed | Reported | Pasted


def read_sequence(sequence: str) -> tuple[Token, ...]:
    """What was meant by it: mostly one thing, at times two, and none that nobody did with hand or mouse."""
    if len(sequence) > _LONGEST:
        return ()
    if key := _KEY.fullmatch(sequence):
        return _read_key(sequence, _numbers(key[1]), _numbers(key[2]), _numbers(key[3]), key[4])
    if size := _SIZE.fullmatch(sequence):
        lines, columns, height, width = map(int, size.groups())
        # Textual divides by the pixels.
        known = f"\x1b[48;{lines};{columns};{height or lines};{width or columns}t"
        return (Reported(known),) if lines and columns else ()
    return (Reported(sequence),) if _REPORT.fullmatch(sequence) else _read_known(sequence)


def with_alt(char: str) -> tuple[Token, ...]:
    """A character behind an escape: what terminals without a better way send for Alt and a key."""
    if char in "\r\n":
        return (Pressed("alt+enter"),)
    code, held = (ord(char) + 0x60, _ALT | _CTRL) if char < "\x1b" else (ord(char), _ALT)
    return _read_known(f"\x1b{char}") or _read_character(code, held)


def _read_known(sequence: str) -> tuple[Token, ...]:
    """One of the many that are only to be known by heart."""
    keys = ANSI_SEQUENCES_KEYS.get(sequence)
    # Where it is a text, it is what one terminal types with Alt: for us, Alt and that key.
    return tuple(Pressed(key.value) for key in keys if key != Keys.Ignore) if isinstance(keys, tuple) else ()


def _numbers(field: str | None) -> tuple[int, ...]:
    """The parts of a field; those that are left out count as nothing."""
    return tuple(int(part or "0") for part in (field or "").split(":"))


def _read_key(
    sequence: str, codes: tuple[int, ...], modifiers: tuple[int, ...], text: tuple[int, ...], end: str
) -> tuple[Token, ...]:
    code, held = codes[0] or 1, max(modifiers[0], 1) - 1
    if _RELEASED in modifiers[1:2]:
        return ()
    if end == "~" and code == _OTHER_KEY:
        return _read_character(text[0], held & _NO_LOCKS)
    if end == "u":
        typed = "".join(chr(one) for one in text if _is_text(one))
        held &= _NO_LOCKS
        shifted = codes[1] if held == _SHIFT and len(codes) > 1 and _is_character(codes[1]) else code
        return (Typed(typed),) if typed and held <= _SHIFT | _ALT else _read_character(shifted, held)
    if end == "R" and (code != 1 or held >= _MOST_F3):
        return ()
    name = FUNCTIONAL_KEYS.get(f"{code}{end}")
    return (Pressed(_named(name, held & _NO_LOCKS)),) if name else _read_known(sequence)


def _read_character(code: int, held: int) -> tuple[Token, ...]:
    """The key that has this number, with what is held down beside it."""
    name = "backspace" if code in _BACKSPACES else FUNCTIONAL_KEYS.get(f"{code}u", "")
    if name in _SILENT or not (name or _is_character(code)):
        return ()
    if held == 0 and (not name or name in ("enter", "tab", "backspace")):
        return (Typed(chr(code)),)
    if len(name) > 1:
        return (Pressed(_named(name, held)),)
    char = name or chr(code)
    if held <= _SHIFT:
        return (Typed(char.upper() if held and len(char.upper()) == 1 else char),)
    if char.lower() != char and len(char.lower()) == 1:
        char, held = char.lower(), held | _SHIFT
    return (Pressed(_named(_character_name(char), held)),)


def _named(name: str, held: int) -> str:
    return "+".join([*sorted(word for bit, word in enumerate(_MODIFIERS) if held >> bit & 1), name])


def _character_name(char: str) -> str:
    if char.isalnum():
        return char
    name = unicodedata.name(char, char).lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


def _is_text(code: int) -> bool:
    return 0 < code <= sys.maxunicode and unicodedata.category(chr(code)) not in ("Cc", "Cs")


def _is_character(code: int) -> bool:
    """Whether a key may have this number because it has this character on it; keys without one have private numbers."""
    return _is_text(code) and not 0xE000 <= code <= 0xF8FF

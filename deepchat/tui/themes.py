"""The colours of the app: themes are files, checked whole before one of them is used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from deepchat.config.fields import did_you_mean
from deepchat.config.files import Complaint, TomlFile, read_lines, read_toml
from deepchat.errors import ConfigError
from deepchat.safe_text import one_line

if TYPE_CHECKING:
    from textual.theme import Theme

DARK: Final = "deepchat-dark"
LIGHT: Final = "deepchat-light"
"""What is shown on a terminal that is dark, and on one that is light, when the user has chosen nothing."""
OWN: Final = "ansi"
"""Made of the terminal's own colours."""
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_HEX: Final = re.compile(r"#[0-9a-fA-F]{6}")
_BASIC: Final = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
_OWN: Final = frozenset({"default", *_BASIC, *(f"bright_{name}" for name in _BASIC)})
"""The terminal's own colours, by the names that they have everywhere."""
_MOST_COMPLAINTS: Final = 3
_HINT: Final = "the theme in use stays; once the file is mended it is read again"


@dataclass(frozen=True, slots=True)
class Syntax:
    """What code is coloured with."""

    keyword: str
    """Words of the language."""
    string: str
    number: str
    """Numbers, and constants such as true."""
    comment: str
    name: str
    """All other names; most of the code."""
    function: str
    """Names of functions, where they are made or called."""
    type: str
    """Names of types and classes."""
    operator: str
    """Operators and brackets."""


@dataclass(frozen=True, slots=True)
class Palette:
    """One theme: every colour is `#rrggbb`, or in a theme of the terminal's own colours a name such as `bright_red`."""

    name: str
    dark: bool
    background: str
    """Behind the conversation."""
    surface: str
    """Behind what is typed into, and behind lists."""
    panel: str
    """Behind bars, dialogs and the headings of lists."""
    text: str
    muted: str
    """What is said beside: times, counts, hints."""
    accent: str
    """What is to be seen first: the focus, the choice, the key to press."""
    user: str
    """The name above what the user said."""
    assistant: str
    """The text of an answer."""
    code_background: str
    link: str
    success: str
    warning: str
    error: str
    border: str
    """Lines between parts, which only divide."""
    selection: str
    """Behind selected text and the chosen row."""
    selected_text: str
    """Of what is selected or chosen."""
    syntax: Syntax

    @property
    def own(self) -> bool:
        """It is made of the terminal's own colours, whatever these are."""
        return self.background in _OWN


_NEEDED: Final = ("background", "text", "accent")
_OTHERWISE: Final = {
    "surface": "background",
    "panel": "surface",
    "muted": "text",
    "user": "accent",
    "assistant": "text",
    "code_background": "surface",
    "link": "accent",
    "success": "accent",
    "warning": "accent",
    "error": "accent",
    "border": "muted",
    "selection": "panel",
    "selected_text": "text",
    "syntax.keyword": "accent",
    "syntax.string": "text",
    "syntax.number": "text",
    "syntax.comment": "muted",
    "syntax.name": "text",
    "syntax.function": "text",
    "syntax.type": "text",
    "syntax.operator": "text",
}
"""Which colour is taken for one that is left out; each stands behind the one that it is taken from."""


def read_theme(text: str, name: str) -> Palette:
    """The theme in this text; ConfigError, naming lines and keys, when anything in it can't be used."""
    values, faults = read_lines(text)
    path = Path(f"{name}.toml")
    return _palette(TomlFile(path, values, tuple(Complaint(path, one.line, one.message) for one in faults), text), name)


def load_theme(path: Path) -> Palette:
    """The theme in this file; ConfigError as from `read_theme`."""
    return _palette(read_toml(path), path.stem)


def available(user_dir: Path) -> dict[str, Path]:
    """Every theme by its name: those that are shipped, then the user's, which take the place of their namesakes."""
    package = Path(__file__).parents[1]
    # An installed package has them inside, a checkout beside it.
    shipped = next(folder for folder in (package / "themes", package.parent / "themes") if folder.is_dir())
    found = (path for folder in (shipped, user_dir) for path in sorted(folder.glob("*.toml")))
    return {path.stem: path for path in found if _NAME.fullmatch(path.stem)}


def stamps(paths: Iterable[Path]) -> dict[Path, int]:
    """When each file was changed last; one that can't be looked at is left out."""
    found: dict[Path, int] = {}
    for path in paths:
        with suppress(OSError):
            found[path] = path.stat().st_mtime_ns
    return found


def changed(paths: Iterable[Path], since: Mapping[Path, int]) -> list[Path]:
    """Those of the files that are there and not as they were when these stamps were taken."""
    return [path for path, stamp in stamps(paths).items() if since.get(path) != stamp]


def as_textual(palette: Palette) -> Theme:
    """The theme for Textual's own widgets and for CSS.

    Beside Textual's variables there are `$muted`, `$user`, `$assistant`, `$code-background`, `$link`, `$selection`,
    `$selected-text` and `$line`; `$border` is that of the focus.
    """
    from textual.theme import Theme

    colour = {
        field.name: _for_textual(value)
        for field in fields(Palette)
        if isinstance(value := getattr(palette, field.name), str) and field.name != "name"
    }
    return Theme(
        name=palette.name,
        primary=colour["accent"],
        secondary=colour["link"],
        accent=colour["accent"],
        foreground=colour["text"],
        background=colour["background"],
        surface=colour["surface"],
        panel=colour["panel"],
        success=colour["success"],
        warning=colour["warning"],
        error=colour["error"],
        dark=palette.dark,
        ansi=palette.own,
        variables=_variables(colour, own=palette.own),
    )


def _for_textual(colour: str) -> str:
    return f"ansi_{colour}" if colour in _OWN else colour


def _variables(colour: Mapping[str, str], *, own: bool) -> dict[str, str]:
    """Textual's variables for which what it would work out by itself is not what our palette says."""
    means = {
        "background": ("scrollbar-background", "scrollbar-background-hover", "scrollbar-background-active",
                       "scrollbar-corner-color", "button-color-foreground", "link-color-hover",
                       "input-cursor-foreground", "ansi-background"),
        "panel": ("surface-active", "footer-background"),
        "text": ("input-cursor-background", "footer-foreground", "ansi-foreground"),
        "selected_text": ("selected-text", "input-selection-foreground", "screen-selection-foreground",
                          "block-cursor-foreground", "block-cursor-blurred-foreground"),
        "muted": ("muted", "text-muted", "text-disabled", "foreground-muted", "foreground-disabled", "scrollbar-hover",
                  "footer-description-foreground"),
        "accent": ("text-primary", "text-accent", "border", "scrollbar-active", "footer-key-foreground"),
        "border": ("line", "border-blurred", "scrollbar"),
        "selection": ("selection", "input-selection-background", "screen-selection-background",
                      "block-cursor-background", "block-cursor-blurred-background"),
        "link": ("link", "link-color", "text-secondary", "link-background-hover"),
        "success": ("text-success",), "warning": ("text-warning",), "error": ("text-error",),
        "user": ("user",), "assistant": ("assistant",), "code_background": ("code-background",),
    }  # fmt: skip
    found = {variable: colour[name] for name, variables in means.items() for variable in variables}
    # Text and background of the terminal's own may be the same by name.
    return found | {"input-cursor-text-style": "reverse" if own else "none"}


def _palette(file: TomlFile, name: str) -> Palette:
    complaints = list(file.complaints)
    given = _colours(file, complaints)
    own = given.get("background") in _OWN
    if any((colour in _OWN) != own for colour in given.values()):
        message = "either all colours are #rrggbb, or all are names of the terminal's own"
        complaints.append(file.complain(("background",), message))
    if not complaints:
        missing = (key for key in _NEEDED if key not in given)
        complaints += [file.complain((), f"{key} is missing") for key in missing]
    if complaints:
        said = [str(complaint) for complaint in complaints[:_MOST_COMPLAINTS]]
        more = len(complaints) - len(said)
        raise ConfigError("; ".join([*said, f"and {more} more"] if more else said), _HINT)
    for key, other in _OTHERWISE.items():
        given.setdefault(key, given[other])
    dark = file.values.get("dark", own or luminance(given["background"]) < luminance(given["text"]))
    syntax = Syntax(**{field.name: given[f"syntax.{field.name}"] for field in fields(Syntax)})
    plain = {key: colour for key, colour in given.items() if not key.startswith("syntax.")}
    return Palette(name=name, dark=dark is True, syntax=syntax, **plain)


def _colours(file: TomlFile, complaints: list[Complaint]) -> dict[str, str]:
    """The colours that the file gives, by dotted name; what is wrong in it is added to the complaints."""
    found: dict[str, str] = {}
    for names, value in _leaves(file.values):
        key = ".".join(names)
        if key == "dark":
            wrong = "" if isinstance(value, bool) else "dark must be true or false"
        elif key not in _OTHERWISE and key not in _NEEDED:
            wrong = f"{one_line(key)} is no colour of a theme{did_you_mean(key, (*_NEEDED, *_OTHERWISE))}"
        elif isinstance(value, str) and (_HEX.fullmatch(value) or value in _OWN):
            found[key], wrong = value.lower(), ""
        else:
            wrong = f"{key} must be a colour such as #7aa8f5, or one of the terminal's own such as bright_blue"
        if wrong:
            complaints.append(file.complain(names, wrong))
    return found


def _leaves(values: Mapping[str, object]) -> Iterator[tuple[tuple[str, ...], object]]:
    for key, value in values.items():
        if key == "syntax" and isinstance(value, dict):
            yield from (((key, name), colour) for name, colour in cast("dict[str, object]", value).items())
        else:
            yield (key,), value


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, as WCAG 2.2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

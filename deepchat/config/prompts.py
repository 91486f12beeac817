"""Questions that are asked often: each a file in prompts/, with places to fill in."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deepchat.config.files import Complaint
from deepchat.config.paths import Paths, reason

LARGEST_BYTES: Final = 32 * 1024
"""No more can be looked over in a line to write in."""
_NAME: Final = re.compile(r"\w[\w.-]{0,59}")
_VARIABLE: Final = re.compile(r"\{\{\s*(\w[\w-]*)\s*\}\}")
_HEADING: Final = re.compile(r"#{1,6}[ \t]+(?P<told>.*)")
_WORD: Final = re.compile(r'\s*(?:"([^"]*)"|(\S+))')


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question in the user's own words, some of which are left open."""

    name: str
    """The file's name without .md."""
    about: str
    """Its first line; as a heading it is no part of what is asked."""
    text: str

    @property
    def variables(self) -> tuple[str, ...]:
        """What is left open, in the order in which it is filled."""
        return tuple(dict.fromkeys(_VARIABLE.findall(self.text)))

    def filled(self, words: str) -> str:
        """The text with these words in it, one for each variable; the last one takes what is left of them.

        Words in quotes stay together. What no word is left for stays open, and words that nothing was left open for
        stand below the text.
        """
        names = self.variables
        if not names:
            return f"{self.text}\n\n{words}" if words else self.text
        said = dict(zip(names, _shared_out(words, len(names)), strict=False))
        return _VARIABLE.sub(lambda found: said.get(found[1], found[0]), self.text)


def load_prompts(paths: Paths, taken: Collection[str]) -> tuple[list[Prompt], tuple[Complaint, ...]]:
    """All prompts by name, read as they are now, and what could not be used; the names in `taken` are commands."""
    prompts: list[Prompt] = []
    complaints: list[Complaint] = []
    try:
        files = sorted(path for path in paths.prompts_dir.iterdir() if path.suffix == ".md")
    except FileNotFoundError:
        return [], ()
    except OSError as error:
        return [], (Complaint(paths.prompts_dir, None, f"can't be read: {reason(error)}"),)
    for path in files:
        try:
            prompts.append(_read(path, taken))
        except OSError as error:
            complaints.append(Complaint(path, None, f"can't be read: {reason(error)}; it is not used"))
        except ValueError as error:
            complaints.append(Complaint(path, None, f"{error}; it is not used"))
    return prompts, tuple(complaints)


def _read(path: Path, taken: Collection[str]) -> Prompt:
    """Raises ValueError, which says why it can't be used, or OSError."""
    name = path.stem
    if not _NAME.fullmatch(name):
        raise ValueError("its name can't be typed as a command: letters, digits, - and _ can")
    if name in taken:
        raise ValueError(f"/{name} is a command of DeepChat's own: give the file another name")
    if not path.is_file():
        raise ValueError("it is no file")
    with path.open("rb") as file:
        data = file.read(LARGEST_BYTES + 1)
    if len(data) > LARGEST_BYTES:
        raise ValueError(f"it is longer than {LARGEST_BYTES // 1024} KiB")
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").strip()
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8") from None
    first, _, rest = text.partition("\n")
    heading = _HEADING.fullmatch(first)
    asked = rest.strip() if heading else text
    if not asked:
        raise ValueError("it asks nothing")
    return Prompt(name, (heading["told"] if heading else first).strip(), asked)


def _shared_out(words: str, among: int) -> Sequence[str]:
    """A word for each, and to the last one what is left."""
    shares: list[str] = []
    at = 0
    while len(shares) < among - 1 and (found := _WORD.match(words, at)):
        shares.append(found[2] or found[1])
        at = found.end()
    if rest := words[at:].strip():
        whole = _WORD.fullmatch(rest)
        shares.append(whole[1] if whole and whole[1] else rest)
    return shares

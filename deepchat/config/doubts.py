"""Whether what can't be used of a file may decide where words and keys go; then no default takes its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from deepchat.config.files import Complaint

_CHOICE: Final = "provider"
_TABLES: Final = "providers"
_PLACES: Final = ("base_url", "target_base_url", "kind", "key_env", "key_command")


def choice_in_doubt(complaints: Iterable[Complaint], *, is_told: bool) -> Complaint | None:
    """The first complaint that may be about the setting `provider`; only about itself when it was told elsewhere."""
    for complaint in complaints:
        for names in complaint.about:
            if names == (_CHOICE,) or (not is_told and _may_choose(names)):
                return complaint
    return None


def tables_in_doubt(complaints: Iterable[Complaint]) -> Iterator[tuple[str, Complaint]]:
    """How the name of a provider begins whose table, or a line of it, may be what a complaint is about."""
    for complaint in complaints:
        for names in complaint.about:
            match names:
                case () | ("providers",):
                    yield "", complaint
                case (*_, last) if names[0] != _TABLES and near(last, *_PLACES):
                    yield "", complaint
                case (first, second, *_) if near(first, _TABLES):
                    yield second, complaint
                case _:
                    pass


def _may_choose(names: tuple[str, ...]) -> bool:
    match names:
        case () | ("",):
            return True
        case ("providers", _, *_):
            return False
        case _:
            return near(names[0], _CHOICE) or near(names[-1], _CHOICE)


def near(word: str, *known: str) -> bool:
    """Whether it may have been meant as one of these."""
    from difflib import get_close_matches

    return bool(get_close_matches(word.lower(), known, n=1))

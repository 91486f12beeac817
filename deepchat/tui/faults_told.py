"""What can't be used of the user's files, at the side: many are told as one, for of many notices few have room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from deepchat.config.doubts import near
from deepchat.safe_text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from deepchat.config.files import Complaint
    from deepchat.workspace import Workspace

ALL_NAMED: Final = "`deepchat config show` names all"
FAULT_S: Final = 20.0
"""It is told once, and may be that a limit of money is not in force."""
_LONGEST: Final = 160
"""What is told of the worst, so that the way to the others has room beside it."""


class Faults:
    """Those of all files that are read for the settings, each told once."""

    def __init__(self, workspace: Workspace, wrong_keys: Sequence[Complaint]) -> None:
        self._workspace = workspace
        self._wrong_keys = wrong_keys
        self._told: set[str] = set()

    def new(self) -> list[str]:
        """What was not told yet; that of the settings comes last, where it is in sight."""
        workspace = self._workspace
        new = [one for one in (*workspace.complaints, *self._wrong_keys) if str(one) not in self._told]
        self._told.update(map(str, new))
        ours = (workspace.paths.config_file, workspace.paths.state_file)
        return [
            *faults_told([one for one in new if one.path not in ours], "with that mended, the next one is told"),
            *faults_told([one for one in new if one.path in ours], ALL_NAMED),
        ]


def faults_told(faults: Sequence[Complaint], way: str) -> list[str]:
    """One in full; of several how many, the worst, and the way to all."""
    if len(faults) < 2:
        return list(map(str, faults))
    worst = worst_first(faults)[0]
    files = {one.path for one in faults}
    where = worst.path.name if len(files) == 1 else f"{len(files)} files"
    place = (worst.path.name if len(files) > 1 else "", f"line {worst.line}" if worst.line else "")
    said = one_line(": ".join(filter(None, (", ".join(filter(None, place)), worst.message))), _LONGEST)
    return [f"{len(faults)} faults in {where} · {said} — {way}"]


def worst_first(faults: Iterable[Complaint]) -> list[Complaint]:
    """A budget that is not in force before all, then what may be one; last the keys."""
    return sorted(faults, key=_rank)


def _rank(fault: Complaint) -> int:
    tables = {names[0] if names else "" for names in fault.about}
    if any(near(table, "budget") for table in tables):
        return 0
    if "" in tables:
        return 1
    return 3 if tables == {"keys"} else 2

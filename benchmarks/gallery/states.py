"""Every state that the app can be seen in, by its name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from benchmarks.gallery.dialogs import DIALOGS
from benchmarks.gallery.hanging import State
from benchmarks.gallery.talking import TALKING

STATES: Final[Mapping[str, State]] = {**TALKING, **DIALOGS}

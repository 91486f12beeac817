"""The terminal is another program's for a while."""

from __future__ import annotations

import signal
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.app import App


@contextmanager
def aside(app: App[int]) -> Generator[None]:
    """The app draws nothing and reads no key; what is raised there must not leave it: the app would stay so."""
    # Ctrl-C in that program comes to us too.
    before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        with app.suspend():
            yield
    finally:
        signal.signal(signal.SIGINT, before)
        app.refresh(layout=True)

"""Imports that leave out what nobody needs here."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import cast


@contextmanager
def without(name: str) -> Generator[None]:
    """Whoever imports this module meanwhile hears that it is not installed; once it is loaded that changes nothing.

    None says so: https://docs.python.org/3/reference/import.html#the-module-cache
    """
    modules = cast("dict[str, object]", sys.modules)
    if name in modules:
        yield
        return
    modules[name] = None
    try:
        yield
    finally:
        del modules[name]

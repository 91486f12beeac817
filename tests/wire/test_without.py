"""A module can be left out for a while, and those of somebody else's command line always are."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

from deepchat.wire.without import without


def test_a_module_is_missing_as_long_as_it_is_left_out_and_only_then() -> None:
    sys.modules.pop("colorsys", None)
    with without("colorsys"), pytest.raises(ModuleNotFoundError):
        importlib.import_module("colorsys")
    assert importlib.import_module("colorsys")
    with without("colorsys"):
        assert importlib.import_module("colorsys")
    assert importlib.import_module("colorsys")


def test_talking_to_a_server_loads_no_command_line_of_somebody_else() -> None:
    code = "import sys, deepchat.wire.http; print(*sys.modules, sep='\\n')"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "httpx" in loaded
    assert not {"httpx._main", "click", "rich", "pygments"} & set(loaded)

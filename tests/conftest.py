"""What every test shares: no network beyond loopback, a home of its own, and no key left over from the outside."""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from deepchat import secret

pytest_plugins = ["tests.fixtures_local"]

_OUTSIDE = ("DEEPINFRA_", "LLM_", "OPENAI_", "OPENROUTER_", "LAVA_", "FLO2_", "DEEPCHAT_", "HTTP_PROXY", "HTTPS_PROXY")
_OF_OTHERS = {"ALL_PROXY", "NO_PROXY", "COLUMNS", "LINES"}
"""The last two would be believed more than the terminal that a test has made."""
_connect = socket.socket.connect

if sys.dont_write_bytecode:
    # Hundreds of tests start Python anew: without bytecode each compiles all of Textual. It stays out of the folders.
    sys.dont_write_bytecode = False
    sys.pycache_prefix = str(Path(__file__).parents[1] / ".pytest_cache" / "bytecode")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix

# A run in the background ignores Ctrl-C, one under nohup a closing terminal, and their children would too.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)

# A busy machine is no fault of an example.
settings.register_profile("patient", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

# The app looks for garbage so rarely as well: each test makes a hundred thousand objects that live as long as it does.
gc.set_threshold(50_000, 20, 20)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: the tests wait for a quarter of their time."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_finish() -> None:
    """What was loaded stays."""
    gc.freeze()


def _connect_to_loopback_only(self: socket.socket, address: Any) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(
        ("127.", "::1", "localhost")
    ):
        pytest.fail(f"a test tried to reach {address!r}: only loopback is allowed")
    _connect(self, address)


@pytest.fixture(autouse=True)
def _no_keys_of_other_tests() -> Iterator[None]:  # pyright: ignore[reportUnusedFunction]  # pytest uses it
    """What one test takes for a key is taken out of no text of another."""
    known = set(secret._known)  # pyright: ignore[reportPrivateUsage]  # nobody else may ever forget a key
    yield
    secret._known.clear()  # pyright: ignore[reportPrivateUsage]  # as above
    secret._known.update(known)  # pyright: ignore[reportPrivateUsage]  # as above


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:  # pyright: ignore[reportUnusedFunction]  # pytest uses it
    for name in list(os.environ):
        if name.upper().startswith(_OUTSIDE) or name.upper() in _OF_OTHERS:
            monkeypatch.delenv(name)
    # No test may ask a developer's own keyring.
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setenv("DEEPCHAT_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(socket.socket, "connect", _connect_to_loopback_only)

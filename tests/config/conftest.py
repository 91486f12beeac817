"""What the tests of this room share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.config.homes import Home, home_in
from tests.config.keyrings import Keyring


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return home_in(tmp_path)


@pytest.fixture
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keyring:
    return Keyring(tmp_path / "rings", monkeypatch)

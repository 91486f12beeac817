"""What the tests of this room share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.config.homes import Home, home_in


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return home_in(tmp_path)

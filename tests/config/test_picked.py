"""What was picked in the app is there at the next start, and nothing is kept that could not be read then."""

from __future__ import annotations

from pathlib import Path

import pytest

from deepchat.config.picked import keep_model
from deepchat.errors import ConfigError


def test_no_model_is_kept_that_could_not_be_read_again(tmp_path: Path) -> None:
    file = tmp_path / "state.toml"
    keep_model(file, ("work", "acme/small"))
    before = file.read_text()
    for name in ("sim/essay\nand a question", "", "a\0b"):
        with pytest.raises(ConfigError, match="can't be kept"):
            keep_model(file, ("work", name))
    assert file.read_text() == before

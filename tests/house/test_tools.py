"""The tools that keep the house in order find nothing to say."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

TOOLS = {
    "ruff format": ["ruff", "format", "--check", "--quiet", "."],
    "ruff check": ["ruff", "check", "--quiet", "."],
    "basedpyright": ["basedpyright", "--warnings"],
    "import-linter": ["lint-imports", "--no-cache"],
    "codespell": ["codespell"],
}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", TOOLS)
def test_a_tool_is_content(name: str) -> None:
    tool, *arguments = TOOLS[name]
    program = shutil.which(tool, path=str(Path(sys.executable).parent))
    assert program, f"{tool} is not installed beside {sys.executable}: run the tests with `uv run pytest`"
    said = subprocess.run([program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.returncode == 0, f"{said.stdout}\n{said.stderr}"

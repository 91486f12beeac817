"""What is installed is the whole house, and nothing but the house."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from dataclasses import dataclass
from email import message_from_string
from email.message import Message
from pathlib import Path
from typing import Final

import pytest

from deepchat import __version__

ROOT = Path(__file__).parents[1]
FOLDERS: Final = {"deepchat", f"deepchat-{__version__}.dist-info"}
DATA: Final = [
    "deepchat/py.typed",
    "deepchat/catalog/models.toml",
    "deepchat/simulator/essay.md",
    "deepchat/simulator/letter.md",
]


@dataclass(frozen=True, slots=True)
class Wheel:
    file_name: str
    files: dict[str, bytes]
    metadata: Message


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Wheel:
    uv = shutil.which("uv")
    if uv is None:
        pytest.skip("uv, which builds the wheel, is not installed")
    folder = tmp_path_factory.mktemp("wheel")
    command = [uv, "build", "--quiet", "--wheel", "--out-dir", str(folder), str(ROOT)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    metadata = files[f"deepchat-{__version__}.dist-info/METADATA"].decode()
    return Wheel(path.name, files, message_from_string(metadata))


def sources() -> set[str]:
    """Every file of the package, as it stands in the checkout."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.glob("deepchat/**/*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_every_file_of_the_package_is_in_the_wheel_as_it_stands(wheel: Wheel) -> None:
    assert set(DATA) <= sources()
    assert sources() <= set(wheel.files)
    assert all(wheel.files[name] == (ROOT / name).read_bytes() for name in DATA)


def test_the_themes_are_in_the_package(wheel: Wheel) -> None:
    inside = {name for name in wheel.files if name.startswith("deepchat/themes/")}
    assert inside == {f"deepchat/themes/{path.name}" for path in ROOT.glob("themes/*.toml")}
    assert len(inside) >= 2


def test_nothing_else_is_in_the_wheel(wheel: Wheel) -> None:
    assert {name.partition("/")[0] for name in wheel.files} == FOLDERS
    assert not [name for name in wheel.files if re.search(r"(^|/)(tests?|benchmarks|__pycache__)/|\.py[co]$", name)]


def test_the_wheel_runs_everywhere_and_has_the_version_that_the_program_says(wheel: Wheel) -> None:
    assert wheel.file_name == f"deepchat-{__version__}-py3-none-any.whl"
    assert wheel.metadata["Name"] == "deepchat"
    assert wheel.metadata["Version"] == __version__
    assert wheel.metadata["Requires-Python"] == ">=3.11"


def test_the_licence_is_told_and_enclosed(wheel: Wheel) -> None:
    assert wheel.metadata["License-Expression"] == "MIT"
    licence = f"deepchat-{__version__}.dist-info/licenses/LICENSE"
    assert wheel.files[licence] == (ROOT / "LICENSE").read_bytes()


def test_the_command_is_installed(wheel: Wheel) -> None:
    entries = wheel.files[f"deepchat-{__version__}.dist-info/entry_points.txt"].decode()
    assert "[console_scripts]\ndeepchat = deepchat.__main__:main" in entries


def test_no_next_major_version_of_what_it_needs_can_break_it(wheel: Wheel) -> None:
    needed = wheel.metadata.get_all("Requires-Dist", [])
    assert len(needed) >= 6
    for requirement in needed:
        bounds = re.match(r"[\w.-]+<(?P<below>\d+)(?P<minor>\.\d+)?,>=(?P<major>\d+)[\d.]*(?:;|$)", requirement)
        assert bounds, requirement
        assert int(bounds["below"]) == int(bounds["major"]) + (not bounds["minor"]), requirement

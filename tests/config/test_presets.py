"""Presets are read from their folder, and found by name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deepchat.config.presets import Preset, find_preset, load_presets
from deepchat.errors import UsageError
from tests.config.homes import Home

FOLDER = Path("/somewhere/presets")


def test_a_preset_brings_its_model_prompt_and_parameters(home: Home) -> None:
    home.paths.presets_dir.mkdir(parents=True)
    (home.paths.presets_dir / "latin.toml").write_text('model = "a/b"\nsystem = "Latine."\ntemperature = 0.3\n')
    (home.paths.presets_dir / "notes.txt").write_text("not a preset")
    presets, complaints = load_presets(home.paths)
    assert (presets, complaints) == ([Preset("latin", "a/b", "", "Latine.", {"temperature": 0.3})], ())
    settings = home.load(presets[0].overrides())
    assert (settings.model, settings.system, settings.temperature) == ("a/b", "Latine.", 0.3)


def test_faults_of_a_preset_are_named_and_the_rest_counts(home: Home) -> None:
    home.paths.presets_dir.mkdir(parents=True)
    (home.paths.presets_dir / "odd.toml").write_text(
        'model = "a"\ntemperature = 9\nsytem = "x"\nretries = 1\ntop_p =\n'
    )
    (preset,), complaints = load_presets(home.paths)
    assert (preset.model, preset.parameters) == ("a", {})
    assert sorted(str(complaint.line) for complaint in complaints) == ["2", "3", "4", "5"]
    assert any("did you mean system?" in complaint.message for complaint in complaints)


def test_without_a_folder_there_are_no_presets(home: Home) -> None:
    assert load_presets(home.paths) == ([], ())
    home.paths.config.mkdir(parents=True)
    home.paths.presets_dir.touch()
    presets, complaints = load_presets(home.paths)
    assert (presets, len(complaints)) == ([], 1)


def test_an_unknown_preset_names_a_near_one() -> None:
    latin = Preset("latin", "", "", "", {})
    assert find_preset([latin], "latin", FOLDER) is latin
    with pytest.raises(UsageError, match=re.escape("no preset latim (did you mean latin?)")):
        find_preset([latin], "latim", FOLDER)
    with pytest.raises(UsageError) as caught:
        find_preset([], "x", FOLDER)
    assert caught.value.hint == "make one: /somewhere/presets/x.toml"

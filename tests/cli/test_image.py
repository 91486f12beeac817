"""`deepchat image`, from the outside."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from deepchat.errors import DeepChatError
from deepchat.simulator import SimulatorThread
from deepchat.workspace.saving import save
from tests.cli.running import at, body, on_terminal, run

PNG = b"\x89PNG\r\n\x1a\n"


def test_a_picture_is_written_whole_under_the_users_umask(sim: SimulatorThread, tmp_path: Path) -> None:
    place = tmp_path / "fox.png"
    said = run("image", "a", "fox", "-o", str(place), "--size", "64x32", env=at(sim))

    assert (said.status, said.out) == (0, "")
    assert said.err == f"saved {place} ({place.stat().st_size:,} bytes)\n"
    assert place.read_bytes().startswith(PNG)
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["fox.png"]
    umask = os.umask(0)
    os.umask(umask)
    assert place.stat().st_mode & 0o777 == 0o666 & ~umask
    asked = body(sim)
    assert (asked["prompt"], asked["size"], asked["n"]) == ("a fox", "64x32", 1)
    assert asked["model"] == "black-forest-labs/FLUX-1-schnell"


def test_several_are_numbered(sim: SimulatorThread, tmp_path: Path) -> None:
    said = run("image", "a fox", "-o", str(tmp_path / "fox.png"), "--size", "64x64", "--count", "3", env=at(sim))
    assert said.status == 0
    assert sorted(path.name for path in tmp_path.glob("*.png")) == ["fox-1.png", "fox-2.png", "fox-3.png"]


def test_a_file_that_is_there_is_left_alone_and_nothing_is_paid(sim: SimulatorThread, tmp_path: Path) -> None:
    place = tmp_path / "fox.png"
    place.write_text("mine")
    asked = len(sim.heard)

    said = run("image", "a fox", "-o", str(place), env=at(sim))
    assert said.status == 2
    assert "is there already" in said.err
    assert place.read_text() == "mine"
    assert len(sim.heard) == asked

    assert run("image", "a fox", "-o", str(place), "--size", "64x64", "--force", env=at(sim)).status == 0
    assert place.read_bytes().startswith(PNG)


def test_a_name_that_lies_about_the_format_is_told_of(sim: SimulatorThread, tmp_path: Path) -> None:
    said = run("image", "a fox", "-o", str(tmp_path / "fox.jpg"), "--size", "64x64", env=at(sim))
    assert said.status == 0
    assert "is PNG, whatever its name says" in said.err


def test_standard_output_takes_one_picture_unless_it_is_a_terminal(sim: SimulatorThread) -> None:
    said = run("image", "-o", "-", "--size", "64x64", stdin=b"a fox", env=at(sim))
    assert said.status == 0
    assert said.bytes_out.startswith(PNG)
    assert body(sim)["prompt"] == "a fox"

    assert run("image", "a fox", "-o", "-", "--count", "2", env=at(sim)).status == 2
    watched = on_terminal("image", "a fox", "-o", "-", env=at(sim))
    assert watched.status == 2
    assert "nothing for a terminal" in watched.out


def test_a_refusal_leaves_no_file(sim: SimulatorThread, tmp_path: Path) -> None:
    said = run("image", "a fox", "-o", str(tmp_path / "fox.png"), "-m", "sim/plain", env=at(sim))
    assert said.status == 1
    assert not list(tmp_path.glob("*.png"))


def test_what_took_the_place_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    place = tmp_path / "fox.png"
    place.write_text("mine")
    place.with_name("fox-2.png").symlink_to("nowhere")

    assert save(place, b"new", overwrite=False) == tmp_path / "fox-3.png"
    assert (place.read_text(), (tmp_path / "fox-3.png").read_bytes()) == ("mine", b"new")


def test_a_place_that_fails_leaves_nothing_half_written(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    with pytest.raises(DeepChatError, match="can't be written"):
        save(tmp_path / "full", b"new", overwrite=True)
    assert [path.name for path in tmp_path.iterdir()] == ["full"]

"""The jail shows what lies in its folder, and no path, link or name leads out of it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deepchat.errors import ToolFailed
from deepchat.tools.files import LARGEST_FILE, MOST_CHARACTERS, MOST_NAMES, Jail

SECRET = "a secret that lies outside"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret.txt").write_text(SECRET)
    folder = tmp_path / "open"
    (folder / "notes").mkdir(parents=True)
    (folder / "notes" / "today.md").write_text("one\ntwo\nthree\n", encoding="utf-8")
    (folder / ".env").write_text(SECRET)
    (folder / ".ssh").mkdir()
    (folder / ".ssh" / "id").write_text(SECRET)
    (folder / "out").symlink_to(tmp_path)
    (folder / "link").symlink_to(tmp_path / "secret.txt")
    (folder / "notes" / "up").symlink_to("../..")
    return folder


def test_a_text_is_read_and_a_folder_listed(folder: Path) -> None:
    jail = Jail(folder)
    assert jail.read("notes/today.md") == "one\ntwo\nthree\n"
    assert jail.read("./notes//today.md", 2) == "two\nthree\n"
    assert jail.names("notes").splitlines() == ["today.md (14 bytes)", "up (a link, not followed)"]
    assert jail.names().splitlines() == ["link (a link, not followed)", "notes/", "out (a link, not followed)"]


@pytest.mark.parametrize(
    "path",
    [
        "../secret.txt",
        "notes/../../secret.txt",
        "/etc/passwd",
        "~/.ssh/id",
        "link",
        "out/secret.txt",
        "notes/up/secret.txt",
        ".env",
        ".ssh/id",
        "notes/today.md/x",
        "missing",
        "a\0b",
        "notes",
        "x" * 5000,
        "a/" * 500,
        "\ud800",
    ],
)
def test_nothing_else_is_read(folder: Path, path: str) -> None:
    with pytest.raises(ToolFailed) as refused:
        Jail(folder).read(path)
    assert SECRET not in refused.value.message


@given(
    st.lists(
        st.sampled_from(["..", ".", "", "notes", "up", "out", "link", "open", "secret.txt", ".ssh", "id", "today.md"])
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_path_at_all_leads_to_what_lies_outside(folder: Path, steps: list[str]) -> None:
    for read in (Jail(folder).read, Jail(folder).names):
        with suppress(ToolFailed):
            assert SECRET not in read("/".join(steps))


def test_our_own_files_stay_closed_even_where_they_lie_in_the_folder(folder: Path) -> None:
    (folder / "home" / "config").mkdir(parents=True)
    (folder / "home" / "config" / "credentials.toml").write_text(SECRET)
    jail = Jail(folder, [folder / "home" / "config", folder / "not-there"])
    with pytest.raises(ToolFailed, match="own files"):
        jail.read("home/config/credentials.toml")
    with pytest.raises(ToolFailed, match="own files"):
        jail.names("home/config")


def test_a_named_pipe_and_a_device_are_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    with pytest.raises(ToolFailed, match="not a file"):
        Jail(folder).read("pipe")


def test_what_is_no_text_or_too_large_is_refused(folder: Path) -> None:
    (folder / "picture").write_bytes(b"\x89PNG\xff")
    (folder / "zeros").write_bytes(b"a\0b")
    (folder / "large").write_bytes(b"x" * (LARGEST_FILE + 1))
    jail = Jail(folder)
    for name in ("picture", "zeros"):
        with pytest.raises(ToolFailed, match="no text"):
            jail.read(name)
    with pytest.raises(ToolFailed, match="larger"):
        jail.read("large")


def test_a_long_text_comes_in_pieces_that_are_the_whole(folder: Path) -> None:
    whole = "".join(f"line {number}\n" for number in range(1, 8000))
    (folder / "long").write_text(whole)
    jail, read, first = Jail(folder), "", 1
    while first:
        piece = jail.read("long", first)
        assert len(piece) < MOST_CHARACTERS + 100
        text, mark, rest = piece.partition("\n[… ")
        read += text
        first = int(rest.split("first_line ")[1].split()[0].replace(",", "")) if mark else 0
    assert read == whole
    with pytest.raises(ToolFailed, match="only"):
        jail.read("long", 9000)


def test_one_endless_line_is_cut_and_says_so(folder: Path) -> None:
    (folder / "wide").write_text("x" * (MOST_CHARACTERS + 5))
    assert "goes on" in Jail(folder).read("wide")


def test_a_full_folder_tells_how_much_it_does_not_tell(folder: Path) -> None:
    for number in range(MOST_NAMES + 7):
        (folder / "notes" / f"{number:04}").touch()
    lines = Jail(folder).names("notes").splitlines()
    assert len(lines) == MOST_NAMES + 1
    assert lines[-1] == "… and 9 more"


def test_an_empty_file_and_an_empty_folder_are_said_to_be_so(folder: Path) -> None:
    (folder / "void").mkdir()
    (folder / "nothing").touch()
    assert Jail(folder).names("void") == "the folder is empty"
    assert Jail(folder).read("nothing") == ""


def test_a_folder_that_is_gone_is_said_to_be_gone(tmp_path: Path) -> None:
    with pytest.raises(ToolFailed, match="No such file"):
        Jail(tmp_path / "gone").names()

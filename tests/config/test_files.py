"""Files are read line by line as far as they can be, and written whole or not at all."""

from __future__ import annotations

import multiprocessing
import os
import re
import resource
import stat
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.config import files
from deepchat.config.files import LARGEST_BYTES, locked, read_toml, update_state, write_whole
from deepchat.errors import ConfigError

PATIENCE_S = 120
PYTHONS_OWN = (
    r"(?i)expected|unterminated|unescaped|declare|namespace|illegal|recursion|digits|limit|[(]at|key part|codec"
)
BROKEN = [
    pytest.param(b"", {}, [], id="empty"),
    pytest.param(b"a = 1", {"a": 1}, [], id="sound"),
    pytest.param(b"\xef\xbb\xbfa = 1\r\nb = 2\r\n", {"a": 1, "b": 2}, [], id="byte order mark and CRLF"),
    pytest.param(b"\xef\xbb\xbfa = 1\r\nb = \r\nc = 3\r\n", {"a": 1, "c": 3}, [2], id="broken with CRLF"),
    pytest.param(b'a = 1\nb = "x\nc = 3\n', {"a": 1, "c": 3}, [2], id="open quote"),
    pytest.param(b"a 1\nb = 2", {"b": 2}, [1], id="no equals sign"),
    pytest.param(b"= 1\nb = 2", {"b": 2}, [1], id="no name"),
    pytest.param(b"a = 1 = 2\nb = 2", {"b": 2}, [1], id="two equals signs"),
    pytest.param(b"a = 1\na = 2\nb = 3", {"a": 1, "b": 3}, [2], id="said twice"),
    pytest.param(b"a = \nb = = 2\nc = 3", {"c": 3}, [1, 2], id="two broken lines in a row"),
    pytest.param(b"a = [1,\n oops,\n 3]\nb = 2", {"b": 2}, [1], id="fault inside a long list"),
    pytest.param(b"a = [1,\n 2,\nb = 2\n[t]\nc = 3", {"b": 2, "t": {"c": 3}}, [1], id="list never closed"),
    pytest.param(b'x = 1\na = """one\ntwo\nb = 2', {"x": 1}, [2], id="long text never closed"),
    pytest.param(b"a = 1\n[t\nb = 2\n[u]\nc = 3", {"a": 1, "u": {"c": 3}}, [2], id="broken header takes its table"),
    pytest.param(b"[t]\na = 1\nx.y]\nb = 2\n[u]\nc = 3", {"t": {"a": 1}, "u": {"c": 3}}, [3], id="half a header"),
    pytest.param(b"[t]\na = 1\nx.y\nb = 2", {"t": {"a": 1}}, [3], id="header without brackets"),
    pytest.param(b"[t]\na = 1\n[t]\nb = 2", {"t": {"a": 1}}, [3], id="table said twice"),
    pytest.param(b"[", {}, [1], id="one bracket"),
    pytest.param(b"\0", {}, [1], id="a null byte"),
    pytest.param(b'a = "\x1b[2J"\nb = 2', {"b": 2}, [1], id="escape sequence"),
    pytest.param(b"a = 1\n# \x01\nb = 2", {"a": 1, "b": 2}, [2], id="control character in a comment"),
    pytest.param(b"a = 1\nb = '\xff'\nc = 3", {"a": 1, "c": 3}, [2], id="not UTF-8"),
    pytest.param(b"a = 1\n# gr\xfc\xdfe\nc = 3", {"a": 1, "c": 3}, [2], id="a comment that is not UTF-8"),
    pytest.param(b"\xff\n" * 30 + b"a = 1", {}, [1, 20], id="much that is not UTF-8"),
    pytest.param(b"a = 1\nb = " + b"[" * 9000 + b"\nc = 3", {"a": 1, "c": 3}, [2], id="too deep"),
    pytest.param(b"a = 1\nb = " + b"1" * 5000 + b"\nc = 3", {"a": 1, "c": 3}, [2], id="too large a number"),
    pytest.param(b"#" * (LARGEST_BYTES + 1), {}, [None], id="too large a file"),
    pytest.param(b"ok = 1\n" + b"x = =\n" * 30 + b"z = 1", {"ok": 1}, [*range(2, 22)], id="many broken lines"),
]


@pytest.mark.parametrize(("content", "values", "lines"), BROKEN)
def test_a_broken_line_is_named_and_the_others_count(
    tmp_path: Path, content: bytes, values: dict[str, object], lines: list[int | None]
) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    file = read_toml(path)
    assert (file.values, [complaint.line for complaint in file.complaints]) == (values, lines)
    assert all("\x1b" not in str(complaint) for complaint in file.complaints)
    assert not any(re.search(PYTHONS_OWN, str(complaint)) for complaint in file.complaints)
    assert path.read_bytes() == content


def test_a_missing_file_is_empty_and_a_link_is_followed(tmp_path: Path) -> None:
    assert read_toml(tmp_path / "none.toml").values == {}
    (tmp_path / "real.toml").write_text("a = 1")
    (tmp_path / "link.toml").symlink_to(tmp_path / "real.toml")
    assert read_toml(tmp_path / "link.toml").values == {"a": 1}


def test_what_is_no_file_is_a_complaint_and_never_a_wait(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    (tmp_path / "loop.toml").symlink_to(tmp_path / "loop.toml")
    (tmp_path / "file").touch()
    for path in (tmp_path / "pipe.toml", tmp_path / "loop.toml", tmp_path / "file" / "x.toml", tmp_path):
        (complaint,) = read_toml(path).complaints
        assert str(complaint).startswith(f"{path}: can't be read: ")


def test_amounts_are_read_exactly(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("a = 0.1")
    assert read_toml(tmp_path / "a.toml").values == {"a": Decimal("0.1")}


@given(st.text(st.sampled_from("ab=[]{}\"'#., \n\r\\1-\t"), max_size=60) | st.binary(max_size=60))
def test_no_content_makes_reading_fail(tmp_path_factory: pytest.TempPathFactory, content: str | bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    file = read_toml(path)
    file.complain(("a",), "odd")
    assert all(complaint.line is None or complaint.line >= 1 for complaint in file.complaints)


def test_a_written_file_is_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_whole(tmp_path / "new" / "a.toml", "a = 1\n")
        update_state(tmp_path / "new" / "state.toml", {"a": 1})
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "new").iterdir()}
    assert modes == {"a.toml": 0o600, "state.toml": 0o600, "state.toml.lock": 0o600}


def test_writing_through_a_link_keeps_the_link(tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    (tmp_path / "config.toml").symlink_to("dotfiles/config.toml")
    write_whole(tmp_path / "config.toml", "a = 1\n")
    assert (tmp_path / "config.toml").is_symlink()
    assert (tmp_path / "dotfiles" / "config.toml").read_text() == "a = 1\n"


def _write_too_much(path: Path) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    try:
        write_whole(path, "x" * 5000)
    except ConfigError as error:
        os._exit(7 if "larger than is allowed" in error.message else 8)
    os._exit(9)


def test_a_write_that_fails_half_way_leaves_the_old_file_and_no_rest(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("old")
    child = multiprocessing.get_context("forkserver").Process(target=_write_too_much, args=(path,))
    child.start()
    child.join(30)
    assert child.exitcode == 7
    assert (path.read_text(), list(tmp_path.iterdir())) == ("old", [path])


def test_a_folder_in_the_place_of_the_file_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "config.toml" / "x").mkdir(parents=True)
    with pytest.raises(ConfigError, match="can't be written: is a directory"):
        write_whole(tmp_path / "config.toml", "a = 1")
    assert list(tmp_path.iterdir()) == [tmp_path / "config.toml"]


def test_state_is_changed_key_by_key(tmp_path: Path) -> None:
    path = tmp_path / "state.toml"
    update_state(path, {"model": "a/b", "recent": ["x"], "share": Decimal("0.5")})
    update_state(path, {"model": None, "provider": "lava"})
    assert read_toml(path).values == {"recent": ["x"], "share": Decimal("0.5"), "provider": "lava"}


def test_a_broken_state_is_put_aside_and_its_sound_lines_live_on(tmp_path: Path) -> None:
    path = tmp_path / "state.toml"
    path.write_text("a = 1\nb = \n")
    update_state(path, {"c": 3})
    assert read_toml(path).values == {"a": 1, "c": 3}
    assert (tmp_path / "state.toml.broken").read_text() == "a = 1\nb = \n"


def _write_many(path: Path, number: int) -> None:
    pytest.MonkeyPatch().setattr(files, "LOCK_LIMIT_S", PATIENCE_S)  # a busy machine is no fault
    for turn in range(50):
        update_state(path, {f"p{number}_{turn}": turn})


def test_eight_processes_lose_no_key_of_each_other(tmp_path: Path) -> None:
    path = tmp_path / "state.toml"
    context = multiprocessing.get_context("forkserver")
    children = [context.Process(target=_write_many, args=(path, number)) for number in range(8)]
    for child in children:
        child.start()
    for child in children:
        child.join(PATIENCE_S)
    assert [child.exitcode for child in children] == [0] * 8
    assert len(read_toml(path).values) == 8 * 50


def test_a_lock_that_is_never_let_go_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deepchat.config.files.LOCK_LIMIT_S", 0.05)
    path = tmp_path / "state.toml"
    with locked(path), pytest.raises(ConfigError, match="another DeepChat is holding"):
        update_state(path, {"a": 1})
    assert not path.exists()


def test_a_lock_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "state.toml.lock").mkdir()
    with pytest.raises(ConfigError, match="can't be locked: is a directory"):
        update_state(tmp_path / "state.toml", {"a": 1})

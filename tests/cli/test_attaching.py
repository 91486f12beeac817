"""What `deepchat ask` reads beside its words: files, pipes, pictures, and texts that are not UTF-8."""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deepchat.simulator import SimulatorThread
from tests.cli.drawing import png_chunk
from tests.cli.running import LIMIT_S, at, body, run

PNG = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", bytes(13)) + png_chunk(b"IDAT", b"a picture") + png_chunk(b"IEND")
ASK = ("ask", "-m", "sim/plain", "see")
LATIN = "Grüße, 5 €"
NOTE = "is not UTF-8: it was read as Windows-1252\n"


def test_texts_and_pictures_are_attached(sim: SimulatorThread, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("a ```fence``` within\n")
    (tmp_path / "fox.png").write_bytes(PNG)

    said = run(*ASK, "-a", str(tmp_path / "notes.md"), "-a", str(tmp_path / "fox.png"), env=at(sim))

    assert said.status == 0
    words, text, picture = body(sim)["messages"][0]["content"]
    assert words["text"] == "see"
    assert text["text"] == "\n\nnotes.md:\n````\na ```fence``` within\n````"
    assert picture["image_url"]["url"] == f"data:image/png;base64,{base64.b64encode(PNG).decode()}"


def test_a_picture_is_sent_without_what_it_tells_beside_itself(sim: SimulatorThread, tmp_path: Path) -> None:
    (tmp_path / "fox.png").write_bytes(PNG[:-12] + png_chunk(b"tEXt", b"Comment\0at home") + PNG[-12:])
    assert run(*ASK, "-a", str(tmp_path / "fox.png"), env=at(sim)).status == 0
    assert body(sim)["messages"][0]["content"][1]["image_url"]["url"].endswith(base64.b64encode(PNG).decode())


def test_a_broken_picture_is_not_sent(sim: SimulatorThread, tmp_path: Path) -> None:
    (tmp_path / "fox.png").write_bytes(PNG[:-5])
    asked = len(sim.heard)
    said = run(*ASK, "-a", str(tmp_path / "fox.png"), env=at(sim))
    assert said.status == 2
    assert "fox.png is a broken picture: it ends too early\n  → " in said.err
    assert len(sim.heard) == asked


@pytest.mark.parametrize("piped", [False, True])
def test_a_text_of_an_older_program_is_read_and_that_is_said(sim: SimulatorThread, tmp_path: Path, piped: bool) -> None:
    old = tmp_path / "old.txt"
    old.write_text(LATIN, encoding="cp1252")

    said = run(*ASK, stdin=old.read_bytes(), env=at(sim)) if piped else run(*ASK, "-a", str(old), env=at(sim))

    assert (said.status, said.err) == (0, f"{'standard input' if piped else 'old.txt'} {NOTE}")
    assert LATIN in json.dumps(body(sim), ensure_ascii=False)


@pytest.mark.parametrize("data", [b"\xff\x00", b"\x00", b"\xe9\x01"])
def test_what_is_no_text_is_refused_wherever_it_comes_from(sim: SimulatorThread, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "data").write_bytes(data)
    piped = run(*ASK, stdin=data, env=at(sim))
    attached = run(*ASK, "-a", str(tmp_path / "data"), env=at(sim))
    assert (piped.status, attached.status) == (2, 2)
    assert "standard input is no text" in piped.err
    assert "data is neither a text nor a" in attached.err


def test_a_pipe_is_attached_and_may_hold_the_schema(sim: SimulatorThread, tmp_path: Path) -> None:
    with written(tmp_path / "notes", b"a note\n"), written(tmp_path / "schema", b'{"type": "object"}'):
        said = run(*ASK, "-a", str(tmp_path / "notes"), "--schema", str(tmp_path / "schema"), env=at(sim))

    assert said.status == 0
    assert body(sim)["messages"][0]["content"] == "see\n\nnotes:\n```\na note\n```"
    assert body(sim)["response_format"]["json_schema"]["schema"] == {"type": "object"}


def test_what_has_no_end_is_too_long(sim: SimulatorThread) -> None:
    said = run(*ASK, "-a", "/dev/zero", env=at(sim))
    assert said.status == 2
    assert "/dev/zero is larger than 20 MiB" in said.err


@contextmanager
def written(path: Path, data: bytes) -> Generator[None]:
    """A named pipe, into which somebody writes this once it is read."""
    os.mkfifo(path)
    writing = threading.Thread(target=path.write_bytes, args=(data,), daemon=True)
    writing.start()
    yield
    writing.join(LIMIT_S)
    assert not writing.is_alive()

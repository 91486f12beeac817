"""Files of other programs are read, never touched, and never trusted."""

from __future__ import annotations

import json
import os
import sqlite3
import zipfile
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deepchat.conversation.importers import sniffing
from deepchat.conversation.importers.sniffing import DatabaseKind
from deepchat.errors import ImportFailed
from deepchat.store import foreign
from deepchat.store.foreign import Database, Document
from tests.conversation.importers.fixtures import FIXTURES, shape, tables


def made(path: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(path)) as c:
        for statement in statements:
            c.executescript(statement)
    return path


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize(
    ("name", "kind"), [("llm_older", "llm"), ("llm_threads", "llm"), ("elia", "elia"), ("oterm", "oterm")]
)
def test_a_database_is_known_and_its_rows_become_conversations(tmp_path: Path, name: str, kind: DatabaseKind) -> None:
    path = made(tmp_path / "some ?#%41 name.db", (FIXTURES / f"{name}.sql").read_text())
    before = path.read_bytes()
    seen = foreign.look_at(path)
    assert isinstance(seen, Database)
    assert sniffing.kind_of_database(seen.columns) == kind
    read = sniffing.DATABASES[kind]
    imported = read(foreign.rows(path, sniffing.TABLES[kind]), 7)
    assert imported.conversations
    assert shape(imported) == shape(read(tables(name), 7))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_what_its_owner_has_written_but_not_folded_in_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "logs.db"
    with closing(sqlite3.connect(path)) as owner:
        owner.execute("PRAGMA journal_mode = WAL")
        owner.executescript((FIXTURES / "elia.sql").read_text())
        assert len(foreign.rows(path, ["message"])["message"]) == 5
        owner.execute("DELETE FROM message WHERE id = 5")
        owner.commit()
        assert len(foreign.rows(path, ["message"])["message"]) == 4


def test_reading_leaves_nothing_beside_a_database_that_nobody_holds(tmp_path: Path) -> None:
    path = made(
        tmp_path / "logs.db", "PRAGMA journal_mode = WAL", "CREATE TABLE chat (id); INSERT INTO chat VALUES (1)"
    )
    assert foreign.rows(path, ["chat"]) == {"chat": [{"id": 1}]}
    assert list(tmp_path.iterdir()) == [path]


def test_only_tables_that_are_there_are_read(tmp_path: Path) -> None:
    path = made(tmp_path / "a.db", "CREATE TABLE chat (id); INSERT INTO chat VALUES (1), (x'00ff'), (NULL)")
    assert foreign.rows(path, ["chat", "message", 'x" y']) == {"chat": [{"id": 1}, {"id": b"\x00\xff"}, {"id": None}]}


def test_views_are_no_tables(tmp_path: Path) -> None:
    path = made(tmp_path / "a.db", "CREATE VIEW chat AS SELECT load_extension('evil') AS id")
    assert foreign.look_at(path) == Database({})
    assert foreign.rows(path, ["chat"]) == {}


def test_text_that_is_no_utf_8_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = made(tmp_path / "a.db", "CREATE TABLE chat (id); INSERT INTO chat VALUES (CAST(x'61ff62' AS TEXT))")
    assert foreign.rows(path, ["chat"]) == {"chat": [{"id": "a\ufffdb"}]}


def test_a_damaged_database_is_told_of(tmp_path: Path) -> None:
    path = made(tmp_path / "a.db", "CREATE TABLE chat (id)", "INSERT INTO chat VALUES (1)")
    data = bytearray(path.read_bytes())
    data[100:3000] = os.urandom(2900)
    path.write_bytes(data)
    with pytest.raises(ImportFailed, match=r"a\.db can't be read as a database"):
        foreign.look_at(path)


def test_a_database_that_its_owner_holds_is_told_of(tmp_path: Path) -> None:
    path = made(tmp_path / "a.db", "CREATE TABLE chat (id)")
    with closing(sqlite3.connect(path, isolation_level=None)) as owner:
        owner.execute("BEGIN EXCLUSIVE")
        with pytest.raises(ImportFailed, match="locked") as caught:
            foreign.rows(path, ["chat"])
    assert "close the program" in caught.value.hint


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_document_is_read_as_json(tmp_path: Path, mark: bytes) -> None:
    path = tmp_path / "conversations.json"
    path.write_bytes(mark + b'[{"mapping": "?"}]')
    assert foreign.look_at(path) == Document([{"mapping": "?"}])


@pytest.mark.parametrize("data", [b"", b"no json", b"[1, 2", b"[" * 100_000, b"\xff\xfe\xfd", b"1" * 5000])
def test_what_is_no_json_is_told_of(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "chats.json"
    path.write_bytes(data)
    with pytest.raises(ImportFailed, match=r"chats\.json is no JSON"):
        foreign.look_at(path)


def test_an_archive_is_read_as_it_was_downloaded(tmp_path: Path) -> None:
    members = {"chat.html": b"<html>", "export/conversations.json": b"[1]", "shared_conversations.json": b"[2]"}
    assert foreign.look_at(zipped(tmp_path / "export.zip", members)) == Document([1])


def test_pieces_of_an_export_are_put_together_in_their_order(tmp_path: Path) -> None:
    members = {f"conversations-00{n}.json": json.dumps([n]).encode() for n in (2, 0, 1)}
    assert foreign.look_at(zipped(tmp_path / "export.zip", members)) == Document([0, 1, 2])


def test_an_archive_without_chats_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(ImportFailed, match=r"export\.zip holds no conversations\.json"):
        foreign.look_at(zipped(tmp_path / "export.zip", {"user.json": b"{}"}))


def test_an_archive_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "bomb.zip", {"conversations.json": b" " * (64 * 1024**2)})
    assert path.stat().st_size < 100_000
    with pytest.raises(ImportFailed, match=r"bomb\.zip holds more than can be read at once"):
        foreign.look_at(path)


def test_a_document_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    with path.open("wb") as file:
        file.truncate(foreign.LARGEST_DOCUMENT_BYTES + 1)
    with pytest.raises(ImportFailed, match=r"huge\.json holds more than can be read at once, 1 GiB"):
        foreign.look_at(path)


def test_what_is_no_file_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(ImportFailed, match="is not there"):
        foreign.look_at(tmp_path / "nothing.json")
    with pytest.raises(ImportFailed, match="is no file"):
        foreign.look_at(tmp_path)
    with pytest.raises(ImportFailed, match="can't be read: File name too long"):
        foreign.look_at(tmp_path / ("x" * 300))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=8), st.integers(0, 400))
def test_a_broken_archive_is_read_or_told_of(tmp_path: Path, changes: list[tuple[int, int]], length: int) -> None:
    data = bytearray(zipped(tmp_path / "export.zip", {"conversations.json": b"[1, 2, 3]"}).read_bytes())
    for place, value in changes:
        data[place % len(data)] = value
    (tmp_path / "broken.zip").write_bytes(data[: length or None])
    with suppress(ImportFailed):
        foreign.look_at(tmp_path / "broken.zip")

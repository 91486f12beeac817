"""`deepchat import`, from the outside."""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import subprocess
import time
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

from deepchat.conversation.export import to_json
from deepchat.conversation.usage import Cost
from tests.cli.running import COMMAND, checked, configure, run
from tests.cli.saved import data_folder, keep, talk

LIMIT_S = 10.0
"""Of CPU, for ten thousand messages."""


def chatgpt(number: int, messages: int = 2) -> dict[str, Any]:
    """A conversation as ChatGPT exports it."""
    said = [f"m{number}-{place}" for place in range(messages)]
    mapping: dict[str, Any] = {f"r{number}": {"message": None, "parent": None, "children": said[:1]}}
    for place, name in enumerate(said):
        mapping[name] = {
            "parent": said[place - 1] if place else f"r{number}",
            "children": said[place + 1 : place + 2],
            "message": {
                "author": {"role": "assistant" if place % 2 else "user"},
                "create_time": 1_700_000_000 + number * 1000 + place,
                "content": {
                    "content_type": "text",
                    "parts": [f"The quick brown fox {number} jumps {place} times. " * 5],
                },
                "metadata": {"model_slug": "gpt-4o"},
            },
        }
    return {
        "title": f"Talk {number}",
        "conversation_id": f"c{number}",
        "mapping": mapping,
        "current_node": said[-1],
        "create_time": 1_700_000_000 + number * 1000,
        "update_time": 1_700_000_500 + number * 1000,
    }


def write(path: Path, value: object) -> str:
    path.write_text(json.dumps(value))
    return str(path)


def test_an_export_of_chatgpt_comes_in_once(tmp_path: Path) -> None:
    file = tmp_path / "export.zip"
    with zipfile.ZipFile(file, "w") as archive:
        # They begin with the newest, and so does the list.
        archive.writestr("conversations.json", json.dumps([chatgpt(2), chatgpt(1)]))

    first = run("import", str(file), "--json")
    assert (first.status, first.object["files"]) == (
        0,
        [
            {
                "file": str(file),
                "kind": "chatgpt",
                "conversations": 2,
                "messages": 4,
                "known": 0,
                "problems": [],
                "error": None,
            }
        ],
    )
    assert [one["title"] for one in run("list", "--json").object] == ["Talk 2", "Talk 1"]
    run("delete", "talk 1")

    again = run("import", str(file))
    assert again.status == 0
    assert "0 conversations with 0 messages came; 2 conversations were here already" in again.err
    assert len(run("list", "--json").object) == 1


def test_a_bad_item_is_told_of_and_the_others_come(tmp_path: Path) -> None:
    file = write(tmp_path / "conversations.json", [chatgpt(1), {"mapping": {"a": "\x1b[31mnonsense"}}, 7, chatgpt(2)])
    said = run("import", file)
    assert said.status == 0
    assert "2 conversations with 4 messages came" in said.err.splitlines()[-1]
    assert len(said.err.splitlines()) >= 3
    assert said.err.splitlines()[0].startswith(f"{file}: conversation 2")
    assert "\x1b" not in said.err


def test_what_cannot_be_read_fails_and_what_can_is_kept(tmp_path: Path) -> None:
    good = write(tmp_path / "good.json", to_json(talk("Mine", "a", "b")))
    bad = write(tmp_path / "bad.json", {"what": "else"})
    broken = tmp_path / "broken.json"
    broken.write_text("[{")

    said = run("import", bad, good, str(broken), str(tmp_path / "none.json"), "--json")

    assert said.status == 1
    kinds = [one["error"] and one["error"]["kind"] for one in said.object["files"]]
    assert kinds == ["import", None, "import", "import"]
    assert [one["title"] for one in run("list", "--json").object] == ["Mine"]
    assert f"{bad} is no export that is known" in said.err
    assert f"{broken} is no JSON" in said.err
    assert f"{tmp_path / 'none.json'} is not there" in said.err


def test_what_was_spent_elsewhere_is_shown_but_not_counted_here(tmp_path: Path) -> None:
    configure("[budget]\nday = 0.01\n")
    costly = talk("Costly", "a", "b", at_ms=time.time_ns() // 1_000_000, cost=Cost(5_000_000_000, "provider"))
    assert run("import", write(tmp_path / "one.json", to_json(costly))).status == 0
    assert run("list", "--json").object[0]["cost"]["usd"] == "5.00"
    used = run("usage", "--json").object
    assert (used["total"]["legs"], used["rows"], used["budgets"]["day"]["usd"]) == (0, [], "0.00")


def test_what_was_thrown_away_elsewhere_is_seen_here(tmp_path: Path) -> None:
    thrown = talk("Thrown", "a")
    thrown.trashed_ms = 1
    assert run("import", write(tmp_path / "one.json", to_json(thrown))).status == 0
    assert [one["title"] for one in run("list", "--json").object] == ["Thrown"]


def test_a_message_that_is_here_already_keeps_its_whole_conversation_out(tmp_path: Path) -> None:
    keep(talk("Mine", "a", "b"))
    other = to_json(talk("Mine", "a", "b")) | {"id": "another-one", "title": "Copy"}
    said = run("import", write(tmp_path / "two.json", [other, to_json(talk("Good", "c"))]))
    assert said.status == 0
    assert "another-one" in said.err
    assert [one["title"] for one in run("list", "--json").object] == ["Good", "Mine"]


def test_a_store_of_ours_is_to_be_restored_instead() -> None:
    keep(talk("Mine", "a"))
    said = run("import", str(data_folder() / "deepchat.db"))
    assert said.status == 1
    assert "→ deepchat restore" in said.err


def test_a_database_of_elia_is_read_and_not_changed(tmp_path: Path) -> None:
    file = tmp_path / "elia.sqlite"
    with closing(sqlite3.connect(file)) as c:
        c.execute("CREATE TABLE chat (id INTEGER PRIMARY KEY, model TEXT, title TEXT, started_at TEXT)")
        c.execute("CREATE TABLE message (id INTEGER PRIMARY KEY, chat_id INT, role TEXT, content TEXT, timestamp TEXT)")
        c.execute("INSERT INTO chat VALUES (1, 'gpt', 'From elia', '2024-01-01 10:00:00')")
        c.execute("INSERT INTO message VALUES (1, 1, 'user', 'Hello?', '2024-01-01 10:00:00')")
        c.execute("INSERT INTO message VALUES (2, 1, 'assistant', 'Hi.', '2024-01-01 10:00:01')")
        c.commit()
    before = file.read_bytes()
    assert run("import", str(file), "--json").object["files"][0]["kind"] == "elia"
    assert file.read_bytes() == before
    assert run("search", "hello", "--json").object[0]["title"] == "From elia"


def test_ten_thousand_messages_come_in_time_and_are_found_at_once(tmp_path: Path) -> None:
    file = write(tmp_path / "conversations.json", [chatgpt(number, 100) for number in range(100)])
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert "100 conversations with 10,000 messages came" in run("import", file).err
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < LIMIT_S
    assert len(run("search", "fox 99", "--json").object) == 20


def test_a_full_disk_is_told_and_what_came_stays(tmp_path: Path) -> None:
    file = write(tmp_path / "conversations.json", [chatgpt(number, 20) for number in range(60)])
    command = ["sh", "-c", 'ulimit -f 800; exec "$@"', "sh", *COMMAND, "import", file, "--json"]
    done = subprocess.run(command, capture_output=True, check=False)
    said = checked(done.returncode, done.stdout, done.stderr.decode())
    assert (said.status, said.object["error"]["kind"]) == (1, "store_full")
    assert said.object["error"]["hint"] == "make room, then import it again: nothing comes twice"
    came = len(run("list", "--json").object)
    assert f"{came} conversations were here already" in run("import", file).err
    assert len(run("list", "--json").object) == 60


def test_a_file_need_not_be_a_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    said = run("import", str(tmp_path / "pipe"), str(tmp_path))
    assert said.status == 1
    assert said.err.count("is no file") == 2

"""`deepchat doctor`, from the outside."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from contextlib import closing
from typing import Any

import pytest

from deepchat.simulator import SimulatorThread
from tests.cli.running import KEY, Said, at, configure, on_terminal, run
from tests.cli.saved import data_folder, keep, talk

ENV = {"DEEPINFRA_API_KEY": KEY}


def checks(said: Said) -> dict[str, dict[str, Any]]:
    return {check["about"]: check for check in said.object["checks"]}


def test_all_is_well_where_everything_is_there() -> None:
    keep(talk("Mine", "a"))
    said = run("doctor", "--json", env=ENV)
    found = checks(said)
    assert (said.status, said.object["ok"]) == (0, True)
    assert found["key of deepinfra"]["found"] == "environment (DEEPINFRA_API_KEY)"
    assert {"deepchat", "python", "sqlite", "textual", "httpx", "settings", "locale", "store"} <= set(found)
    assert run("doctor", env=ENV).err == "all is well\n"


def test_a_missing_key_is_bad_and_says_what_to_do() -> None:
    said = run("doctor")
    assert said.status == 1
    lines = said.out.splitlines()
    at_line = lines.index("BAD   key of deepinfra: no key")
    assert lines[at_line + 1] == "      → deepchat auth set deepinfra"
    assert said.err.startswith("1 thing bad")


def test_a_provider_that_needs_no_key_is_well_without_one() -> None:
    configure('provider = "ollama"\n')
    assert run("doctor", "--json").status == 0


def test_what_is_wrong_with_keys_is_told_with_the_settings() -> None:
    path = configure('[keys]\nmodel = "ctrl+c"\nnosuch = "x"\n')
    said = run("doctor", "--json", env=ENV)
    found = [check for check in said.object["checks"] if check["about"] == "settings"]
    assert [check["verdict"] for check in found] == ["warn", "warn"]
    assert found[0]["found"].startswith(f"{path}, line 2: keys.model can't have ctrl+c: ")
    assert f"warn  settings: {path}, line 3: keys.nosuch is no command" in run("doctor", env=ENV).out


def test_every_complaint_about_the_settings_is_told() -> None:
    path = configure("retries = 99\n[providers.flo2]\nheaders = 3\n")
    found = [check for check in run("doctor", "--json", env=ENV).object["checks"] if check["about"] == "settings"]
    assert [check["verdict"] for check in found] == ["warn", "warn"]
    assert found[0]["found"].startswith(f"{path}, line 1: ")
    assert found[1]["found"].startswith(f"{path}, line 3: ")


def test_settings_that_cannot_be_read_leave_the_rest_to_be_checked() -> None:
    said = run("doctor", "--json", env={"DEEPCHAT_HOME": "~/x"})
    found = checks(said)
    assert said.status == 1
    assert (found["settings"]["verdict"], found["settings"]["hint"]) == ("bad", "write the whole path")
    assert found["python"]["verdict"] == "ok"


def test_what_others_can_see_is_warned_of() -> None:
    keep(talk("Mine", "a"))
    data_folder().chmod(0o755)
    said = run("doctor", "--json", env=ENV)
    assert said.status == 0
    assert checks(said)["folder data"]["verdict"] == "warn"
    assert checks(said)["folder data"]["hint"] == f"chmod 700 {data_folder()}"


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_that_cannot_be_written_is_bad() -> None:
    keep(talk("Mine", "a"))
    data_folder().chmod(0o500)
    said = run("doctor", "--json", env=ENV)
    data_folder().chmod(0o700)
    assert (said.status, checks(said)["folder data"]["verdict"]) == (1, "bad")


def test_a_damaged_store_is_bad_and_nothing_of_it_is_changed() -> None:
    keep(talk("Mine", *("words " * 2000 for _ in range(20))))
    store = data_folder() / "deepchat.db"
    broken = bytearray(store.read_bytes())
    middle = len(broken) // 2
    broken[middle : middle + 4096] = b"\xa5" * 4096
    store.write_bytes(broken)
    said = run("doctor", "--json", env=ENV)
    assert (said.status, checks(said)["store"]["verdict"]) == (1, "bad")
    assert "deepchat restore" in checks(said)["store"]["hint"]
    assert store.read_bytes() == broken


def warnings(about: str) -> dict[str, str]:
    """What is found to be amiss there, and what is advised."""
    found = run("doctor", "--json", env=ENV).object["checks"]
    return {one["found"]: one["hint"] for one in found if one["about"] == about and one["verdict"] == "warn"}


def test_files_that_others_can_see_are_named() -> None:
    keep(talk("Mine", "a"))
    (data_folder() / "deepchat.db").chmod(0o644)
    (copy,) = (data_folder() / "backups").iterdir()
    copy.chmod(0o640)
    ((found, hint),) = warnings("store files").items()
    assert found.startswith(f"others can look into backups/{copy.name}, deepchat.db")
    assert hint == f"chmod -R go= {data_folder()}"
    subprocess.run(hint, shell=True, check=True)
    assert warnings("store files") == {}


def test_messages_that_lost_the_one_before_them_are_counted() -> None:
    keep(talk("Mine", "a", "b", "c"))
    with closing(sqlite3.connect(data_folder() / "deepchat.db")) as c:
        c.execute("UPDATE message SET parent = 'gone' WHERE body = 'c'")
        c.commit()
    ((found, hint),) = warnings("store").items()
    assert found.startswith("1 messages have lost")
    assert "deepchat restore" in hint


def test_a_store_that_does_not_log_ahead_is_warned_of() -> None:
    keep(talk("Mine", "a"))
    with closing(sqlite3.connect(data_folder() / "deepchat.db")) as c:
        c.execute("PRAGMA journal_mode = DELETE")
    ((found, hint),) = warnings("store").items()
    assert "log ahead" in found
    assert "DEEPCHAT_HOME" in hint


def test_a_file_that_is_no_store_is_bad() -> None:
    data_folder().mkdir(mode=0o700, parents=True)
    (data_folder() / "deepchat.db").write_bytes(b"something else entirely" * 1000)
    said = run("doctor", "--json", env=ENV)
    assert (said.status, checks(said)["store"]["verdict"]) == (1, "bad")


def test_nobody_is_asked_unless_that_is_wanted(sim: SimulatorThread) -> None:
    heard = len(sim.heard)
    assert "online" not in checks(run("doctor", "--json", env=at(sim)))
    assert len(sim.heard) == heard
    said = run("doctor", "--online", "--json", env=at(sim))
    assert (said.status, checks(said)["online"]["verdict"]) == (0, "ok")
    lost = run("doctor", "--online", "--json", env={"LLM_BASE_URL": "http://127.0.0.1:9/v1", "LLM_API_KEY": KEY})
    assert (lost.status, checks(lost)["online"]["verdict"]) == (1, "bad")


def test_the_terminal_is_told() -> None:
    out = on_terminal("doctor", env={**ENV, "TERM": "xterm-256color", "COLORTERM": "truecolor"}).out
    assert "terminal: xterm-256color, 16 million colours" in out
    assert "size: 80 × 24" in out
    dumb = on_terminal("doctor", env={**ENV, "TERM": "dumb", "LC_ALL": "de_DE.ISO-8859-1"}).out
    assert "warn  terminal: TERM is dumb" in dumb
    assert "warn  locale: de_DE.ISO-8859-1" in dumb


def test_locks_that_can_not_be_made_are_bad() -> None:
    keep(talk("Lighthouses", "One?", "Yes."))
    assert "locks" not in checks(run("doctor", "--json", env=ENV))
    locks = data_folder() / "locks"
    if locks.exists():
        locks.rmdir()
    locks.touch()
    said = run("doctor", "--json", env=ENV)
    assert (said.status, said.object["ok"]) == (1, False)
    assert "no conversation can be held" in checks(said)["locks"]["found"]
    assert locks.is_file()

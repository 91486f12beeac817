"""`deepchat delete` and `deepchat trash`, from the outside."""

from __future__ import annotations

import asyncio
import time

import pytest

from deepchat.store import trash
from deepchat.store.locks import ConversationLock
from deepchat.workspace.keeping import Keeping
from tests.cli.running import configure, on_terminal, run
from tests.cli.saved import DAY_MS, data_folder, keep, talk

SECRET_WORDS = "sentinel-words-that-must-go"


@pytest.fixture(autouse=True)
def _kept() -> None:  # pyright: ignore[reportUnusedFunction]  # pytest uses it
    keep(talk("Oslo", "a", "b"), talk("Rust", SECRET_WORDS, "b"), talk("Twin one", "a"), talk("Twin two", "a"))


def titles(*verb: str) -> list[str]:
    return [one["title"] for one in run(*verb, "--json").object]


def test_what_is_deleted_can_be_taken_back() -> None:
    before = run("list", "--json", "oslo").object
    said = run("delete", "oslo")
    assert (said.status, said.out) == (0, "")
    assert said.err == f"«Oslo» is in the trash for 30 days; undo: deepchat trash restore {before[0]['id']}\n"
    assert "Oslo" not in titles("list")
    assert titles("trash") == ["Oslo"]
    assert run("trash", "--json").object[0]["deleted"].startswith("20")
    assert "Oslo" in run("trash", "list").out

    missing = run("show", "oslo")
    assert missing.status == 1
    assert f"deepchat trash restore {before[0]['id']}" in missing.err

    undone = run("trash", "restore", before[0]["id"], "--json")
    assert undone.object == {"restored": [{"id": before[0]["id"], "title": "Oslo"}]}
    assert run("list", "--json", "oslo").object == before
    assert titles("trash") == []


def test_all_are_deleted_or_none() -> None:
    assert run("delete", "oslo", "nothing").status == 1
    assert run("delete", "oslo", "twin").status == 2
    assert len(titles("list")) == 4
    said = run("delete", "oslo", "rust", "oslo", "--json")
    assert [one["title"] for one in said.object["deleted"]] == ["Oslo", "Rust"]
    assert len(titles("list")) == 2


def test_what_another_program_holds_stays() -> None:
    (one,) = run("list", "--json", "oslo").object
    lock = ConversationLock(data_folder() / "locks", one["id"])
    assert lock.acquire()
    for arguments in (["delete", "oslo"], ["delete", "oslo", "--now", "--yes"]):
        said = run(*arguments, "--json")
        assert (said.status, said.object["error"]["kind"]) == (1, "busy")
    lock.release()
    assert run("delete", "oslo").status == 0


def test_what_is_erased_leaves_its_cost_and_no_word() -> None:
    said = run("delete", "rust", "--now", "--yes", "--json")
    assert said.object["erased"] is True
    assert SECRET_WORDS.encode() not in b"".join(path.read_bytes() for path in data_folder().glob("deepchat.db*"))
    assert titles("trash") == []
    assert run("usage", "--json").object["total"]["usd"] == "0.0000176"


def test_who_erases_hears_where_copies_are() -> None:
    """One that was asked for, a weekly one, and one that was put aside."""
    run("backup")
    aside = data_folder() / "deepchat.db.corrupt-1795271110154"
    aside.touch()
    assert "safety cop" not in run("delete", "oslo").err
    for erase in (("trash", "empty", "--yes"), ("delete", "rust", "--now", "--yes")):
        said = run(*erase)
        assert "3 safety copies made before may still have it" in said.err
        assert str(data_folder() / "backups") in said.err


def test_erasing_asks_first() -> None:
    assert run("delete", "rust", "--now").status == 2
    no = on_terminal("delete", "rust", "--now", talk=[("[y/N]", "n\n")])
    assert no.status == 1
    assert "nothing was changed" in no.out
    assert "Rust" in titles("list")
    yes = on_terminal("delete", "rust", "--now", talk=[("Erase «Rust» for good?", "y\n")])
    assert yes.status == 0
    assert "Rust" not in titles("list")


def test_the_trash_can_be_emptied_and_what_is_in_it_erased_by_name() -> None:
    run("delete", "oslo", "rust")
    assert run("delete", "rust", "--now", "--yes").status == 0
    assert titles("trash") == ["Oslo"]
    assert run("trash", "empty").status == 2
    assert run("trash", "empty", "--yes", "--json").object == {"erased": 1}
    assert titles("trash") == []
    assert run("trash", "empty").err == "the trash is empty\n"
    assert run("trash", "restore", "oslo").status == 1


@pytest.mark.parametrize(("days", "left"), [(30, ["Rust"]), (5, []), (60, ["Rust", "Oslo"])])
def test_what_was_in_it_for_long_enough_goes_by_itself(days: int, left: list[str]) -> None:
    configure(f"[trash]\ndays = {days}\n")
    ids = {one["title"]: one["id"] for one in run("list", "--json").object}

    async def throw_away_earlier() -> None:
        keeping = Keeping(data_folder(), [], lambda: 10_000)
        async with keeping:
            now = time.time_ns() // 1_000_000
            for title, age in (("Oslo", 31), ("Rust", 10)):
                await (await keeping.database()).write(
                    lambda c, title=title, age=age: trash.throw_away(c, ids[title], now - age * DAY_MS)
                )

    asyncio.run(throw_away_earlier())
    run("trash")
    assert titles("trash") == left

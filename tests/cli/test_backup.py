"""`deepchat backup` and `deepchat restore`, from the outside."""

from __future__ import annotations

from pathlib import Path

from tests.cli.running import on_terminal, run
from tests.cli.saved import data_folder, keep, talk


def titles() -> list[str]:
    return [one["title"] for one in run("list", "--json").object]


def test_a_copy_has_everything_and_is_the_users_alone(tmp_path: Path) -> None:
    keep(talk("Mine", "a"))
    file = tmp_path / "copy.db"
    said = run("backup", str(file))
    assert (said.status, said.out, said.err) == (0, f"{file}\n", "")
    assert file.stat().st_mode & 0o777 == 0o600
    keep(talk("Later", "a"))

    back = run("restore", str(file), "--yes", "--json")

    assert back.status == 0
    assert titles() == ["Mine"]
    before = Path(back.object["before"])
    assert before.parent == data_folder()
    assert run("restore", str(before), "--yes").status == 0
    assert titles() == ["Later", "Mine"]


def test_without_a_name_it_gets_one_of_its_own() -> None:
    keep(talk("Mine", "a"))
    first, second = run("backup", "--json").object["file"], run("backup").out.strip()
    assert first != second
    assert {Path(first).parent, Path(second).parent} == {data_folder() / "backups"}
    assert Path(first).name.startswith("deepchat-20")


def test_no_file_is_written_over(tmp_path: Path) -> None:
    file = tmp_path / "mine.db"
    file.write_text("mine")
    said = run("backup", str(file), "--json")
    assert (said.status, said.object["error"]["kind"], file.read_text()) == (1, "store", "mine")


def test_restoring_asks_first(tmp_path: Path) -> None:
    file = tmp_path / "copy.db"
    keep(talk("Mine", "a"))
    run("backup", str(file))
    keep(talk("Later", "a"))
    assert run("restore", str(file)).status == 2
    assert on_terminal("restore", str(file), talk=[("[y/N]", "n\n")], columns=200).status == 1
    assert titles() == ["Later", "Mine"]
    assert on_terminal("restore", str(file), talk=[("[y/N]", "y\n")], columns=200).status == 0
    assert titles() == ["Mine"]


def test_what_is_no_copy_changes_nothing(tmp_path: Path) -> None:
    keep(talk("Mine", "a"))
    broken = tmp_path / "broken.db"
    run("backup", str(broken))
    broken.write_bytes(broken.read_bytes()[:5000])
    text = tmp_path / "text.db"
    text.write_text("no copy")
    for file in (broken, text, tmp_path / "none.db"):
        said = run("restore", str(file), "--yes")
        assert said.status == 1
        assert file.name in said.err
    assert titles() == ["Mine"]


def test_a_weekly_copy_makes_itself() -> None:
    keep(talk("Mine", "a"))
    copies = [path.name for path in (data_folder() / "backups").iterdir()]
    assert len(copies) == 1
    assert copies[0].startswith("weekly-")
    run("trash")
    assert [path.name for path in (data_folder() / "backups").iterdir()] == copies

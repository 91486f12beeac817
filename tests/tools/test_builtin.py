"""What is built in works as it is offered, and says in words what it can't do."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deepchat.conversation.parts import ToolCall
from deepchat.conversation.permission import WantedCall
from deepchat.tools.builtin import NAMES, file_tools, plain_tools
from deepchat.tools.files import Jail
from deepchat.tools.tool import Toolbox


async def yes(_: WantedCall) -> bool:
    return True


@pytest.fixture
def box(tmp_path: Path) -> Toolbox:
    (tmp_path / "a.txt").write_text("first\nsecond\n")
    return Toolbox([*plain_tools(), *file_tools(Jail(tmp_path), str(tmp_path))], yes)


async def said(box: Toolbox, name: str, **arguments: object) -> str:
    return (await box.call(ToolCall("1", name, json.dumps(arguments)))).text


def test_they_are_those_that_are_named(box: Toolbox) -> None:
    assert tuple(offer.name for offer in box.offers) == NAMES


async def test_the_time_is_told_here_and_elsewhere(box: Toolbox) -> None:
    today = datetime.now(UTC)
    assert str(today.year) in await said(box, "time")
    assert (await said(box, "time", zone="UTC")).endswith("UTC+0000")


@pytest.mark.parametrize("zone", ["Nowhere/Atlantis", "../../etc/passwd", "/etc/passwd", "\0", "Europe", "x" * 999])
async def test_a_time_zone_that_is_none_is_told(box: Toolbox, zone: str) -> None:
    assert "there is no time zone" in await said(box, "time", zone=zone)


async def test_the_calculator_reckons(box: Toolbox) -> None:
    assert await said(box, "calculator", expression="6*7") == "42"


async def test_files_are_read_and_listed(box: Toolbox) -> None:
    assert await said(box, "list_folder") == "a.txt (13 bytes)"
    assert await said(box, "read_file", path="a.txt", first_line=2) == "second\n"


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("calculator", {}),
        ("calculator", {"expression": 3}),
        ("time", {"zone": None}),
        ("read_file", {}),
        ("read_file", {"path": "a.txt", "first_line": 0}),
        ("read_file", {"path": "a.txt", "first_line": True}),
        ("read_file", {"path": "a.txt", "first_line": "2"}),
        ("list_folder", {"path": ["a"]}),
    ],
)
async def test_arguments_of_the_wrong_kind_are_told(box: Toolbox, name: str, arguments: dict[str, object]) -> None:
    assert "must be" in await said(box, name, **arguments)

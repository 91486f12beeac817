"""The life of a link: what ends it, and that nobody waits for one that has ended."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from deepchat.errors import ToolFailed
from deepchat.tools.link import Broken, Idle, Link
from deepchat.tools.place import Place
from tests.tools.linking import command, linked, place, until


async def test_a_fault_that_nobody_foresaw_breaks_its_link_alone() -> None:
    def lost() -> Place:
        raise RuntimeError("Could not determine home directory.")

    async with asyncio.TaskGroup() as group:
        link = Link("test", lost, group)
        with pytest.raises(ToolFailed, match=r"RuntimeError: Could not determine home directory\."):
            await link.open()
        assert isinstance(link.state, Broken)


async def test_one_that_is_dropped_before_it_began_is_told_and_can_be_had_again() -> None:
    async with asyncio.timeout(30), linked(place(command("good"))) as link:
        asyncio.get_running_loop().call_soon(link.drop)  # before the task that connects it has its first turn
        with pytest.raises(ToolFailed, match="it was stopped"):
            await link.open()
        assert link.state == Idle()
        assert (await link.open()).tools


async def test_one_that_is_dropped_while_it_connects_has_ended_before_it_is_started_again(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    async with linked(place(command("alone", str(pid)))) as link:
        opening = asyncio.ensure_future(link.open())
        await until(lambda: pid.exists() and pid.read_text() != "")
        link.drop()
        again = asyncio.ensure_future(link.open())
        with pytest.raises(ToolFailed, match="it was stopped"):
            await opening
        assert (await again).tools

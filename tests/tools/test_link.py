"""The life of a link: what ends it, and that nobody waits for one that has ended."""

from __future__ import annotations

import asyncio

import pytest

from deepchat.errors import ToolFailed
from deepchat.tools.link import Broken, Link
from deepchat.tools.place import Place


async def test_a_fault_that_nobody_foresaw_breaks_its_link_alone() -> None:
    def lost() -> Place:
        raise RuntimeError("Could not determine home directory.")

    async with asyncio.TaskGroup() as group:
        link = Link("test", lost, group)
        with pytest.raises(ToolFailed, match=r"RuntimeError: Could not determine home directory\."):
            await link.open()
        assert isinstance(link.state, Broken)

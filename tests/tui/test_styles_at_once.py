"""A screen looks as it shall when it is seen for the first time."""

from __future__ import annotations

import pytest
from textual.dom import DOMNode

from tests.tui.seat import Seat, seated

pytestmark = pytest.mark.usefixtures("sim")
KEYS = ("f1", "ctrl+o", "ctrl+r", "ctrl+f")
COMMANDS = ("keys", "settings", "theme", "usage", "tools", "mcp")


def styles(screen: DOMNode) -> dict[str, dict[str, object]]:
    """What the style sheets say of everything on it."""
    return {
        f"{node} at {at}": dict(node.styles.base.get_rules())
        for at, node in enumerate(screen.walk_children(with_self=True))
    }


async def check(seat: Seat) -> None:
    seen = seat.app.screen
    assert seen is not seat.app.chat
    at_once = styles(seen)
    seen.update_node_styles(animate=False)
    assert styles(seen) == at_once


async def opened(seat: Seat) -> None:
    await seat.until(lambda: seat.app.screen is not seat.app.chat)


@pytest.mark.parametrize("key", KEYS)
async def test_what_a_key_opens(key: str) -> None:
    async with seated() as seat:
        await seat.press(key)
        await opened(seat)
        await check(seat)


@pytest.mark.parametrize("name", COMMANDS)
async def test_what_a_command_opens(name: str) -> None:
    async with seated() as seat:
        seat.app.action_obey(name)
        await opened(seat)
        await check(seat)


async def test_answers_side_by_side() -> None:
    async with seated() as seat:
        seat.app.chat.composer.put_text("One?")
        seat.app.action_obey("compare", "sim/plain sim/essay")
        await opened(seat)
        await check(seat)


async def test_the_chat_itself() -> None:
    async with seated() as seat:
        chat = seat.app.chat
        at_once = styles(chat)
        chat.update_node_styles(animate=False)
        assert styles(chat) == at_once

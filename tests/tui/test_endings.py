"""What ends late: a signal when the app is over, a disk that hangs."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from threading import Event

import pytest
from textual.app import App

from deepchat.tui import bridge as bridges
from deepchat.tui.bridge import Bridge
from deepchat.tui.endings import install_endings
from deepchat.workspace.workspace import Workspace


def test_a_signal_after_the_end_disturbs_nothing_that_is_being_saved() -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}

    async def run() -> None:
        install_endings(App[None]())

    try:
        asyncio.run(run())
        signal.raise_signal(signal.SIGINT)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_what_could_not_be_saved_in_time_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bridges, "CLOSING_LIMIT_S", 0.05)
    bridge, disk = Bridge(Workspace()), Event()
    bridge.start()

    async def save() -> None:
        disk.wait()

    bridge.begin(save)
    bridge.close()
    assert "could not be saved" in str(bridge.failure)
    monkeypatch.undo()
    disk.set()
    bridge.close()


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    bridge = Bridge(Workspace())
    bridge.start()
    yield bridge
    bridge.close()


def test_what_waits_for_the_user_does_not_hold_up_the_end(bridge: Bridge) -> None:
    dialog = Event()

    async def leave() -> None:
        asking = asyncio.create_task(bridge.beside(dialog.wait))
        await asyncio.sleep(0)
        asking.cancel()

    asyncio.run(leave())
    assert not dialog.is_set()
    dialog.set()


def test_what_is_done_beside_gives_back_what_came_of_it(bridge: Bridge) -> None:
    def fail() -> None:
        raise KeyError("lamp")

    assert asyncio.run(bridge.beside(lambda: "done")) == "done"
    with pytest.raises(KeyError, match="lamp"):
        asyncio.run(bridge.beside(fail))

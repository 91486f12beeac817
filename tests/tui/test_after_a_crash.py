"""What is said when the app ended by a fault of its own: what could not be kept is told as well."""

from __future__ import annotations

import pytest

from deepchat.errors import StoreFull
from deepchat.tui import run
from deepchat.tui.app import DeepChat
from deepchat.tui.bridge import Bridge
from deepchat.tui.drafts import with_words
from deepchat.tui.starting import Start
from deepchat.tui.wardrobe import Wardrobe
from deepchat.workspace.workspace import Workspace

PROMISE = "nothing that was said is lost"


def crash(monkeypatch: pytest.MonkeyPatch, bridge: Bridge) -> int:
    def break_down(app: DeepChat) -> None:
        app._exception = ZeroDivisionError()  # pyright: ignore[reportPrivateUsage]  # where Textual keeps it

    monkeypatch.setattr(DeepChat, "run", break_down)
    bridge.start()
    app = DeepChat(bridge, Start(), Wardrobe(bridge.workspace.paths.themes_dir, "", dark=True))
    return run._show(app, bridge)  # pyright: ignore[reportPrivateUsage]  # without a terminal


def test_words_that_no_disk_took_are_told_after_the_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bridge = Bridge(Workspace())

    async def keep() -> None:
        raise with_words(StoreFull("the disk is full", ""), ["half a precious thought"])

    bridge.at_end.append(keep)
    assert crash(monkeypatch, bridge) == 1
    said = capsys.readouterr().err
    assert "fault in DeepChat: ZeroDivisionError" in said
    assert "please report it with" in said
    assert "what you wrote is not kept:\n\nhalf a precious thought" in said
    assert PROMISE not in said


def test_when_all_was_kept_it_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert crash(monkeypatch, Bridge(Workspace())) == 1
    assert f"  {PROMISE}; please report it with" in capsys.readouterr().err

"""What can't be used of the user's files is told in sight: many faults as one notice, a budget's before all."""

from __future__ import annotations

from pathlib import Path

import pytest

from deepchat.config.files import Complaint
from deepchat.tui.faults_told import FAULT_S, faults_told, worst_first
from deepchat.tui.ongoing import NOTICE_S
from tests.tui.pty_app import on_pty
from tests.tui.seat import Seat, seated
from tests.tui.test_keymap import configure
from tests.tui.user_on_pty import DEEPCHAT

FAULTY = 'retries = 99\n[keys]\nmodel = "ctrl+c"\nbudget = "ctrl+o"\nnosuch = "x"\n[budget]\nday = "lots"\n'
WAY = "`deepchat config show` names all"


def faults_at_side(seat: Seat) -> list[str]:
    shown = seat.app._notifications  # pyright: ignore[reportPrivateUsage]
    return [str(one.message) for one in shown if "config.toml" in str(one.message)]


@pytest.mark.usefixtures("sim")
@pytest.mark.parametrize(("columns", "lines", "end"), [(60, 20, "names all"), (20, 10, "")])
def test_of_many_faults_the_budget_that_is_not_in_force_is_on_the_screen(columns: int, lines: int, end: str) -> None:
    configure(FAULTY)
    with on_pty(*DEEPCHAT, columns=columns, lines=lines) as app:
        app.wait_until(lambda: all(each in app.screen.text for each in ("5 faults", "budget.day", end)), "the worst")


@pytest.mark.usefixtures("sim")
async def test_many_faults_are_one_notice() -> None:
    configure(FAULTY)
    async with seated() as seat:
        await seat.is_told("5 faults")
        (told,) = faults_at_side(seat)
        assert told.startswith("5 faults in config.toml · line 7: budget.day must be")
        assert told.endswith(WAY)


@pytest.mark.usefixtures("sim")
async def test_one_fault_is_told_in_full_for_as_long_as_it_takes_to_see_it() -> None:
    path = configure('[budget]\nday = "lots"\n')
    async with seated() as seat:
        await seat.is_told(f"{path}, line 2: budget.day")
        (told,) = (one for one in seat.app._notifications if "budget.day" in str(one.message))  # pyright: ignore[reportPrivateUsage]
        assert told.timeout == FAULT_S > 2 * NOTICE_S


@pytest.mark.usefixtures("sim")
async def test_the_settings_say_how_many_faults_there_are() -> None:
    configure('retries = 99\n[budget]\nday = "lots"\n')
    async with seated() as seat:
        await seat.say("/settings")
        await seat.sees("2 faults in config.toml · line 3: budget.day")


def test_keys_come_last_and_what_may_be_a_budget_before_other_settings() -> None:
    def fault(*names: tuple[str, ...]) -> Complaint:
        return Complaint(Path("config.toml"), 1, "…", names)

    keys, other, unread, misspelled = fault(("keys", "budget")), fault(("retries",)), fault(()), fault(("budgt", "day"))

    assert worst_first([keys, other, unread, misspelled]) == [misspelled, unread, other, keys]


def test_of_several_files_the_worst_one_is_named() -> None:
    faults = [Complaint(Path(f"/home/{name}"), line, "no") for name, line in (("a.md", None), ("b.md", 3))]

    assert faults_told(faults, "/prompt names all") == ["2 faults in 2 files · a.md: no — /prompt names all"]
    assert faults_told(faults[:1], "/prompt names all") == ["/home/a.md: no"]
    assert faults_told([], "/prompt names all") == []


def test_a_long_fault_leaves_room_for_the_way_to_the_others() -> None:
    faults = [Complaint(Path("config.toml"), line, "long " * 200) for line in (1, 2)]

    (told,) = faults_told(faults, WAY)
    assert len(told) < 250
    assert told.endswith(WAY)

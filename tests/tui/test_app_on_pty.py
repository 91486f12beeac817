"""The whole program in a terminal, as a new user has it: start, talk, be killed, come back, and leave in order."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deepchat.tui.screens.confirm import QUIET_S
from tests.tui.pty_app import LIMIT_S, on_pty
from tests.tui.user_on_pty import DEEPCHAT, WRITE_HERE, ask, kept, started

pytestmark = pytest.mark.usefixtures("sim")
NEVER_SENT = (
    rb"\x1b\]2;pwned", rb"\x1b\]52;c;ZXZ", rb"\x1bc", rb"\x1b\[6n", rb"\x1bP\$q", rb"\x9b31m", rb"\x07 backspaces",
    "\u202eevil".encode(), "\u2066isolated".encode(), "\U000e0041".encode(), "\u200bb".encode(), rb"\x1b\]8;",
)  # fmt: skip
"""What the hostile answer holds, and no terminal must get."""


def test_a_question_is_asked_answered_kept_and_left_in_order() -> None:
    with started() as app:
        ask(app, "What is it?")
        app.wait_for("when it is finished.")
        app.wait_for("$0.0000")
        app.send("\x11")
        assert app.wait_exit() == 0
        assert app.is_restored
    assert kept()[0]["text"] == "What is it?"


def test_a_question_typed_before_the_app_listens_is_asked() -> None:
    with started() as app:
        app.send("What is it?\r")
        app.wait_for("when it is finished.")
        app.send("\x11")
        assert app.wait_exit() == 0
        assert app.is_restored
    assert [message["text"] for message in kept()][:1] == ["What is it?"]


def test_a_killed_terminal_loses_nothing_and_the_next_start_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_MODEL", "sim/slow")
    with started() as app:
        ask(app, "Slowly?")
        app.wait_for("tok/s")
        app.hang_up()
        assert app.process.wait(LIMIT_S) == 128 + signal.SIGHUP
    question, answer = kept()
    assert (question["text"], answer["state"]) == ("Slowly?", "stopped")
    assert answer["text"]
    with started("-c") as again:
        again.wait_for("m goes on")
        assert str(answer["text"]).split()[0] in again.screen.text


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_gives_the_terminal_back_and_tells_the_truth(number: signal.Signals, status: int) -> None:
    with started() as app:
        app.wait_for(WRITE_HERE)
        app.kill(number)
        assert app.wait_exit() == status
        assert app.is_restored


def test_ctrl_c_twice_ends_it() -> None:
    with started() as app:
        app.wait_for(WRITE_HERE)
        app.send("\x03")
        app.wait_for("ctrl+c again ends DeepChat")
        assert app.press_until_exit("\x03") == 0
        assert app.is_restored


def test_nothing_of_a_hostile_answer_reaches_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLM_MODEL", "sim/hostile")
    with started() as app:
        ask(app, "Do your worst.")
        app.wait_for("a harmless link")
        app.wait_for("hidden character")
        said = app.raw
        for never in NEVER_SENT:
            assert not re.search(never, said), never
        assert b"[@click=app.quit]press me[/]" in said
        app.send("\x11")
        assert app.wait_exit() == 0


def test_without_a_key_the_first_screen_offers_ways_to_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LLM_BASE_URL", "LLM_API_KEY", "LLM_MODEL"):
        monkeypatch.delenv(name)
    with started() as app:
        app.wait_for("Paste a key")
        app.wait_for("begin the tour")
        app.send("\x1b")
        app.wait_until(lambda: "Paste a key" not in app.screen.text, "the end of the screen")
        app.send("\x11")
        assert app.wait_exit() == 0


def test_the_tour_runs_without_a_key_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("LLM_BASE_URL")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with started("--demo") as app:
        app.wait_for("Trip to Oslo")
        ask(app, "Is it real?")
        app.wait_for("tok/s")
        app.kill(signal.SIGTERM)
        assert app.wait_exit() == 143
    assert not list(tmp_path.glob("deepchat-tour-*"))


def test_what_is_piped_in_waits_to_be_sent() -> None:
    with subprocess.Popen(["printf", "from a pipe"], stdout=subprocess.PIPE) as pipe:
        assert pipe.stdout is not None
        with started(stdin=pipe.stdout.fileno()) as app:
            app.wait_for("from a pipe")
            app.send("\x11")
            assert app.wait_exit() == 0


def test_it_steps_aside_and_comes_back() -> None:
    a_shell = f"{sys.executable} -m deepchat; echo STEPPED ASIDE; read line; fg"
    with on_pty("-c", f"import os; os.execvp('bash', ['bash', '-mc', {a_shell!r}])", columns=120, lines=32) as app:
        ask(app, "What is it?")
        app.wait_for("when it is finished.")
        app.send("\t")
        app.wait_for("▌")
        app.send("\x1a")
        app.wait_for("STEPPED ASIDE")
        assert not app.screen.modes
        app.send("\n")
        app.wait_for("when it is finished.")
        while app.process.poll() is None:
            app.send("\x11")  # until the terminal is raw again, it keeps this key to itself
            app.listen(0.1)
        assert app.process.returncode == 0


def test_it_stays_where_nobody_could_bring_it_back() -> None:
    with started() as app:
        ask(app, "What is it?")
        app.wait_for("when it is finished.")
        app.send("\t")
        app.wait_for("▌")
        app.send("\x1a")
        app.wait_for("no shell here")
        app.send("\x11")
        assert app.wait_exit() == 0


def program(folder: Path, script: str) -> str:
    file = folder / "program"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o700)
    return str(file)


def test_an_editor_that_is_not_there_leaves_the_app_as_it_was(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EDITOR", str(tmp_path / "nowhere"))
    with started() as app:
        app.wait_for(WRITE_HERE)
        app.send("half\x07")
        app.wait_for("the editor can't be run")
        app.send(" a thought")
        app.wait_for("half a thought")


def test_ctrl_c_in_an_editor_is_for_the_editor(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EDITOR", program(tmp_path, "trap '' INT; kill -INT 0; echo a whole thought > \"$1\""))
    with started() as app:
        app.wait_for(WRITE_HERE)
        app.send("\x07")
        app.wait_for("a whole thought")
        app.send(", and more")
        app.wait_for("a whole thought, and more")


def test_a_browser_of_the_terminal_has_it_until_it_ends(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    browser = program(tmp_path, 'echo reading $1 here; read line; echo $line > "$0.said"')
    monkeypatch.setenv("BROWSER", f"{browser} %s")
    monkeypatch.setenv("LLM_MODEL", "sim/echo")
    with started() as app:
        ask(app, "[look](https://example.com/page)")
        app.wait_for("$0.0000")
        app.send("/link\r")
        app.wait_for("Open example.com?")
        time.sleep(QUIET_S)  # a yes counts only after a pause
        app.send("y")
        app.wait_for("reading https://example.com/page here")
        app.send("closed\n")
        app.wait_for(WRITE_HERE)
    assert (tmp_path / "program.said").read_text() == "closed\n"


def test_words_written_just_before_the_end_are_there_at_the_next_start() -> None:
    with started() as app:
        ask(app, "What is it?")
        app.wait_for("when it is finished.")
        app.send("half a thought\x11")
        assert app.wait_exit() == 0
    with started("-c") as app:
        app.wait_for("half a thought")


def test_where_there_is_no_terminal_it_says_what_to_use() -> None:
    said = subprocess.run([sys.executable, *DEEPCHAT, "Why is it so?"], capture_output=True, text=True, check=False)
    assert said.returncode == 2
    assert "deepchat ask" in said.stderr


def test_who_wants_no_colours_has_the_two_of_the_terminal() -> None:
    with on_pty(*DEEPCHAT, columns=120, lines=32, env={"NO_COLOR": "1"}) as app:
        app.wait_for(WRITE_HERE)
        assert not re.search(rb"\x1b\[(?:[\d;]*;)?[34]8;|\x1b\[(?:[\d;]*;)?(?:3|4|9|10)[0-7]m", app.raw)

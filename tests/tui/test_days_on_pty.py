"""Two days of somebody who uses it, in a real terminal: each step as a person takes it."""

from __future__ import annotations

import asyncio

import pytest

from tests.tui.earlier import keep
from tests.tui.user_on_pty import WRITE_HERE, ask, kept, started

pytestmark = pytest.mark.usefixtures("sim")
CTRL_F, CTRL_O, CTRL_Q, CTRL_R, ESC = "\x06", "\x0f", "\x11", "\x12", "\x1b"


def test_the_model_is_switched_while_one_answers_and_the_next_question_goes_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LLM_MODEL", "sim/silence-mid-answer")
    with started() as app:
        ask(app, "Slowly?")
        app.wait_for("first token")
        app.send(CTRL_O)
        app.wait_for("Models")
        app.send("sim/plain")
        app.wait_for("1 of ")
        app.send("\r")
        app.wait_for("sim/plain · env")
        assert "Enter queues" in app.screen.text, "it answers on"
        app.send(ESC)
        app.wait_for("stopped")
        ask(app, "And now?")
        app.wait_for("when it is finished.")
        app.send(CTRL_Q)
        assert app.wait_exit() == 0
    assert [said["model"] for said in kept() if said["role"] == "assistant"] == [
        "sim/silence-mid-answer",
        "sim/plain",
    ]


def test_yesterdays_conversation_is_resumed_searched_and_branched_and_there_after_a_kill() -> None:
    asyncio.run(keep("oslo", "Where is it dark at noon?", "In Tromso.\n\n" + "A line.\n\n" * 80 + "The last line."))
    asyncio.run(keep("rust", "How long does it live?", "As long as it is borrowed."))
    with started() as app:
        app.wait_for(WRITE_HERE)
        app.send(CTRL_R)
        app.wait_for("Conversations")
        app.send("oslo\r")
        app.wait_for("The last line.")
        app.send(CTRL_F)
        app.wait_for("Search everything")
        app.send("borrowed\r")
        app.wait_for("How long does it live?")
        app.wait_for("e edit")
        app.send("ke")
        app.wait_for("editing")
        app.send(" And why?")
        app.wait_for("live? And why?")
        app.send("\r")
        app.wait_for("‹ 2/2 ›")
        app.wait_for("when it is finished.")
        app.hang_up()
        app.process.wait()
    with started("-c") as again:
        again.wait_for("‹ 2/2 ›")
        again.wait_for("live? And why?")
        again.send("\t")
        again.wait_for("edit")
        again.send("kk\x1b[D")
        again.wait_for("‹ 1/2 ›")
        again.wait_for("As long as it is borrowed.")

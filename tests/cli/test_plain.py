"""A chat in plain lines: with pipes, on a terminal, and interrupted."""

from __future__ import annotations

import signal
from collections.abc import Mapping

import pytest

from deepchat.simulator import SimulatorThread
from tests.cli.running import Said, at, configure, on_terminal, run
from tests.tui.pty_app import PtyApp, on_pty

PLAIN = "Hello! This is a plain answer in one short paragraph. It ends when it is finished."
PROGRAM = ("-m", "deepchat", "--plain")


@pytest.fixture
def env(sim: SimulatorThread) -> Mapping[str, str]:
    return {**at(sim), "LLM_MODEL": "sim/plain"}


def said(env: Mapping[str, str], *lines: str, arguments: tuple[str, ...] = ()) -> Said:
    """What a whole talk through pipes came to."""
    return run("--plain", *arguments, stdin="".join(f"{line}\n" for line in lines).encode(), env=env)


def test_questions_from_a_pipe_become_a_transcript_with_the_cost_beside_it(env: Mapping[str, str]) -> None:
    talk = said(env, "hi", "and again")

    assert talk.out == f"You: hi\nplain: {PLAIN}\nYou: and again\nplain: {PLAIN}\nYou: \n"
    assert talk.err.count("$0.0000") == 2
    assert talk.status == 0


def test_what_was_said_is_kept_and_can_be_gone_on_with(env: Mapping[str, str], sim: SimulatorThread) -> None:
    said(env, "remember the lighthouse")
    talk = said(env, "and now?", arguments=("-c",))

    assert f"You: remember the lighthouse\nAnswer: {PLAIN}\n" in talk.out
    assert b"remember the lighthouse" in sim.heard[-1].body
    assert "lighthouse" in run("list", env=env).out


def test_a_line_that_ends_with_a_backslash_goes_on(env: Mapping[str, str], sim: SimulatorThread) -> None:
    said({**env, "LLM_MODEL": "sim/echo"}, "one\\", "two")

    assert b"one\\ntwo" in sim.heard[-1].body


def test_the_model_is_switched_in_the_middle_and_its_price_told(env: Mapping[str, str]) -> None:
    configure('[env."sim/code"]\ninput = "0.10"\noutput = "0.40"\n', "models.toml")
    talk = said(env, "hi", "/model sim/code", "some code", "/model")

    assert "sim/code at env, $0.10 in, $0.40 out per million tokens" in talk.err
    assert "code: Here is a small function" in talk.out


def test_the_model_that_was_chosen_stays_with_the_conversation(env: Mapping[str, str]) -> None:
    said(env, "hi", "/model sim/code")

    assert "sim/code at env" in said(env, "/model", arguments=("-c",)).err


def test_another_answer_and_an_edited_question_stand_beside_the_first(env: Mapping[str, str]) -> None:
    said(env, "hi", "/retry", "/edit hello")

    shown = run("show", run("list", "--json", env=env).object[0]["id"], "--json", env=env).object
    assert [one["text"] for one in shown["messages"] if one["role"] == "user"] == ["hello", "hi"]
    assert len([one for one in shown["messages"] if one["role"] == "assistant"]) == 3


def test_an_answer_that_was_cut_is_gone_on_with(env: Mapping[str, str]) -> None:
    configure("[carrying_on]\nautomatic = false\n")
    talk = said({**env, "LLM_MODEL": "sim/cut-every-40"}, "write", "/more")

    assert talk.out.count("cut-every-40: ") == 2
    assert "Dear" in talk.out


def test_a_question_that_could_not_be_sent_is_sent_by_retry() -> None:
    nowhere = {"LLM_BASE_URL": "http://127.0.0.1:9/v1", "LLM_API_KEY": "k", "LLM_MODEL": "m"}
    configure("retries = 0\n")
    talk = said(nowhere, "hi", "/retry")

    assert talk.err.count("deepchat: ") == 2
    assert talk.status == 1


def test_conversations_are_listed_searched_named_and_resumed(env: Mapping[str, str]) -> None:
    talk = said(
        env, "the first", "/rename Of towers", "/new the second", "/resume", "/search paragraph", "/resume towers"
    )

    assert "Of towers, " in talk.out
    assert ": the second, " in talk.out
    assert "2 hits" in talk.err
    assert "going on with: Of towers" in talk.err


def test_files_and_instructions_go_along(env: Mapping[str, str], sim: SimulatorThread) -> None:
    note = configure("it is in the drawer", "note.txt")
    said(env, "/system speak as a keeper", f"/attach {note}", "where is it?")

    assert b"speak as a keeper" in sim.heard[-1].body
    assert b"it is in the drawer" in sim.heard[-1].body


def test_files_of_the_command_line_go_with_the_first_question(env: Mapping[str, str], sim: SimulatorThread) -> None:
    note = configure("it is in the drawer", "note.txt")
    talk = said(env, "where is it?", arguments=("-a", str(note), "-a", "nowhere.txt"))

    assert b"it is in the drawer" in sim.heard[-1].body
    assert "note.txt goes with the next question" in talk.err
    assert "nowhere.txt is not there" in talk.err


def test_a_slip_is_told_and_ends_nothing(env: Mapping[str, str]) -> None:
    talk = said(env, "/modle", "/edit", "/attach nowhere.txt", "hi")

    assert "there is /model" in talk.err
    assert "/edit THE QUESTION" in talk.err
    assert "nowhere.txt" in talk.err
    assert PLAIN in talk.out
    assert talk.status == 0


def test_help_names_what_there_is_and_quit_ends_it(env: Mapping[str, str]) -> None:
    talk = said(env, "/help", "/quit", "not sent any more")

    assert "/model [NAME]: " in talk.out
    assert "not sent" not in talk.out


def test_what_was_spent_is_told(env: Mapping[str, str]) -> None:
    talk = said(env, "hi", "/usage")

    assert ": $0.0000" in talk.out
    assert "1 request" in talk.out
    assert "in all: $0.0000" in talk.err


def test_a_temporary_one_keeps_no_words(env: Mapping[str, str]) -> None:
    said(env, "a secret", arguments=("--temporary",))

    assert run("list", "--json", env=env).object == []


@pytest.mark.parametrize("front", [("--plain",), ()])
@pytest.mark.parametrize("old", [("-c",), ("-r", "secret"), ("-r",)])
def test_a_temporary_one_goes_on_with_nothing(front: tuple[str, ...], old: tuple[str, ...]) -> None:
    refused = run(*front, "--temporary", *old)

    assert refused.status == 2
    message, hint = refused.err.splitlines()
    assert "it can't go on with an old one" in message
    assert "--no-save -c" in hint


def test_nothing_moves_on_a_terminal_and_hostile_words_stay_words(env: Mapping[str, str]) -> None:
    talk = on_terminal("--plain", talk=[("You: ", "hi\r"), ("You: ", "\x04")], env={**env, "LLM_MODEL": "sim/hostile"})

    assert talk.status == 0
    assert "hostile: A title: " in talk.out
    assert "\x1b" not in talk.out
    assert "\r" not in talk.out
    assert "$0.0" in talk.out


def test_reasoning_is_told_but_not_read_out(env: Mapping[str, str]) -> None:
    talk = said({**env, "LLM_MODEL": "sim/thinking"}, "hi")

    assert talk.err.count("thinking …") == 1
    assert "The user wants an answer" not in talk.out + talk.err


def test_ctrl_c_stops_the_answer_and_the_talk_goes_on(env: Mapping[str, str]) -> None:
    with on_pty(*PROGRAM, "-m", "sim/slow", env=env) as app:
        ask(app, "hi", "Dear")
        app.send("\x03")
        app.wait_for("Ctrl-C again ends it")
        app.wait_until(lambda: app.screen.text.count("You:") == 2, "another prompt")
        app.send("/model sim/plain\r")
        app.wait_for("sim/plain at env")
        app.send("go on\r")
        app.wait_for("plain: Hello!")
        app.wait_until(lambda: app.screen.text.count("You:") == 4, "another prompt")
        app.send("\x04")

        assert app.wait_exit() == 0
        assert b"\x1b" not in app.raw


def test_ctrl_c_twice_ends_it_and_what_came_is_kept(env: Mapping[str, str]) -> None:
    with on_pty(*PROGRAM, "-m", "sim/slow", env=env) as app:
        ask(app, "hi", "Dear")
        app.send("\x03")
        app.wait_for("Ctrl-C again ends it")
        assert app.press_until_exit("\x03") == 0
    kept = run("show", run("list", "--json", env=env).object[0]["id"], "--json", env=env).object
    assert kept["messages"][-1]["text"].startswith("Dear")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("is_answering", [True, False])
def test_a_signal_ends_it_in_order(env: Mapping[str, str], number: signal.Signals, is_answering: bool) -> None:
    with on_pty(*PROGRAM, "-m", "sim/slow", env=env) as app:
        app.wait_for("You:")
        if is_answering:
            ask(app, "hi", "Dear")
        app.kill(number)

        assert app.wait_exit() == 128 + number
        assert b"Traceback" not in app.raw


def ask(app: PtyApp, question: str, until: str) -> None:
    app.wait_for("You:")
    app.send(f"{question}\r")
    app.wait_for(until)


def test_tools_are_told_and_turned_on_and_each_call_waits_for_a_line(env: Mapping[str, str]) -> None:
    talk = on_terminal(
        "--plain",
        talk=[
            ("You: ", "/tools\r"),
            ("You: ", "/tools calculator\r"),
            ("You: ", "How many?\r"),
            ("Allow it?", "y\r"),
            ("You: ", "/retry\r"),
            ("Allow it?", "\r"),
            ("You: ", "\x04"),
        ],
        env={**env, "LLM_MODEL": "sim/reckons"},
    )

    assert "calculator: reckons; off" in talk.out
    assert "tools that are on here: calculator" in talk.out
    assert '{"expression":"6*7"}' in talk.out
    assert "The tool said: 42" in talk.out
    assert "did not allow" in talk.out
    assert talk.status == 0


def test_a_yes_for_always_holds_for_the_conversation_and_no_longer(env: Mapping[str, str]) -> None:
    configure('[tools]\non = ["calculator"]\n')
    talk = on_terminal(
        "--plain",
        talk=[
            ("You: ", "How many?\r"),
            ("lways in this conversation", "a\r"),
            ("You: ", "How many?\r"),
            ("You: ", "/new How many?\r"),
            ("Allow it?", "y\r"),
            ("You: ", "\x04"),
        ],
        env={**env, "LLM_MODEL": "sim/reckons"},
    )

    assert talk.out.count("Allow it?") == 2
    assert talk.out.count("The tool said: 42") == 3


def test_where_nobody_can_be_asked_no_tool_is_turned_on(env: Mapping[str, str], sim: SimulatorThread) -> None:
    configure('[tools]\non = ["calculator"]\n')
    talk = said(env, "/tools calculator", "hi")

    assert "nobody can be asked here" in talk.err
    assert b'"tools"' not in sim.heard[-1].body

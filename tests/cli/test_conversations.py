"""`deepchat ask` in conversations: kept, gone on with, copied, summed up, or not kept at all."""

from __future__ import annotations

import pytest

from deepchat.simulator import SimulatorThread
from deepchat.store.locks import ConversationLock
from tests.cli.running import KEY, at, body, configure, run
from tests.cli.saved import data_folder

PLAIN = ("ask", "-m", "sim/plain")


def texts(conversation: str) -> list[str]:
    return [message["text"] for message in run("show", conversation, "--json").object["messages"]]


def said(sim: SimulatorThread) -> list[str]:
    return [message["content"] for message in body(sim)["messages"]]


def test_an_answer_says_where_it_is_kept(sim: SimulatorThread) -> None:
    told = run(*PLAIN, "--json", "What is a lighthouse?", env=at(sim)).object
    assert texts(told["conversation"]) == ["What is a lighthouse?", told["text"]]
    shown = run("show", told["conversation"], "--json").object["messages"][-1]
    assert (shown["id"], shown["model"], shown["state"]) == (told["message"], "sim/plain", "whole")
    assert (shown["first_token_s"], shown["seconds"]) == (told["first_token_s"], told["seconds"])


def test_it_goes_on_in_the_last_conversation_with_its_model(sim: SimulatorThread) -> None:
    first = run(*PLAIN, "--json", "One?", env=at(sim)).object
    second = run("ask", "-c", "--json", "Two?", env=at(sim)).object
    assert second["conversation"] == first["conversation"]
    assert second["model"] == "sim/plain"
    assert said(sim) == ["One?", first["text"], "Two?"]


def test_the_model_of_the_environment_is_the_usual_one_and_not_a_choice(sim: SimulatorThread) -> None:
    env = {"LLM_BASE_URL": f"{sim.url}/v1/openai", "LLM_API_KEY": KEY, "LLM_MODEL": "sim/code"}
    run(*PLAIN, "One?", env=env)
    assert run("ask", "-c", "--json", "Two?", env=env).object["model"] == "sim/plain"
    assert run("ask", "-c", "-m", "sim/code", "--json", "Three?", env=env).object["model"] == "sim/code"
    assert run("ask", "--json", "New?", env=env).object["model"] == "sim/code"


def test_what_stays_behind_a_summary_is_told_with_what_it_took_and_is_known_to_be_a_copy(sim: SimulatorThread) -> None:
    asked = [run(*PLAIN, *more, "--json", env=at(sim)).object for more in (["One?"], ["-c", "Two?"])]
    run(*PLAIN, "-c", "--compact", "Three?", env=at(sim))
    told = run("show", asked[0]["conversation"], "--json").object
    copy = next(one for one in told["messages"] if one["copy_of"])
    (original,) = (one for one in told["messages"] if one["id"] == copy["copy_of"])
    assert (original["id"], original["active"], copy["active"]) == (asked[1]["message"], False, True)
    assert copy["first_token_s"] == original["first_token_s"] == asked[1]["first_token_s"]
    for paid in ("usage", "cost"):
        assert original[paid] == asked[1][paid]
        assert copy[paid] is None
    assert copy["legs"] == []
    assert original["legs"]
    (spent,) = run("usage", "--by", "conversation", "--json").object["rows"]
    assert told["cost"]["usd"] == spent["usd"]
    assert spent["legs"] == 4
    # The original stands on another branch, which is not read for the end alone.
    end = run("show", asked[0]["conversation"], "--last", "4", "--json").object["messages"]
    assert original["id"] not in [one["id"] for one in end]
    assert end == [one for one in told["messages"] if one["active"]][-4:]
    paid_once = f"${original['cost']['usd']}, paid once: a copy"
    for which in ([], ["--last", "4"]):
        assert run("show", asked[0]["conversation"], *which).out.count(paid_once) == 1


@pytest.mark.parametrize("more", [[], ["--fork"], ["--compact"]])
def test_what_is_not_saved_is_not_saved_in_an_old_conversation_either(sim: SimulatorThread, more: list[str]) -> None:
    first = run(*PLAIN, "--json", "About lighthouses?", env=at(sim)).object
    run(*PLAIN, "-c", "Do they rotate?", env=at(sim))
    for go_on in (["-c"], ["-r", str(first["conversation"])]):
        last = run(*PLAIN, *go_on, *more, "--no-save", "--json", "A-secret?", env=at(sim)).object
        assert last["conversation"] is None
    assert said(sim)[-1] == "A-secret?"
    assert len(said(sim)) > 1
    assert run("search", "secret", "--json").object == []
    assert len(run("list", "--json").object) == 1
    assert len(texts(first["conversation"])) == 4
    assert not any(b"A-secret" in file.read_bytes() for file in data_folder().rglob("*") if file.is_file())


def test_an_answer_that_another_model_went_on_with_names_both(sim: SimulatorThread) -> None:
    begun = run("ask", "-m", "sim/essay", "--max-tokens", "60", "--max-legs", "1", "Tell me.", "--json", env=at(sim))
    run("ask", "-c", "-m", "sim/cut-every-40", env=at(sim))
    name = begun.object["conversation"]
    message = run("show", name, "--json").object["messages"][-1]
    assert message["writers"] == ["sim/essay", "sim/cut-every-40"]
    assert message["model"] == "sim/cut-every-40"
    assert "sim/essay + sim/cut-every-40" in run("show", name).out


def test_it_goes_on_where_it_is_told_to(sim: SimulatorThread) -> None:
    first = run(*PLAIN, "--json", "About lighthouses?", env=at(sim)).object
    run(*PLAIN, "About harbours?", env=at(sim))
    by_words = run("ask", "-r", "lighthouses", "--json", "And?", env=at(sim)).object
    by_id = run("ask", "-r", first["conversation"][:6], "--json", "And?", env=at(sim)).object
    assert by_words["conversation"] == by_id["conversation"] == first["conversation"]
    nowhere = run("ask", "-r", "nonesuch", "And?", env=at(sim))
    assert (nowhere.status, nowhere.out) == (1, "")
    assert "deepchat list" in nowhere.err
    run(*PLAIN, "About lighthouses too?", env=at(sim))
    several = run("ask", "-r", "lighthouses", "And?", env=at(sim))
    assert several.status == 2


def test_there_must_be_one_to_go_on_with(sim: SimulatorThread) -> None:
    nothing = run("ask", "-c", "And?", env=at(sim))
    assert nothing.status == 1
    assert "there is no conversation yet" in nothing.err


def test_a_cut_answer_goes_on_without_a_question(sim: SimulatorThread) -> None:
    whole = run("ask", "-m", "sim/essay", "--json", "?", env=at(sim)).object["text"]
    cut = run("ask", "-m", "sim/essay", "--max-tokens", "900", "--max-legs", "2", "?", env=at(sim))
    assert (cut.status, whole.startswith(cut.out)) == (5, True)
    rest = run("ask", "-c", "--json", env=at(sim)).object
    assert cut.out + rest["text"] == whole
    assert texts(rest["conversation"])[-1] == whole


def test_a_copy_leaves_the_original_alone(sim: SimulatorThread) -> None:
    first = run(*PLAIN, "--json", "One?", env=at(sim)).object
    copy = run("ask", "-c", "--fork", "--json", "Two?", env=at(sim)).object
    assert len(texts(first["conversation"])) == 2
    assert texts(copy["conversation"]) == ["One?", first["text"], "Two?", copy["text"]]


def test_what_is_said_to_a_copy_is_not_said_to_the_original(sim: SimulatorThread) -> None:
    first = run(*PLAIN, "-s", "Be brief.", "--json", "One?", env=at(sim)).object
    run("ask", "-c", "--fork", "-s", "Be long.", "Two?", env=at(sim))
    assert said(sim)[0] == "Be long."
    run("ask", "-r", first["conversation"], "Three?", env=at(sim))
    assert said(sim)[0] == "Be brief."


def test_instructions_that_can_not_be_used_are_told(sim: SimulatorThread) -> None:
    one = run(*PLAIN, "--json", "One?", env=at(sim)).object["conversation"]
    lock = ConversationLock(data_folder() / "locks", one)
    assert lock.acquire()
    asked = run("ask", "-c", "-s", "Be long.", "Two?", env=at(sim))
    lock.release()
    assert asked.status == 1
    assert "the system prompt of the command line is not used: another DeepChat holds" in asked.err


def test_a_copy_can_be_summed_up(sim: SimulatorThread) -> None:
    first = run(*PLAIN, "--json", "One?", env=at(sim)).object["conversation"]
    run("ask", "-c", "Two?", env=at(sim))
    copy = run("ask", "-c", "--fork", "--compact", "--json", "Three?", env=at(sim))
    assert (copy.status, said(sim)[0].startswith("What we said before")) == (0, True)
    messages = run("show", copy.object["conversation"], "--json").object["messages"]
    assert [one["text"] for one in messages if one["active"]][-2:] == ["Three?", copy.object["text"]]
    assert len(texts(first)) == 4


def test_after_an_outage_it_goes_on_with_the_provider_that_was_asked(sim: SimulatorThread) -> None:
    first = '[providers.deepinfra]\nbase_url = "{}/v1/openai"\nfallback = ["second"]\n'
    second = f'[providers.second]\nbase_url = "{sim.url}/v1/openai"\nkey_env = "SECOND_KEY"\n'
    env = {"DEEPINFRA_API_KEY": KEY, "SECOND_KEY": KEY}
    with SimulatorThread(scene="should-not-retry") as down:
        configure(first.format(down.url) + second)
        assert run(*PLAIN, "--json", "One?", env=env).object["provider"] == "second"
    configure(first.format(sim.url) + second)
    assert run("ask", "-c", "--json", "Two?", env=env).object["provider"] == "deepinfra"


def test_earlier_turns_are_summed_up_and_stay(sim: SimulatorThread) -> None:
    run(*PLAIN, "One?", env=at(sim))
    assert run("ask", "-c", "--json", "Two?", env=at(sim)).object["compaction"] is None
    before = sim.bill_nano
    told = run("ask", "-c", "--compact", "--json", "Three?", env=at(sim))
    costs = (told.object["cost"], told.object["compaction"]["cost"])
    assert round(sum(float(cost["usd"]) for cost in costs) * 1e9) == sim.bill_nano - before
    assert [leg["state"] for leg in told.object["compaction"]["legs"]] == ["whole"]
    assert "2 messages are summed up" in told.err
    assert said(sim)[0].startswith("What we said before")
    messages = run("show", told.object["conversation"], "--json").object["messages"]
    assert [message["text"] for message in messages if not message["active"]][:3:2] == ["One?", "Two?"]


def test_nothing_is_kept_when_it_shall_not_be_but_its_cost(sim: SimulatorThread) -> None:
    before = sim.bill_nano
    told = run(*PLAIN, "--no-save", "--json", "A secret?", env=at(sim)).object
    assert (told["conversation"], told["message"]) == (None, None)
    assert run("list", "--json").object == []
    total = run("usage", "--json").object["total"]
    assert round(float(total["usd"]) * 1e9) == sim.bill_nano - before


def test_the_ledger_is_the_bill(sim: SimulatorThread) -> None:
    before = sim.bill_nano
    told = run("ask", "-m", "sim/essay", "--max-tokens", "64", "--max-legs", "100", "--json", "?", env=at(sim)).object
    assert len(told["legs"]) >= 20
    assert round(float(told["cost"]["usd"]) * 1e9) == sim.bill_nano - before
    assert run("usage", "--json").object["total"]["usd"] == told["cost"]["usd"]


def test_a_budget_for_the_day_stops_the_next_question(sim: SimulatorThread) -> None:
    run("ask", "-m", "sim/essay", "?", env=at(sim))
    configure("[budget]\nday = 0.0005\n")
    asked = len(sim.heard)
    over = run(*PLAIN, "--json", "?", env=at(sim))
    assert (over.status, over.object["error"]["kind"]) == (4, "budget")
    assert len(sim.heard) == asked


def test_instructions_hold_for_the_conversation(sim: SimulatorThread) -> None:
    run(*PLAIN, "-s", "Be brief.", "One?", env=at(sim))
    run("ask", "-c", "Two?", env=at(sim))
    assert said(sim)[0] == "Be brief."
    run("ask", "-c", "-s", "Be long.", "Three?", env=at(sim))
    assert said(sim)[0] == "Be long."


def test_what_needs_a_conversation_says_so(sim: SimulatorThread) -> None:
    for option in ("--fork", "--compact"):
        wrong = run(*PLAIN, option, "?", env=at(sim))
        assert (wrong.status, "add -c" in wrong.err) == (2, True)
    assert run(*PLAIN, "-c", "-r", "x", "?", env=at(sim)).status == 2

"""The wire against a real llama.cpp server with a real small model."""

from __future__ import annotations

import asyncio
import base64

from deepchat.conversation.message import Message, assistant, user
from deepchat.conversation.parameters import Parameters
from deepchat.conversation.parts import Image
from deepchat.errors import ContextTooLong, Unsupported
from deepchat.local_model import LocalModel
from deepchat.wire.request import ChatRequest, CompletionRequest
from tests.wire.asking import Outcome, ask_once, provider

GREEDY = Parameters(temperature=0, max_tokens=24)
QUESTION = user("Write a short story about a lighthouse keeper.")


def ask(server: LocalModel, *messages: Message, parameters: Parameters = GREEDY) -> Outcome:
    return asyncio.run(ask_once(provider(server.url), ChatRequest(server.model, messages, parameters)))


def test_a_real_answer_streams_in_many_pieces_and_is_counted(llama_server: LocalModel) -> None:
    outcome = ask(llama_server, QUESTION)
    draft = outcome.draft
    assert outcome.error is None
    assert draft.text
    assert draft.finish == "length"
    assert draft.usage
    assert draft.usage.completion_tokens == 24
    assert draft.usage.prompt_tokens > 5
    assert draft.served_model == llama_server.model


def test_a_cut_answer_goes_on_where_it_stopped(llama_server: LocalModel) -> None:
    whole = ask(llama_server, QUESTION).draft.text
    head = ask(llama_server, QUESTION, parameters=Parameters(temperature=0, max_tokens=9)).draft.text
    tail = ask(llama_server, QUESTION, assistant(head), parameters=Parameters(temperature=0, max_tokens=15)).draft.text
    assert whole.startswith(head)
    assert head + tail == whole


def test_a_stop_text_ends_an_answer(llama_server: LocalModel) -> None:
    counted = ask(
        llama_server,
        user("Count from one to ten, like: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10"),
        parameters=Parameters(temperature=0, max_tokens=40, stop=(", 4",)),
    ).draft
    assert counted.finish == "stop"
    assert ", 4" not in counted.text


def test_a_conversation_that_does_not_fit_is_refused_in_our_words(llama_server: LocalModel) -> None:
    outcome = ask(llama_server, user("lighthouse " * 4000))
    assert isinstance(outcome.error, ContextTooLong)
    assert outcome.error.status == 400
    assert not outcome.retries


def test_a_plain_completion_goes_on_from_raw_text(llama_server: LocalModel) -> None:
    question = CompletionRequest(
        llama_server.model, "The capital of France is", Parameters(temperature=0, max_tokens=4)
    )
    outcome = asyncio.run(ask_once(provider(llama_server.url), question))
    assert outcome.error is None
    assert "Paris" in outcome.draft.text


def test_a_prompt_is_echoed_by_us_where_the_server_ignores_the_wish(llama_server: LocalModel) -> None:
    asked = CompletionRequest(
        llama_server.model, "The capital of France is", Parameters(temperature=0, max_tokens=4), echo=True
    )
    outcome = asyncio.run(ask_once(provider(llama_server.url), asked))
    assert outcome.error is None
    assert outcome.draft.text.startswith("The capital of France is")
    assert outcome.draft.text.count("The capital of France is") == 1
    assert "Paris" in outcome.draft.text
    assert any("did not echo" in note for note in outcome.notes)


def test_a_picture_is_refused_once_and_for_all(llama_server: LocalModel) -> None:
    pixel = base64.b64decode(
        b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
    outcome = ask(llama_server, user("What is this?", Image("image/png", pixel)))
    assert isinstance(outcome.error, Unsupported)
    assert "deepchat models --vision" in outcome.error.hint
    assert not outcome.retries


def test_the_same_question_has_the_same_answer(llama_server: LocalModel) -> None:
    assert ask(llama_server, QUESTION).draft.text == ask(llama_server, QUESTION).draft.text

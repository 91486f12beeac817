"""A server's no, in whatever shape it comes, as one of our errors."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.errors import (
    OFTEN,
    AnswerFailed,
    BadReply,
    ContextTooLong,
    DeepChatError,
    KeyRejected,
    ModelNotFound,
    Overloaded,
    PaymentNeeded,
    RequestRefused,
    ServerFailed,
    Unsupported,
    WireError,
)
from deepchat.secret import Secret
from deepchat.wire.failures import LONGEST_MESSAGE, from_frame, from_status, message_in, request_id_of

KEY = Secret("sk-sentinel-failures-77aa")
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(
                ["error", "message", "detail", "code", "status", "type", "msg", "loc", "error_type", "param"]
            )
            | st.text(),
            inner,
        )
    ),
    max_leaves=20,
)
TOO_LONG = (
    "This model's maximum context length is 16000 tokens. However, you requested 17165 tokens",
    "Requested input length 99009 exceeds maximum input length 8192",
    "request (931 tokens) exceeds the available context size (512 tokens), try increasing it",
    "the request exceeds the available context size. try increasing the context size",
    "prompt is longer than the model's context length",
    "Input is too long: prompt is too long for this model",
    "litellm.ContextWindowExceededError: context window exceeded",
    "too many input tokens",
)


@pytest.mark.parametrize(
    ("status", "kind", "retries"),
    [
        (204, BadReply, 0),
        (206, BadReply, 0),
        (400, RequestRefused, 0),
        (402, PaymentNeeded, 0),
        (404, ModelNotFound, 0),
        (405, Unsupported, 0),
        (408, ServerFailed, OFTEN),
        (409, ServerFailed, OFTEN),
        (410, RequestRefused, 0),
        (413, RequestRefused, 0),
        (415, RequestRefused, 0),
        (422, RequestRefused, 0),
        (423, RequestRefused, 0),
        (425, ServerFailed, OFTEN),
        (429, Overloaded, OFTEN),
        (500, ServerFailed, OFTEN),
        (501, Unsupported, 0),
        (502, ServerFailed, OFTEN),
        (503, Overloaded, OFTEN),
        (504, ServerFailed, OFTEN),
        (529, Overloaded, OFTEN),
        (599, ServerFailed, OFTEN),
    ],
)
def test_each_status_is_one_of_our_errors(status: int, kind: type[WireError], retries: int) -> None:
    error = from_status(status, {"x-request-id": "r1"}, b'{"error":{"message":"because"}}', "m")
    assert isinstance(error, WireError)
    assert type(error) is kind
    assert (error.status, error.retries, error.request_id) == (status, retries, "r1")
    assert f"HTTP {status}" in error.message
    assert ("because" in error.message) == (status >= 400)
    assert error.hint


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_refused_is_a_key_problem(status: int) -> None:
    error = from_status(status, {}, b"")
    assert type(error) is KeyRejected
    assert (error.status, error.exit_status) == (status, 3)


@pytest.mark.parametrize("said", TOO_LONG)
@pytest.mark.parametrize("status", [400, 413, 422, 500, 503])
def test_too_long_a_conversation_is_known_by_its_words_and_never_retried(status: int, said: str) -> None:
    error = from_status(status, {"x-should-retry": "true"}, json.dumps({"error": {"message": said}}).encode())
    assert type(error) is ContextTooLong
    assert error.retries == 0
    assert said[:20] in error.message


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (429, "You exceeded your current quota, please check your plan and billing details"),
        (400, "inference prohibited"),
        (403, "Insufficient credits"),
        (402, "anything"),
    ],
)
def test_an_empty_purse_is_known_by_its_words(status: int, said: str) -> None:
    error = from_status(status, {}, said.encode())
    assert type(error) is PaymentNeeded
    assert error.retries == 0


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (500, "image input is not supported - hint: if this is unexpected, you may need to provide the mmproj"),
        (405, "Image input is not supported for model: deepseek-ai/DeepSeek-V3"),
        (400, "This model does not support image inputs"),
        (400, "vision is not supported here"),
    ],
)
def test_a_model_without_eyes_is_known_by_its_words_and_not_asked_again(status: int, said: str) -> None:
    body = {"error": {"code": status, "message": said, "type": "server_error"}}
    for error in (from_status(status, {}, json.dumps(body).encode()), from_frame(body, "")):
        assert type(error) is Unsupported
        assert error.retries == 0
        assert said in error.message
        assert "deepchat models --vision" in error.hint


def test_a_picture_alone_does_not_make_it_a_matter_of_eyes() -> None:
    error = from_status(500, {}, b"could not fetch the image")
    assert type(error) is ServerFailed


def test_a_busy_model_is_known_by_its_words_whatever_the_status() -> None:
    assert type(from_status(500, {}, b"the model is busy")) is Overloaded


@pytest.mark.parametrize(
    ("status", "headers", "retries", "wait_s"),
    [
        (429, {"retry-after": "7"}, OFTEN, 7),
        (429, {"retry-after": "86400"}, 0, None),
        (503, {"x-should-retry": "false"}, 0, None),
        (400, {"x-should-retry": "TRUE"}, OFTEN, None),
        (400, {"x-should-retry": "true", "retry-after": "inf"}, 0, None),
        (402, {"retry-after": "3"}, OFTEN, 3),
        (402, {}, 0, None),
    ],
)
def test_the_server_may_say_whether_and_when_to_ask_again(
    status: int, headers: dict[str, str], retries: int, wait_s: float | None
) -> None:
    error = from_status(status, headers, b"")
    assert isinstance(error, WireError)
    assert (error.retries, error.retry_after_s) == (retries, wait_s)


def test_a_wait_that_is_too_long_is_told() -> None:
    assert "more than 120 s" in from_status(429, {"retry-after": "86400"}, b"").hint


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", ""),
        (b" \r\n ", ""),
        (b"upstream said no", "upstream said no"),
        (b"<!doctype html><title>400</title>", ""),
        (b'"upstream said no"', "upstream said no"),
        (b"null", ""),
        (b"400", ""),
        (b"[]", ""),
        (b'[{"error":{"message":"one"}},{"error":"two"}]', "one; two"),
        (b'{"error":{"message":"upstream said no","type":"x","param":null,"code":null}}', "upstream said no"),
        (b'{"error":"upstream said no"}', "upstream said no"),
        (b'{"error":null}', ""),
        (b'{"error":{}}', ""),
        (b'{"detail":"upstream said no"}', "upstream said no"),
        (b'{"detail":{"error":"upstream said no"}}', "upstream said no"),
        (b'{"detail":[{"loc":["body","n"],"msg":"too big","type":"x"},{"msg":"no"}]}', "body.n: too big; no"),
        (b'{"message":"no","param":"messages.0.role"}', "no [messages.0.role]"),
        (b'{"error_type":"x","error_message":"{\\"error\\":{\\"message\\":\\"deep\\"}}"}', "deep"),
        (b'{"error":{"message":"Wrapped: {\\"message\\":\\"inner\\"}"}}', "inner"),
        (b'{"error":{"message":"not {json"}}', "not {json"),
        (b'{"error":{"message":{"text":"odd"}}}', "odd"),
        (b'{"errors":["a","b"]}', "a; b"),
        (b'{"error":' * 9 + b'"too deep"' + b"}" * 9, ""),
        (b"two\nlines\t here", "two lines here"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b'{"error":{"message":"cut', '{"error":{"message":"cut'),
    ],
)
def test_the_words_are_found_in_every_shape_of_body(body: bytes, said: str) -> None:
    assert message_in(body) == said


@pytest.mark.parametrize(
    "body", [b"x" * 10_000_000, b'{"error":' * 100_000, b"[" * 100_000, b'{"error":"' + b"y" * 100_000 + b'"}']
)
def test_a_huge_body_becomes_a_bounded_message(body: bytes) -> None:
    assert len(message_in(body)) <= LONGEST_MESSAGE


@given(ANY_JSON)
def test_no_json_can_upset_the_reading_of_an_error(body: object) -> None:
    said = message_in(json.dumps(body).encode())
    assert len(said) <= LONGEST_MESSAGE
    assert "\n" not in said
    if isinstance(body, dict):
        error = from_frame(body, "error", "m")  # pyright: ignore[reportUnknownArgumentType]  # any JSON
        assert isinstance(error, DeepChatError)


@pytest.mark.parametrize(
    ("frame", "event", "kind", "said"),
    [
        ({"error": {"message": "thinking failed"}}, "", AnswerFailed, "thinking failed"),
        ({"error": "thinking failed"}, "", AnswerFailed, "thinking failed"),
        ({"error": {"message": "quota exceeded"}}, "", PaymentNeeded, "quota exceeded"),
        ({"error": {"message": "Model busy, retry later"}}, "", Overloaded, "Model busy"),
        ({"code": 400, "details": "sample logprobs"}, "error", RequestRefused, "sample logprobs"),
        ({"text": "no known key"}, "error", AnswerFailed, "no known key"),
        ({"other": "no known key"}, "error", AnswerFailed, "no known key"),
        ({"error": {"message": "Compute error."}, "message": "Compute error."}, "", AnswerFailed, "Compute error."),
        ({"error_type": "validation_error", "error_message": "bad"}, "", RequestRefused, "bad"),
        ({"error_type": "internal_error", "error_message": TOO_LONG[0]}, "", ContextTooLong, "16000"),
        ({"error": {"message": "x", "type": "BadRequestError", "code": 400}}, "", RequestRefused, "x"),
        ({"object": "error", "message": "x", "code": "503"}, "", Overloaded, "x"),
        ({"error": {"message": "x", "code": 401}}, "", KeyRejected, "x"),
        ({"error": {"message": "x", "type": "overloaded_error"}}, "", Overloaded, "x"),
        ({"error": {"message": "x", "code": 7}}, "", AnswerFailed, "x"),
    ],
)
def test_an_error_in_a_stream_is_known_in_every_form(
    frame: dict[str, object], event: str, kind: type[DeepChatError], said: str
) -> None:
    error = from_frame(frame, event)
    assert error is not None
    assert type(error) is kind
    assert said in error.message
    assert "HTTP" not in error.message


@pytest.mark.parametrize("frame", [{}, {"error": None}, {"error": ""}, {"error": {}}, {"choices": [], "error": False}])
def test_a_frame_that_only_mentions_errors_is_none(frame: dict[str, object]) -> None:
    assert from_frame(frame, "message") is None


@pytest.mark.parametrize("blanks", [0, 3000])
def test_a_key_that_comes_back_is_never_shown(blanks: int) -> None:
    key = KEY.reveal()
    echoes = " " * blanks + f"bad header 'Authorization: Bearer {key}' ({key}) " * 100
    error = from_status(401, {}, json.dumps({"error": {"message": echoes}}).encode())
    assert key not in str(error)
    assert key[:12] not in str(error)
    frame = from_frame({"error": {"message": f"bad key {key}"}}, "")
    assert frame is not None
    assert key not in repr(frame)


def test_the_request_id_is_found_in_whichever_header_has_it() -> None:
    assert request_id_of({"cf-ray": "c"}) == "c"
    assert request_id_of({"x-request-id": "r", "x-lava-request-id": "req_1"}) == "req_1"
    assert request_id_of({}) == ""

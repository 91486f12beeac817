"""Failures told inside a stream that began with status 200, in each form that was seen."""

from __future__ import annotations

import json

from deepchat.simulator.scene import Scene
from deepchat.simulator.scenes.building import (
    DONE,
    END,
    EVENT_STREAM,
    chunk,
    compact,
    each_word,
    error,
    event,
    ok_stream,
    pair,
    say,
    scene,
    streamed,
    until_close,
)
from deepchat.simulator.scenes.words import CUT

TOO_LONG = "This model's maximum context length is 163840 tokens. However, you requested 170000 tokens."
FULL = {"error": {"message": "request (19185 tokens) exceeds the available context size (4096 tokens)"}}
VLLM = {"object": "error", "message": "the engine died", "type": "BadRequestError", "param": None, "code": 400}

QUOTA = b'data: {"error":{"message":"quota exceeded"}}\n\n'
STRING = b'data: {"error": "thinking_budget is not supported by this model"}\n\n'
NAMED = b'event: error\ndata: {"code":400,"details":"Requested sample logprobs of 21, maximum is 20"}\n\n'
NAMED_TEXT = b"event: error\ndata: upstream timed out\n\n"
LM_STUDIO = b'data: {"error":{"message":"Compute error."},"message":"Compute error."}\n\n'
FIELD = (
    b'error: {"code":400,"message":"the request exceeds the available context size. try increasing the context size",'
    b'"type":"invalid_request_error"}\n\n'
)
DEEPINFRA = event({"error_type": "validation_error", "error_message": compact({"error": {"message": TOO_LONG}})})
DEEPINFRA_TEXT = event({"error_type": "internal_error", "error_message": f"ConnectionError: {compact(VLLM)}"})
PRETTY = json.dumps(FULL, indent=2).encode()
PRETTY_DATA = b"data: " + PRETTY.replace(b"\n", b"\ndata: ") + b"\n\n"
PROVIDER_GONE = chunk({"content": ""}, "error", error={"code": 502, "message": "Provider disconnected"})
OVERLOAD = event(error("Model busy, retry later", "overloaded_error", code=503))


def _amid(name: str, about: str, covers: str, *failure: bytes) -> Scene:
    return streamed(f"error-{name}", about, covers, say(CUT), *failure)


SCENES = (
    _amid("object", "an error object", "Q30 W63", QUOTA),
    _amid("object-then-done", "an error object, then [DONE]", "Q30 W63", QUOTA, DONE),
    _amid("string", "`error` is a string", "Q31 W63", STRING),
    _amid("event", "an event named error without an `error` key", "Q32 W63", NAMED),
    _amid("event-text", "an event named error with plain text", "Q32 W63", NAMED_TEXT),
    _amid("lm-studio", "LM Studio's body: the message twice", "Q33 W63", LM_STUDIO),
    _amid("lm-studio-event", "the same in an event named error", "Q32 Q33 W63", b"event: error\n" + LM_STUDIO),
    _amid("field", "llama.cpp's field `error:` instead of `data:`", "Q34 W63", FIELD, DONE),
    _amid("raw-json", "JSON without `data:`", "Q35 W63", compact(FULL).encode()),
    _amid("raw-json-pretty", "JSON without `data:` over many lines", "Q35 W64", PRETTY),
    _amid("pretty", "an error object over many `data:` lines", "W64", PRETTY_DATA),
    _amid("deepinfra", "DeepInfra's frame, JSON within JSON", "Q36 W63", DEEPINFRA),
    _amid("deepinfra-text", "DeepInfra's frame with a message that is no JSON", "Q36 W63", DEEPINFRA_TEXT),
    _amid("vllm", "vLLM's frame", "Q37 W63", event({"error": VLLM}), DONE),
    _amid("vllm-old", "vLLM's older frame, unnested", "Q37 W63", event(VLLM), DONE),
    _amid("finish", "finish_reason `error` and an error beside the choices", "Q38 W63", PROVIDER_GONE, DONE),
    _amid("finish-bare", "finish_reason `error` and not a word why", "Q38 W63", chunk({}, "error"), DONE),
    # no chunks, for the key that takes the place of %KEY% has its own length
    scene(
        "error-echoes-key",
        "an error that says our key back",
        "W63 W41",
        until_close(say(CUT) + QUOTA.replace(b"quota exceeded", b"bad key %KEY%"), EVENT_STREAM),
    ),
    streamed("error-null", "`error` is null, which is no failure", "Q30", each_word(error=None), END),
    *pair("error-first", "an error before any text", "Q30 W63", *ok_stream(QUOTA)),
    *pair("error-first-deepinfra", "DeepInfra's frame before any text", "Q36 W63", *ok_stream(DEEPINFRA)),
    *pair("error-first-busy", "an overload told before any text", "Q30 W63", *ok_stream(OVERLOAD, DONE)),
)

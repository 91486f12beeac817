"""Answers that are refused: one scene a status, and the places a server may send us to instead."""

from __future__ import annotations

from deepchat.simulator.scene import Close, Send
from deepchat.simulator.scenes.building import (
    CHUNKED,
    EVENT_STREAM,
    GOOD,
    HTML,
    LAST_FRAME,
    WHOLE,
    Act,
    error,
    framed,
    head,
    pair,
    scene,
    status,
)

CONTEXT_DEEPINFRA = error(
    "This model's maximum context length is 16000 tokens. However, you requested 17165 tokens (13069 in the messages, "
    "4096 in the completion). Please reduce the length of the messages or completion.",
    "BadRequestError",
    code=400,
)
CONTEXT_LLAMA = {
    "error": {
        "code": 400,
        "message": "request (931 tokens) exceeds the available context size (512 tokens), try increasing it",
        "type": "exceed_context_size_error",
        "n_prompt_tokens": 931,
        "n_ctx": 512,
    }
}
CONTEXT_OLD = {"error": {"message": "Requested input length 99009 exceeds maximum input length 8192"}}
NO_TOOLS = {"error": {"message": "Tool calling is not supported for model: NousResearch/Hermes-3-Llama-3.1-405B"}}
NO_MODEL = error("The model `x` does not exist", code="model_not_found")
PAY = "inference prohibited, please enter a payment method in https://deepinfra.com/dash/billing"
BAD_ROLE = error("Input should be <ChatMessageRole.TOOL: 'tool'>", param="messages.0.ChatCompletionToolMessage.role")
FIELD_REQUIRED = {"detail": [{"loc": ["body", "messages"], "msg": "Field required", "type": "missing"}]}
BUSY = {"error": {"message": "Model busy, retry later"}}
NGINX = b"<html>\r\n<head><title>%b</title></head>\r\n<body><center><h1>%b</h1></center><hr>nginx</body>\r\n</html>\r\n"
CHAT = "/v1/openai/chat/completions"


def _page(line: str) -> Act:
    return status(line, NGINX % (line.encode(), line.encode()), HTML)


def _moved(line: str, location: str) -> Act:
    return status(line, b"", f"Location: {location}")


FINAL = (
    scene(
        "invalid-request",
        "400 with an OpenAI error object",
        "W21",
        status("400 Bad Request", error("temperature must be at most 2", param="temperature")),
    ),
    scene("context-too-long", "400 in DeepInfra's words", "W22", status("400 Bad Request", CONTEXT_DEEPINFRA)),
    scene("context-too-long-llama", "400 in llama.cpp's words", "W22", status("400 Bad Request", CONTEXT_LLAMA)),
    scene(
        "context-too-long-500",
        "a 500 that means the context is too long and must not be retried",
        "W22",
        status("500 Internal Server Error", CONTEXT_OLD),
    ),
    scene("key-rejected", "401 in DeepInfra's words", "W23", status("401 Unauthorized", error("Not authenticated"))),
    scene(
        "key-rejected-llama",
        "401 in llama.cpp's words",
        "W23",
        status(
            "401 Unauthorized", {"error": {"message": "Invalid API Key", "type": "authentication_error", "code": 401}}
        ),
    ),
    scene("unpaid", "402 with the billing address", "W24", status("402 Payment Required", {"error": {"message": PAY}})),
    scene(
        "unpaid-detail",
        "402 with the native error",
        "W24",
        status("402 Payment Required", {"detail": {"error": "inference prohibited"}}),
    ),
    scene(
        "unpaid-as-400",
        "400 that means the account needs funding",
        "W24",
        status("400 Bad Request", {"detail": {"error": "inference prohibited"}}),
    ),
    scene(
        "unpaid-lava",
        "402 from the gateway's wallet",
        "W24",
        status(
            "402 Payment Required",
            {"error": {"message": "Insufficient Balance", "code": "insufficient_balance", "status": 402}},
        ),
    ),
    scene("forbidden", "403", "W25", status("403 Forbidden", {"error": "this model is private"})),
    scene("model-gone", "404 for the model", "W26", status("404 Not Found", NO_MODEL)),
    scene("model-gone-native", "404 on a native route", "W26", status("404 Not Found", {"error": "model not found"})),
    scene(
        "no-such-route",
        "404 for the path: a wrong base URL",
        "W26",
        status("404 Not Found", {"error": {"message": "File Not Found", "type": "not_found_error", "code": 404}}),
    ),
    scene("tools-unsupported", "405 for a model without tools", "W27", status("405 Method Not Allowed", NO_TOOLS)),
    scene("gone", "410", "W27", status("410 Gone", error("This model was retired"))),
    scene("unsupported-media", "415", "W27", status("415 Unsupported Media Type", error("expected application/json"))),
    scene("locked", "423: the model is not ready", "W27", status("423 Locked", {"error": "model is not ready yet"})),
    scene("teapot", "a 4xx nobody expects", "W27", status("418 I'm a teapot", error("short and stout"))),
    scene("too-large", "413", "W29", status("413 Request Entity Too Large", error("request body is over 20 MB"))),
    scene("unprocessable", "422 with the field in `param`", "W30", status("422 Unprocessable Entity", BAD_ROLE)),
    scene("unprocessable-list", "422 as FastAPI says it", "W30", status("422 Unprocessable Entity", FIELD_REQUIRED)),
    scene(
        "quota-exhausted",
        "429 that waiting cannot heal",
        "W35",
        status(
            "429 Too Many Requests",
            error("You exceeded your current quota, please check your plan and billing details", "insufficient_quota"),
        ),
    ),
)

HEALING = (
    *pair("request-timeout", "408", "W28", *status("408 Request Timeout", error("request timed out", "timeout"))),
    *pair("conflict", "409", "W28", *status("409 Conflict", error("the model is being redeployed", "conflict"))),
    *pair("busy", "429 without a word on when", "W31", *status("429 Too Many Requests", BUSY)),
    *pair("rate-limited", "429 above 200 at once", "W31", *status("429 Too Many Requests", error("Rate limited"))),
    *pair(
        "server-error", "500", "W36", *status("500 Internal Server Error", error("inference failed", "server_error"))
    ),
    *pair("bad-gateway", "502 with a web page", "W37", *_page("502 Bad Gateway")),
    *pair("gateway-timeout", "504 with a web page", "W37", *_page("504 Gateway Time-out")),
    *pair(
        "unavailable",
        "503 with a Retry-After of a second",
        "W38",
        *status("503 Service Unavailable", error("no healthy upstream", "server_error"), "Retry-After: 1"),
    ),
    *pair("overloaded", "529", "W38", *status("529 Overloaded", error("engine_overloaded", "overloaded_error"))),
)

ODD = (
    scene("no-content", "204", "W39", (Send(head("204 No Content")), Close())),
    scene(
        "partial-content",
        "206 around a stream",
        "W39",
        (
            Send(head("206 Partial Content", EVENT_STREAM, CHUNKED, "Content-Range: bytes 0-99/200")),
            Send(framed(WHOLE) + LAST_FRAME),
            Close(),
        ),
    ),
    scene(
        "switching-protocols",
        "101 to something nobody asked for",
        "W39",
        (Send(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n"), Close()),
    ),
    scene(
        "early-hints",
        "100 and 103 before a good answer",
        "W39",
        (
            Send(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n"),
            Send(head("200 OK", EVENT_STREAM, CHUNKED) + framed(WHOLE) + LAST_FRAME),
            Close(),
        ),
    ),
)

# Whoever follows within the same place asks the simulator a second time, and gets a good answer there: the count tells.
REDIRECTS = (
    scene("moved-301", "301 on the same host", "W42", _moved("301 Moved Permanently", CHAT), GOOD),
    scene("moved-302", "302 on the same host", "W42", _moved("302 Found", CHAT), GOOD),
    scene("moved-303", "303 on the same host", "W42", _moved("303 See Other", CHAT), GOOD),
    scene("moved-307", "307 on the same host", "W43", _moved("307 Temporary Redirect", CHAT), GOOD),
    scene("moved-308", "308 on the same host", "W43", _moved("308 Permanent Redirect", CHAT), GOOD),
    scene("moved-in-circles", "307 to itself for ever", "W44", _moved("307 Temporary Redirect", CHAT)),
    scene(
        "moved-to-another-port",
        "307 to another origin on this machine",
        "W44",
        _moved("307 Temporary Redirect", f"http://127.0.0.1:9{CHAT}"),
    ),
    scene(
        "moved-to-another-host",
        "308 to another host",
        "W44",
        _moved("308 Permanent Redirect", f"http://127.0.0.2:9{CHAT}"),
    ),
    scene(
        "moved-to-login", "302 to a portal's page", "W13 W42", _moved("302 Found", "http://127.0.0.2:9/login?next=/")
    ),
    scene("moved-nowhere", "302 without a Location", "W42", status("302 Found")),
)

SCENES = FINAL + HEALING + ODD + REDIRECTS

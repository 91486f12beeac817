"""A server's no, in whatever shape it comes, as one of our errors."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final, cast

from deepchat.errors import (
    OFTEN,
    AnswerFailed,
    BadReply,
    ContextTooLong,
    KeyRejected,
    ModelNotFound,
    NotTheApi,
    Overloaded,
    PaymentNeeded,
    RequestRefused,
    ServerFailed,
    Unsupported,
    WireError,
)
from deepchat.secret import scrub
from deepchat.wire.retry import LONGEST_SERVER_WAIT_S, server_wait

LONGEST_MESSAGE: Final = 2048
_DEEPEST_BODY: Final = 6
_CONTEXT_TOO_LONG: Final = re.compile(
    r"maximum context length|exceeds? the (?:available |model'?s )?(?:maximum )?context|context[_ ](?:length|size)"
    r"|longer than the model'?s context|maximum input length|prompt is too long|too many (?:input )?tokens"
    r"|exceed_context_size|context window",
    re.IGNORECASE,
)
_NO_MONEY: Final = re.compile(
    r"insufficient (?:balance|credit|fund|quota)|payment method|inference prohibited|exceeded your (?:current )?quota"
    r"|quota (?:exceeded|exhausted)|billing|out of credits",
    re.IGNORECASE,
)
_QUOTA: Final = re.compile(
    r"insufficient|exceeded your (?:current )?quota|quota (?:exceeded|exhausted)|out of credits|inference prohibited",
    re.IGNORECASE,
)
"""What is no matter of waiting: a plain rate limit may name the billing page too."""
_NO_PICTURES: Final = re.compile(
    r"(?:image|vision|multimodal)[\w ]{0,20} not supported|does(?: not|n't) support (?:image|vision|multimodal)|mmproj",
    re.IGNORECASE,
)
_BUSY: Final = re.compile(r"model (?:is )?busy|overloaded|rate[ _]?limit|too many requests", re.IGNORECASE)
_REQUEST_IDS: Final = ("x-lava-request-id", "x-request-id", "x-deepinfra-request-id", "x-generation-id", "cf-ray")
_STATUS_OF_TYPE: Final = {
    "validation_error": 400,
    "invalid_request_error": 400,
    "BadRequestError": 400,
    "authentication_error": 401,
    "rate_limit_error": 429,
    "RateLimitError": 429,
    "overloaded_error": 529,
    "engine_overloaded": 503,
    "server_error": 500,
}

_LATER: Final = "try again in a while"
_KEY_TROUBLE: Final = {
    401: ("the key was rejected", "set another one: deepchat auth set, or LLM_API_KEY beside LLM_BASE_URL"),
    403: ("the key may not do this", "check the key's rights at the provider"),
}
_NO_KEY_SENT: Final = (
    "the server wants a key, and none was sent",
    "set LLM_API_KEY beside LLM_BASE_URL; for a provider in config.toml, the variable that its key_env names",
)
_BY_STATUS: Final[Mapping[int, tuple[type[WireError], str, str]]] = {
    405: (Unsupported, "this model or server can't do that", "choose another model: deepchat models"),
    408: (ServerFailed, "the server gave up waiting", _LATER),
    409: (ServerFailed, "the server could not take it now", _LATER),
    413: (RequestRefused, "the request is too large", "attach less"),
    425: (ServerFailed, "the server could not take it yet", _LATER),
    429: (Overloaded, "too many requests, or the model is busy", _LATER),
    501: (Unsupported, "the server can't do that", "choose another model or provider"),
    502: (ServerFailed, "bad gateway", _LATER),
    503: (Overloaded, "the server is overloaded", _LATER),
    504: (ServerFailed, "the gateway gave up waiting", _LATER),
    529: (Overloaded, "the server is overloaded", _LATER),
}

AnyError = WireError | KeyRejected


def request_id_of(headers: Mapping[str, str]) -> str:
    """What the provider's support asks for, from whichever header has it."""
    return next((headers[name] for name in _REQUEST_IDS if headers.get(name)), "")


def from_status(
    status: int, headers: Mapping[str, str], body: bytes, model: str = "", *, with_key: bool = True
) -> AnyError:
    """The error that a reply with this status is; `with_key` says whether a key was sent."""
    said = message_in(body) if status >= 400 else ""
    wait_s, patient = server_wait(headers)
    told = f"{said or 'no reason given'} (HTTP {status})"
    error = _by_status(status, told, model)
    if not isinstance(error, WireError):
        if status == 401 and not with_key:
            words, hint = _NO_KEY_SENT
            return KeyRejected(f"{words}: {told}", hint, status=status)
        return error
    error.request_id = request_id_of(headers)
    error.retry_after_s = wait_s
    if isinstance(error, PaymentNeeded) and status == 402 and wait_s is not None:
        error.retries = OFTEN
    if headers.get("x-should-retry", "").lower() == "true" and not isinstance(error, ContextTooLong):
        error.retries = OFTEN
    if not patient:
        error.hint = f"it asks to wait for more than {LONGEST_SERVER_WAIT_S:g} s: try again later, or ask elsewhere"
    if headers.get("x-should-retry", "").lower() == "false" or not patient:
        error.retries = 0
    return error


def from_frame(frame: Mapping[str, object], event: str, model: str = "") -> AnyError | None:
    """The error that this JSON object from the middle of a stream is, or None when it is none."""
    if not (event == "error" or frame.get("error") or frame.get("error_type") or frame.get("object") == "error"):
        return None
    said = _message_of(frame) or json.dumps(frame)[:LONGEST_MESSAGE]
    status = _status_in(frame) or _status_meant(said)
    if status is not None:
        return _by_status(status, _tidy(said), model)
    if _CONTEXT_TOO_LONG.search(said):
        return _context_too_long(said, None)
    return AnswerFailed(
        f"the server broke off with an error: {_tidy(said)}", "what came is kept; ask it to go on, or ask again"
    )


def web_page(status: int) -> NotTheApi:
    """The error for a page meant for a browser."""
    return NotTheApi(
        "the server sent a web page, not an API's answer",
        "check base_url; in a hotel or office network, sign in with a browser first",
        status=status,
    )


def message_in(body: bytes) -> str:
    """The words of an error's body, whatever its shape: JSON of many kinds, plain text, a page, or nothing."""
    text = body.decode(errors="replace").strip()
    if text.startswith("<"):
        return ""
    try:
        parsed: object = json.loads(text)
    except (ValueError, RecursionError):
        return _tidy(text)
    return _tidy(_message_of(parsed))


def _by_status(status: int, said: str, model: str) -> AnyError:
    if _CONTEXT_TOO_LONG.search(said) and (status in (400, 413, 422) or status >= 500):
        return _context_too_long(said, status)
    if status == 402 or (status in (400, 403) and _NO_MONEY.search(said)) or (status == 429 and _QUOTA.search(said)):
        return PaymentNeeded(
            f"the account's balance or limit does not allow it: {said}",
            "add funds or raise the limit at the provider (DeepInfra: deepinfra.com/dash/billing)",
            status=status,
        )
    if _NO_PICTURES.search(said) and (status in (400, 405, 422) or status >= 500):
        hint = "choose a model that sees pictures: deepchat models --vision"
        return Unsupported(f"this model can't look at pictures: {said}", hint, status=status)
    if status in (401, 403):
        words, hint = _KEY_TROUBLE[status]
        return KeyRejected(f"{words}: {said}", hint, status=status)
    if status == 404:
        words = f"the server knows no model {model!r}" if model else "the server knows no such address"
        return ModelNotFound(f"{words}: {said}", "see what there is: deepchat models; or mend base_url", status=status)
    kind, words, hint = _BY_STATUS.get(status) or _otherwise(status, said)
    return kind(f"{words}: {said}", hint, status=status)


def _otherwise(status: int, said: str) -> tuple[type[WireError], str, str]:
    if status >= 500 and _BUSY.search(said):
        return Overloaded, "the model is busy", _LATER
    if status >= 500:
        return ServerFailed, "the server failed", _LATER
    if status >= 400:
        return RequestRefused, "the server refused the request", "change what it names, then send it again"
    return BadReply, "unexpected status", "check base_url, or try again"


def _context_too_long(said: str, status: int | None) -> ContextTooLong:
    return ContextTooLong(
        f"this is {ContextTooLong.WORDS}: {_tidy(said)}",
        "shorten it, ask for fewer tokens, or choose a model with a larger context",
        status=status,
    )


def _status_in(frame: Mapping[str, object]) -> int | None:
    inner = frame.get("error")
    for place in (inner, frame):
        if not isinstance(place, dict):
            continue
        known = cast("Mapping[str, object]", place)
        for name in ("code", "status"):
            code = known.get(name)
            if isinstance(code, str) and code.isdecimal() and len(code) == 3:
                code = int(code)
            if isinstance(code, int) and 400 <= code < 600:
                return code
        for name in ("error_type", "type"):
            if status := _STATUS_OF_TYPE.get(str(known.get(name))):
                return status
    return None


def _status_meant(said: str) -> int | None:
    if _NO_MONEY.search(said):
        return 402
    return 429 if _BUSY.search(said) else None


def _message_of(body: object, depth: int = 0) -> str:
    """The innermost sentence: `error`, `message`, `error_message`, `detail` and their nestings, JSON in strings too."""
    if depth > _DEEPEST_BODY:
        return ""
    if isinstance(body, str):
        return _message_in_text(body, depth)
    if isinstance(body, list):
        items = cast("list[object]", body)
        return "; ".join(filter(None, (_message_of(item, depth + 1) for item in items[:5])))
    if not isinstance(body, dict):
        return ""
    known = cast("Mapping[str, object]", body)
    if "msg" in known:
        return _field_complaint(known)
    for name in ("error", "error_message", "message", "detail", "details", "errors", "text"):
        if found := _message_of(known.get(name), depth + 1):
            param = known.get("param")
            return f"{found} [{param}]" if isinstance(param, str) and param and name == "message" else found
    return ""


def _message_in_text(text: str, depth: int) -> str:
    start = text.find("{")
    if start >= 0:
        try:
            return _message_of(json.loads(text[start:]), depth + 1) or text
        except (ValueError, RecursionError):
            return text
    return text


def _field_complaint(detail: Mapping[str, object]) -> str:
    """FastAPI's `{"loc": ["body", "messages"], "msg": "field required"}`."""
    loc = detail.get("loc")
    path = ".".join(str(step) for step in cast("list[object]", loc)) if isinstance(loc, list) else ""
    return f"{path}: {detail['msg']}" if path else str(detail["msg"])


def _tidy(said: str) -> str:
    """One line of bounded length, with no key in it."""
    return scrub(" ".join(said.split()))[:LONGEST_MESSAGE]

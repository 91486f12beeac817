"""One refusal, 400, in every body a server may put it in."""

from __future__ import annotations

from deepchat.simulator.scene import Close, Scene, Send
from deepchat.simulator.scenes.building import HTML, JSON, MEBIBYTE, error, head, scene, status

TEXT = "Content-Type: text/plain"
HUGE_MIB = 10


def _refusal(name: str, about: str, covers: str, body: object, *headers: str) -> Scene:
    return scene(f"error-body-{name}", about, covers, status("400 Bad Request", body, *headers))


SCENES = (
    _refusal("empty", "nothing at all", "W41", b""),
    _refusal("plain", "plain text", "W41", b"upstream said no", TEXT),
    _refusal("blank", "blanks and line ends", "W41", b" \r\n\r\n ", TEXT),
    _refusal("html", "a web page", "W41", b"<!doctype html><title>400</title><script>alert(1)</script>no", HTML),
    _refusal("json-string", "a JSON string", "W41", b'"upstream said no"'),
    _refusal("json-list", "a JSON list around the error", "W41", [error("upstream said no")]),
    _refusal("json-null", "JSON null", "W41", b"null"),
    _refusal("json-number", "a JSON number", "W41", b"400"),
    _refusal("json-torn", "JSON that ends in the middle", "W41", b'{"error":{"message":"upstream sa'),
    _refusal("json-as-text", "an error object called plain text", "W41", error("upstream said no"), TEXT),
    _refusal("json-deep", "JSON nested 100,000 deep", "W41", b'{"error":' * 100_000),
    _refusal("error-string", "`error` is a string", "W41 Q31", {"error": "upstream said no"}),
    _refusal("error-null", "`error` is null", "W41", {"error": None}),
    _refusal("detail-string", "`detail` is a string", "W41", {"detail": "upstream said no"}),
    _refusal("detail-object", "`detail` is an object", "W41", {"detail": {"error": "upstream said no"}}),
    _refusal(
        "detail-list",
        "`detail` is a list",
        "W41",
        {"detail": [{"loc": ["body"], "msg": "upstream said no", "type": "x"}]},
    ),
    _refusal("message", "only a `message`", "W41", {"message": "upstream said no", "param": "messages.0.role"}),
    _refusal(
        "error-type",
        "DeepInfra's pair of keys",
        "W41 Q36",
        {"error_type": "validation_error", "error_message": '{"error":{"message":"upstream said no"}}'},
    ),
    _refusal(
        "nested-json",
        "an error that quotes another server's JSON",
        "W41",
        error('ConnectionError: {"object":"error","message":"upstream said no","code":400}'),
    ),
    _refusal(
        "message-object", "a `message` that is an object", "W41", {"error": {"message": {"text": "upstream said no"}}}
    ),
    _refusal("latin-1", "bytes that are not UTF-8", "W41", b'{"error":{"message":"upstream said \xe9\xff no"}}'),
    _refusal(
        "utf-16", "a charset nobody else uses", "W41", '{"error":"no"}'.encode("utf-16"), f"{JSON}; charset=utf-16"
    ),
    _refusal("escapes", "terminal escapes", "W41", error("upstream \x1b[2J\x1b]52;c;aGk=\x07said \x9b31mno\x00")),
    _refusal(
        "escapes-raw", "terminal escapes in plain text", "W41", b"upstream \x1b[2J\x1b]0;owned\x07said no\r", TEXT
    ),
    # no length, for the key that takes the place of %KEY% has its own
    scene(
        "error-body-echoes-key",
        "the key we sent, said back",
        "W41",
        (Send(head("400 Bad Request", JSON) + b'{"error":{"message":"Incorrect API key provided: %KEY%."}}'), Close()),
    ),
    scene(
        "error-body-echoes-key-header",
        "the whole Authorization header, said back as text",
        "W41",
        (Send(head("401 Unauthorized", TEXT) + b"bad header 'Authorization: Bearer %KEY%' (%KEY%)"), Close()),
    ),
    scene(
        "error-body-huge",
        "10 MB of text",
        "W41",
        (
            Send(head("400 Bad Request", TEXT, f"Content-Length: {HUGE_MIB * len(MEBIBYTE)}")),
            *(Send(MEBIBYTE),) * HUGE_MIB,
            Close(),
        ),
    ),
)

"""What a list of models may come to; played where a server that was started with the scene is asked for one."""

from __future__ import annotations

from deepchat.simulator.scene import Hang, Wait
from deepchat.simulator.scenes.building import HTML, JSON, scene, status, until_close

NO_METADATA = {
    "id": "sim/plain",
    "object": "model",
    "created": 0,
    "owned_by": "deepinfra",
    "root": "sim/plain",
    "metadata": None,
}


def _priced(name: str, pricing: object) -> dict[str, object]:
    metadata: dict[str, object] = {
        "description": "",
        "context_length": 131_072,
        "max_tokens": 131_072,
        "pricing": pricing,
        "tags": [],
    }
    return {**NO_METADATA, "id": name, "root": name, "metadata": metadata}


ODD_PRICES = [
    NO_METADATA,
    _priced("sim/negative", {"input_tokens": -0.38, "output_tokens": 0.89}),
    _priced("sim/text", {"input_tokens": "free", "output_tokens": "0.89"}),
    _priced("sim/half", {"input_tokens": 0.38}),
    _priced("sim/unpriced", {}),
    _priced("sim/null", None),
    _priced("sim/good", {"input_tokens": 0.38, "output_tokens": 0.89, "cache_read_tokens": 0.2}),
    {"id": "sim/bare"},
    {"object": "model"},
    "sim/text-only",
]

SCENES = (
    scene(
        "listing-down", "503 for everything", "W116", status("503 Service Unavailable", {"error": {"message": "down"}})
    ),
    scene("listing-silent", "no answer", "W116", (Hang(),)),
    scene(
        "listing-slow",
        "a list after a while",
        "W116",
        (Wait(0.5), *status("200 OK", {"object": "list", "data": ODD_PRICES[:1]})),
    ),
    scene("listing-page", "a web page", "W116", status("200 OK", b"<html>no models here</html>", HTML)),
    scene("listing-garbage", "JSON of another kind", "W116", status("200 OK", {"data": 42})),
    scene(
        "listing-torn",
        "JSON that ends in the middle",
        "W116",
        until_close(b'{"object":"list","data":[{"id":"sim/pl', JSON),
    ),
    scene("listing-empty", "no models", "W116", status("200 OK", {"object": "list", "data": []})),
    scene(
        "listing-odd-prices",
        "prices missing, negative, in words",
        "W116",
        status("200 OK", {"object": "list", "data": ODD_PRICES}),
    ),
)

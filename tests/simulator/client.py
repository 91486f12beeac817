"""A client that knows HTTP and nothing else: what the simulator's tests talk through."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any

from deepchat.simulator import SimulatorThread

CHAT = "/v1/openai/chat/completions"
HELLO: list[dict[str, Any]] = [{"role": "user", "content": "Hello, who are you?"}]


@dataclass(frozen=True, slots=True)
class Told:
    """One answer, whole."""

    status: int
    """The HTTP status."""
    headers: dict[str, str]
    """By lower-case name."""
    body: bytes
    """The body as it came."""

    @property
    def json(self) -> Any:
        """The body's JSON."""
        return json.loads(self.body)

    @property
    def events(self) -> list[Any]:
        """The JSON of every event before [DONE], which has to be there."""
        *events, done, empty = self.body.decode().split("\n\n")
        assert (done, empty) == ("data: [DONE]", "")
        return [json.loads(event.removeprefix("data: ")) for event in events]

    @property
    def text(self) -> str:
        """The text of choice 0, streamed or not."""
        if self.headers["content-type"] != "text/event-stream":
            return self.json["choices"][0]["message"]["content"]
        deltas = [event["choices"][0]["delta"] for event in self.events if event["choices"]]
        return "".join(delta.get("content") or "" for delta in deltas)


def send(
    sim: SimulatorThread, method: str, target: str, body: object = None, *, key: str | None = "key", **headers: str
) -> Told:
    """One request on a connection of its own; a body that is not bytes goes out as JSON."""
    connection = http.client.HTTPConnection(sim.url.removeprefix("http://"), timeout=60)
    try:
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        auth = {} if key is None else {"Authorization": f"Bearer {key}"}
        connection.request(
            method, target, data, auth | {name.replace("_", "-"): text for name, text in headers.items()}
        )
        response = connection.getresponse()
        return Told(response.status, {name.lower(): text for name, text in response.getheaders()}, response.read())
    finally:
        connection.close()


def chat(sim: SimulatorThread, model: str = "sim/plain", messages: object = HELLO, **fields: object) -> Told:
    """One chat request."""
    return send(sim, "POST", CHAT, {"model": model, "messages": messages, **fields})

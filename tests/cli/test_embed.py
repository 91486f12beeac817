"""`deepchat embed`, from the outside."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from deepchat.simulator import SimulatorThread
from tests.cli.running import KEY, at, body, configure, run

MODEL = "BAAI/bge-m3"


def test_texts_become_vectors_in_their_order(sim: SimulatorThread) -> None:
    both = run("embed", "-m", MODEL, "a fox", "a hen", env=at(sim))
    one = run("embed", "-m", MODEL, "a hen", env=at(sim))

    told = both.object
    assert (both.status, both.err, both.out.count("\n")) == (0, "", 1)
    assert set(told) == {"model", "vectors", "usage", "cost", "error"}
    assert told["model"] == MODEL
    assert [len(vector) for vector in told["vectors"]] == [1024, 1024]
    assert told["vectors"][1] == one.object["vectors"][0] != told["vectors"][0]
    assert told["usage"]["prompt_tokens"] > 0
    assert told["cost"]["source"] == "provider"
    assert told["error"] is None


def test_many_lines_go_in_batches(sim: SimulatorThread) -> None:
    asked = len(sim.heard)
    lines = "".join(f"line {number}\n" for number in range(130))

    told = run("embed", "-m", MODEL, "--lines", "--dimensions", "32", stdin=lines.encode(), env=at(sim)).object

    assert len(told["vectors"]) == 130
    assert {len(vector) for vector in told["vectors"]} == {32}
    batches = [json.loads(heard.body)["input"] for heard in sim.heard[asked:]]
    assert [len(batch) for batch in batches] == [64, 64, 2]
    assert batches[2] == ["line 128", "line 129"]


def test_standard_input_is_one_text_without_lines(sim: SimulatorThread) -> None:
    run("embed", "-m", MODEL, stdin=b"two\nlines\n", env=at(sim))
    assert body(sim)["input"] == ["two\nlines\n"]


def test_csv_has_the_exact_text_and_numbers_of_each_row(sim: SimulatorThread) -> None:
    texts = ['a "quoted", text', "=1+1", "two\nlines"]
    asking = ("embed", "-m", MODEL, "--dimensions", "32", *texts)

    said = run(*asking, "--csv", env=at(sim))

    rows = list(csv.reader(io.StringIO(said.out, newline=""), strict=True))
    assert said.bytes_out.count(b"\r\n") == 3
    assert [row[0] for row in rows] == texts
    assert [[float(number) for number in row[1:]] for row in rows] == run(*asking, env=at(sim)).object["vectors"]


@pytest.mark.parametrize("as_csv", [False, True])
def test_what_came_before_a_failure_is_printed_and_exits_5(as_csv: bool) -> None:
    configure("retries = 0\n")
    lines = "".join(f"{number}\n" for number in range(100))
    with _breaks_after_one_batch() as url:
        env = {"LLM_BASE_URL": url, "LLM_API_KEY": KEY}
        said = run("embed", "-m", "x/y", "--lines", *(["--csv"] if as_csv else []), stdin=lines.encode(), env=env)

    assert said.status == 5
    what, hint, count = said.err.splitlines()
    assert "refused the request" in what
    assert hint.startswith("  → ")
    assert count.startswith("64 of 100 texts · ")
    if as_csv:
        assert len(said.out.splitlines()) == 64
    else:
        assert len(said.object["vectors"]) == 64
        assert said.object["error"]["kind"] == "refused"
        assert said.object["cost"] == {"usd": None, "source": "unknown"}


def test_a_failure_of_the_first_batch_has_its_own_status(sim: SimulatorThread) -> None:
    said = run("embed", "-m", "sim/plain", "a", env=at(sim))
    assert said.status == 1
    assert said.object["vectors"] == []


@contextmanager
def _breaks_after_one_batch() -> Generator[str]:
    """A server that takes one request and refuses the next."""

    class Handler(BaseHTTPRequestHandler):
        taken = 0

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))["input"]
            Handler.taken += 1
            rows = [{"index": at, "embedding": [0.5, 0.25]} for at in range(len(asked))]
            said = json.dumps({"data": rows} if Handler.taken == 1 else {"error": {"message": "no more"}}).encode()
            self.send_response(200 if Handler.taken == 1 else 400)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name for it
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1"
        finally:
            server.shutdown()
            thread.join()

"""`complete`, `embed` and `image` are in the ledger, and the budgets of a day and a month hold for them too."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Generator, Sequence
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from deepchat.simulator import SimulatorThread
from tests.cli.running import KEY, at, configure, run

EMBED = ("embed", "-m", "BAAI/bge-m3", "a fox")
COMPLETE = ("complete", "-m", "sim/plain", "Once upon a time")
IMAGE = ("image", "a fox", "-o", "fox.png", "--size", "64x64")
PRICES = '[env."BAAI/bge-m3"]\ninput = "0.01"\noutput = "0"\n[env."sim/plain"]\ninput = "0.10"\noutput = "0.40"\n'


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(  # pyright: ignore[reportUnusedFunction]  # pytest uses it
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)


def test_each_is_counted_by_model_and_belongs_to_no_conversation(sim: SimulatorThread) -> None:
    billed = sim.bill_nano
    completed = run("complete", "-m", "sim/plain", "--json", "Once upon a time", env=at(sim)).object
    embedded = run(*EMBED, env=at(sim)).object
    told_nano = sim.bill_nano - billed
    run(*IMAGE, env=at(sim))

    told = run("usage", "--by", "model", "--json").object
    spent = {row["key"]: (row["usd"], row["legs"], row["prompt_tokens"]) for row in told["rows"]}
    assert spent["sim/plain"][:2] == (completed["cost"]["usd"], 1)
    assert spent["BAAI/bge-m3"] == (embedded["cost"]["usd"], 1, embedded["usage"]["prompt_tokens"])
    assert spent["black-forest-labs/FLUX-1-schnell"] == (None, 1, 0)
    assert round(float(told["total"]["usd"]) * 1e9) == told_nano
    assert told["total"]["unknown"] == 1
    (row,) = run("usage", "--by", "conversation", "--json").object["rows"]
    assert (row["key"], row["legs"]) == ("", 3)
    assert run("list", "--json").object == []


@pytest.mark.parametrize("span", ["day", "month"])
@pytest.mark.parametrize("asking", [COMPLETE, EMBED, IMAGE])
def test_a_budget_that_is_used_up_refuses_it(sim: SimulatorThread, asking: Sequence[str], span: str) -> None:
    configure(PRICES, "models.toml")
    configure(f"[budget]\n{span} = 0.000000001\n")
    asked = len(sim.heard)
    said = run(*asking, env=at(sim))
    assert said.status == 4
    assert "not sent" in said.err or "price of" in said.err
    assert len(sim.heard) == asked
    assert not Path("fox.png").exists()
    assert run("usage", "--json").object["total"]["legs"] == 0


def test_within_a_budget_all_that_has_a_price_is_asked(sim: SimulatorThread) -> None:
    models = configure(PRICES, "models.toml")
    configure("[budget]\nday = 1.00\n")
    assert run(*COMPLETE, env=at(sim)).status == 0
    assert run(*EMBED, env=at(sim)).status == 0
    models.unlink()
    unpriced = run(*EMBED, env=at(sim))
    assert unpriced.status == 4
    assert f"write its price into {models}" in unpriced.err


@pytest.mark.parametrize(
    "asking", [COMPLETE, ("embed", "-m", "x/y", "a fox"), ("image", "a fox", "-o", "fox.png")], ids=lambda it: it[0]
)
def test_the_row_is_there_before_a_byte_leaves(asking: Sequence[str]) -> None:
    configure("retries = 0\n")
    with _looks_into_the_ledger() as (url, seen):
        assert run(*asking, env={"LLM_BASE_URL": url, "LLM_API_KEY": KEY}).status == 1
    assert seen == [["pending"]]
    assert run("usage", "--json").object["total"]["legs"] == 1


@contextmanager
def _looks_into_the_ledger() -> Generator[tuple[str, list[list[str]]]]:
    """A server that refuses whatever it is asked, and notes which rows the ledger had when it was."""
    store = Path(os.environ["DEEPCHAT_HOME"]) / "data" / "deepchat.db"
    seen: list[list[str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            with closing(sqlite3.connect(store)) as c:
                seen.append([state for (state,) in c.execute("SELECT state FROM leg")])
            self.send_response(400)
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's name for it
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/v1", seen
        finally:
            server.shutdown()
            thread.join()

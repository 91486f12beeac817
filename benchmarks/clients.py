"""The programs that are measured: how each is found, led to the server and asked."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

ANY_KEY: Final = "any-key-will-do"


@dataclass(frozen=True, slots=True)
class Seat:
    """A client that is ready to be started, with files of its own."""

    command: tuple[str, ...]
    environ: Mapping[str, str]


Setting = Callable[[tuple[str, ...], Path, str, str], Seat]
"""Leads the program, with that folder for its home, to the server at that address and to that model."""


@dataclass(frozen=True, slots=True)
class Client:
    """A program to be measured."""

    name: str
    program: str
    """What it is called on the PATH, and in its virtual environment."""
    setting: Setting
    first: str = ""
    """What its first frame shows; without it the program has no screen."""
    before: str = ""
    """Typed before anything can be asked."""
    send: str = "\r"
    """The key that sends what was typed."""
    command: tuple[str, ...] = field(default=())
    """How it is started here; empty when it was not found."""

    def seat(self, home: Path, url: str, model: str) -> Seat:
        """Its command and environment, with files of its own in that folder."""
        return self.setting(self.command, home, url, model)


def environ_at(home: Path, **more: str) -> dict[str, str]:
    """A user who has nothing but a home and this machine's programs."""
    places = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "DATA", "CACHE", "STATE")}
    return {"PATH": os.environ["PATH"], "HOME": str(home), **places, **more}


def _deepchat(program: tuple[str, ...], home: Path, url: str, model: str) -> Seat:
    server = {"LLM_BASE_URL": url, "LLM_API_KEY": ANY_KEY, "LLM_MODEL": model}
    return Seat(program, environ_at(home, DEEPCHAT_HOME=str(home), **server))


def _elia(program: tuple[str, ...], home: Path, url: str, model: str) -> Seat:
    settings = home / "config" / "elia" / "config.toml"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(
        f'default_model = "bench"\n[[models]]\nid = "bench"\nname = "openai/{model}"\n'
        f'api_base = "{url}"\napi_key = "{ANY_KEY}"\n'
    )
    # litellm would ask the network for a table of prices.
    return Seat(program, environ_at(home, LITELLM_LOCAL_MODEL_COST_MAP="True", OPENAI_API_KEY=ANY_KEY))


def _oterm(program: tuple[str, ...], home: Path, url: str, model: str) -> Seat:
    data = home / "oterm"
    data.mkdir(parents=True, exist_ok=True)
    server = {"bench": {"base_url": url, "api_key": ANY_KEY}}
    (data / "config.json").write_text(json.dumps({"splash-screen": False, "openaiCompatible": server}))
    environ = environ_at(home, OTERM_DATA_DIR=str(data))
    if not (data / "store.db").exists():
        subprocess.run([*program, "--upgrade"], env=environ, check=True, capture_output=True)
        with sqlite3.connect(data / "store.db") as store:
            chat = ("bench", model, "openai-compat/bench")
            store.execute("INSERT INTO chat (name, model, provider) VALUES (?, ?, ?)", chat)
        store.close()
    return Seat(program, environ)


def _opencode(program: tuple[str, ...], home: Path, url: str, model: str) -> Seat:
    small = "mixed-4-at-0"
    settings = {
        "$schema": "https://opencode.ai/config.json",
        "model": f"bench/{model}",
        "small_model": f"bench/{small}",  # it has a model make up a title
        "autoupdate": False,
        "share": "disabled",
        "provider": {
            "bench": {
                "npm": "@ai-sdk/openai-compatible",
                "options": {"baseURL": url, "apiKey": ANY_KEY},
                "models": {name: {"limit": {"context": 1_000_000, "output": 100_000}} for name in (model, small)},
            }
        },
    }
    place = home / "config" / "opencode" / "opencode.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(settings))
    return Seat(program, environ_at(home, OPENCODE_DISABLE_AUTOUPDATE="1", OPENCODE_DISABLE_MODELS_FETCH="1"))


def _llm(program: tuple[str, ...], home: Path, url: str, model: str) -> Seat:
    (home / "keys.json").write_text(json.dumps({"bench": ANY_KEY}))
    (home / "extra-openai-models.yaml").write_text(
        f"- model_id: bench\n  model_name: {model}\n  api_base: {url}\n  api_key_name: bench\n"
    )
    return Seat((*program, "-m", "bench"), environ_at(home, LLM_USER_PATH=str(home)))


DEEPCHAT: Final = Client(
    "DeepChat", "deepchat", _deepchat, first="Ask anything", command=(sys.executable, "-m", "deepchat")
)
PEERS: Final = (
    Client("elia-chat", "elia", _elia, first="Enter your message", send="\n"),
    Client("oterm", "oterm", _oterm, first="submit"),
    Client("opencode", "opencode", _opencode, first="Ask anything"),
    Client("llm", "llm", _llm),
)


def found(folder: Path | None) -> tuple[list[Client], list[str]]:
    """The peers that are installed, on the PATH or in an environment of this folder, and the names of the others."""
    here: list[Client] = []
    absent: list[str] = []
    for peer in PEERS:
        inside = (
            [*folder.glob(f"*/bin/{peer.program}"), *folder.glob(f"*/node_modules/.bin/{peer.program}")]
            if folder
            else []
        )
        program = str(inside[0].absolute()) if inside else shutil.which(peer.program)
        if program:
            here.append(Client(peer.name, peer.program, peer.setting, peer.first, peer.before, peer.send, (program,)))
        else:
            absent.append(peer.name)
    return here, absent

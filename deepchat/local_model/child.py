"""The child's side: llama.cpp's server itself, announced by a line READY ADDRESS on stdout, gone when stdin ends."""

from __future__ import annotations

import argparse
import fcntl
import importlib
import os
import select
import signal
import sys
from pathlib import Path
from typing import Protocol

from deepchat.local_model.weights import model_id


class _Server(Protocol):
    """It answers for as long as it is referred to."""

    @property
    def listening_address(self) -> str: ...


def main() -> None:
    parser = argparse.ArgumentParser(prog="deepchat.local_model.child", description=__doc__)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--context", type=int, required=True)
    parser.add_argument("--max-seconds", type=int, required=True)
    options = parser.parse_args()
    _end_with_parent()
    server = _server(options.weights, options.port, options.context)
    signal.alarm(options.max_seconds)
    print(f"READY {server.listening_address}", flush=True)
    os.read(sys.stdin.fileno(), 1)  # returns when the parent is gone, where no SIGIO said so before
    os._exit(0)  # waits for no answer that is still being written


def _end_with_parent() -> None:
    """By the default action of a signal: while llama.cpp loads a file it holds the GIL, and no Python code runs.

    Not by PR_SET_PDEATHSIG, which fires when only the parent's *thread* ends that started us.
    """
    deadly = (signal.SIGTERM, signal.SIGALRM, signal.SIGIO)
    for number in deadly:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, deadly)
    stdin = sys.stdin.fileno()
    fcntl.fcntl(stdin, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(stdin, fcntl.F_SETFL, fcntl.fcntl(stdin, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([stdin], [], [], 0)[0]:
        sys.exit()  # the parent was gone before the signal was asked for


def _server(weights: Path, port: int, context: int) -> _Server:
    xllamacpp = importlib.import_module("xllamacpp")
    wanted = xllamacpp.CommonParams()
    wanted.model.path = str(weights)
    wanted.model_alias = {model_id(weights)}
    wanted.hostnames = ["127.0.0.1"]
    wanted.port = port
    wanted.n_ctx = context
    wanted.cpuparams.n_threads = wanted.cpuparams_batch.n_threads = max(1, _cores() - 1)
    wanted.verbosity = 1  # errors; never a prompt
    wanted.cache_ram_mib = 0  # else up to 8 GiB of old prompts
    wanted.cors_origins = ""  # no web page may read what is said here
    wanted.cors_credentials = wanted.ui = wanted.endpoint_slots = False
    wanted.offline = True
    return xllamacpp.Server(wanted)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


if __name__ == "__main__":
    main()

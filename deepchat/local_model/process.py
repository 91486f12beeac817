"""The parent's side: starts the server, waits until it can answer, and ends it."""

from __future__ import annotations

import importlib.util
import os
import re
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

from deepchat.errors import LocalModelError
from deepchat.local_model.weights import find_weights, model_id

CONTEXT_TOKENS = 2048
MIN_CONTEXT_TOKENS = 256
"""llama.cpp aborts on much less."""
_LAST_WORDS_S = 5
_START_LIMIT_S = 120
"""A large file on a cold disk takes its time; the small model takes a second."""
_STOP_LIMIT_S = 2
_LOG_HEAD_BYTES = 65_536
_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONPATH", "CUDA_VISIBLE_DEVICES")
"""What the child gets of our environment: API keys are none of its business."""


def obstacle(path: str = "") -> LocalModelError | None:
    """Why the model at `path`, or else the small one, can't run here, or None; imports and starts nothing."""
    try:
        _need_engine()
        find_weights(path)
    except LocalModelError as error:
        return error
    return None


class LocalModel:
    """A llama.cpp server that runs until it is closed; `start` makes one, `with` closes it."""

    def __init__(self, origin: str, model: str, process: subprocess.Popen[bytes]) -> None:
        self.origin = origin
        """`http://127.0.0.1:N`"""
        self.model = model
        """The model's name in requests."""
        self._process = process

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def url(self) -> str:
        """Where the OpenAI-compatible routes begin."""
        return f"{self.origin}/v1"

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait(self) -> None:
        """Returns when the server's seconds are over; raises LocalModelError if it ended otherwise."""
        status = self._process.wait()
        if status != -signal.SIGALRM:
            raise LocalModelError(f"The local model ended unexpectedly (status {status}).", "Start it again.")

    def close(self) -> None:
        """Ends the server, which is gone when this returns; harmless when repeated."""
        _end(self._process)


def start(weights: Path, *, port: int = 0, context: int = CONTEXT_TOKENS, max_seconds: int = 0) -> LocalModel:
    """Starts a server on 127.0.0.1 (port 0: any free one) and returns when it can answer; blocks while it loads.

    It ends by `close`, with this process, however that dies, or after `max_seconds` of serving (0: no limit).
    Raises LocalModelError if the server can't run.
    """
    _need_engine()
    # -P: a folder named deepchat where the user happens to stand must not be run instead of us.
    command = [sys.executable, "-P", "-m", "deepchat.local_model.child", str(weights)]
    command += ["--port", str(port), "--context", str(context), "--max-seconds", str(max_seconds)]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(  # noqa: S603  # our own interpreter and module, no shell
            command,
            stdin=subprocess.PIPE,  # never written to: its end tells the child that we are gone
            stdout=subprocess.PIPE,
            stderr=log,
            env=_child_environment(),
            start_new_session=True,
        )
        try:
            return LocalModel(_announced_origin(process, log), model_id(weights), process)
        except BaseException:
            _end(process)
            raise


def _need_engine() -> None:
    if importlib.util.find_spec("xllamacpp") is None:
        raise LocalModelError(
            "A model on this machine needs the package xllamacpp, which is not installed.",
            "Install it: pip install 'deepchat[local]'",
        )


def _child_environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    # Idle threads sleep instead of spinning; a crash inside llama.cpp starts no debugger.
    return {**kept, "OMP_WAIT_POLICY": "PASSIVE", "GGML_NO_BACKTRACE": "1"}


def _announced_origin(process: subprocess.Popen[bytes], log: IO[bytes]) -> str:
    deadline = time.monotonic() + _START_LIMIT_S
    heard = b""
    with cast("IO[bytes]", process.stdout) as out, selectors.DefaultSelector() as selector:
        selector.register(out, selectors.EVENT_READ)
        while not (announced := re.search(rb"^READY (http://127\.0\.0\.1:\d+)\n", heard, flags=re.MULTILINE)):
            if not selector.select(max(0.0, deadline - time.monotonic())):
                raise LocalModelError(f"The local model was not ready after {_START_LIMIT_S} s.", "Try a smaller one.")
            read = os.read(out.fileno(), 256)
            if not read:
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_LAST_WORDS_S)  # its reason may be written after its last output
                raise LocalModelError(f"The local model did not start: {_cause(log)}.", "Try another port or file.")
            heard += read
    return announced[1].decode("ascii")


def _cause(log: IO[bytes]) -> str:
    log.seek(0)
    # An error looks like `0.00.003.706 E srv   start: couldn't …`; the first is the cause, the rest follow from it.
    found = re.search(rb"^[\d.]+ E .*?: (.+)$", log.read(_LOG_HEAD_BYTES), flags=re.MULTILINE)
    return found[1].decode("utf-8", "replace") if found else "it gave no reason"


def _end(process: subprocess.Popen[bytes]) -> None:
    cast("IO[bytes]", process.stdin).close()
    process.terminate()
    try:
        process.wait(_STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()

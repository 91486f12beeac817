"""Runs a small model on this machine, as an OpenAI-compatible server on 127.0.0.1.

When it can answer it prints READY and its address. Nothing leaves this machine, and no key is needed.
"""

from __future__ import annotations

import argparse
import signal
import socket
from pathlib import Path
from types import FrameType
from typing import Final

from deepchat.cli import stopping, voice
from deepchat.cli.arguments import whole

USUAL_PORT: Final = 8080
"""Where `-p local` and `-p llamacpp` look for it."""
_MAX_PORT: Final = 65_535
_MAX_CONTEXT_TOKENS: Final = 1_048_576
_MAX_SECONDS: Final = 365 * 24 * 3600


class _Terminated(BaseException):
    """SIGTERM came."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port", metavar="N", type=whole(0, _MAX_PORT), help=f"default: {USUAL_PORT}, or any free one if that is taken"
    )
    parser.add_argument("--model", metavar="FILE.gguf", default="", help="default: the small model, where installed")
    parser.add_argument(
        "--context", metavar="N", type=whole(1, _MAX_CONTEXT_TOKENS), help="tokens of prompt and answer together"
    )
    parser.add_argument(
        "--max-seconds", metavar="N", type=whole(1, _MAX_SECONDS), default=0, help="stop by itself after N seconds"
    )


def run(options: argparse.Namespace) -> int:
    """Serves until SIGTERM comes or the seconds are over (0), or until Ctrl-C (130).

    Raises LocalModelError if the model can't run, UsageError if the context or the named file can be none.
    """
    before = signal.signal(signal.SIGTERM, _terminate)
    try:
        _serve(options.model, options.port, options.context, options.max_seconds)
    except _Terminated:
        return 0
    except KeyboardInterrupt:
        return stopping.status()
    finally:
        signal.signal(signal.SIGTERM, before)
    return 0


def _serve(path: str, port: int | None, context: int | None, max_seconds: int) -> None:
    from deepchat import local_model
    from deepchat.errors import UsageError

    context = context or local_model.CONTEXT_TOKENS
    if context < local_model.MIN_CONTEXT_TOKENS:
        raise UsageError("the context is too small", f"give --context {local_model.MIN_CONTEXT_TOKENS} or more")
    weights = _named_weights(path) if path else local_model.find_weights()
    voice.notice(f"loading {local_model.describe(weights)}")
    port = _usual_port() if port is None else port
    with local_model.start(weights, port=port, context=context, max_seconds=max_seconds) as model:
        at_home = model.origin.endswith(f":{USUAL_PORT}")
        whom = "deepchat ask -p local" if at_home else f"LLM_BASE_URL={model.url} deepchat ask"
        voice.notice(f'ask it: {whom} "What is a lighthouse?"')
        print(f"READY {model.origin}", flush=True)
        model.wait()


def _named_weights(path: str) -> Path:
    from deepchat import local_model
    from deepchat.errors import LocalModelError, UsageError

    try:
        return local_model.find_weights(path)
    except LocalModelError as error:
        raise UsageError(error.message, error.hint) from error  # as of any other file that an option names


def _usual_port() -> int:
    """The port where it is looked for, or 0 for any when somebody listens there."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # one that was just left is free
        try:
            trial.bind(("127.0.0.1", USUAL_PORT))
        except OSError:
            return 0
    return USUAL_PORT


def _terminate(_number: int, _frame: FrameType | None) -> None:
    raise _Terminated

"""`deepchat local`: a real model on this machine, served until it is stopped."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable
from types import FrameType

_INTERRUPTED = 130
_MAX_PORT = 65_535
_MAX_CONTEXT_TOKENS = 1_048_576
_MAX_SECONDS = 365 * 24 * 3600


class _Terminated(BaseException):
    """SIGTERM came."""


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:  # pyright: ignore[reportPrivateUsage]  # argparse has no public name for it
    """Adds the verb and its options."""
    summary = "a small model on this machine, as an OpenAI-compatible server on 127.0.0.1"
    parser = subparsers.add_parser("local", help=summary, description=f"Runs {summary}.")
    parser.add_argument("--port", metavar="N", type=_whole(0, _MAX_PORT), default=0, help="default: any free one")
    parser.add_argument("--model", metavar="FILE.gguf", default="", help="default: the small model, where installed")
    parser.add_argument(
        "--context", metavar="N", type=_whole(1, _MAX_CONTEXT_TOKENS), help="tokens of prompt and answer together"
    )
    parser.add_argument(
        "--max-seconds", metavar="N", type=_whole(1, _MAX_SECONDS), default=0, help="stop by itself after N seconds"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serves until SIGTERM comes or the seconds are over (0), or until Ctrl-C (130).

    Raises LocalModelError if the model can't run, UsageError if the context is too small for any.
    """
    before = signal.signal(signal.SIGTERM, _terminate)
    try:
        _serve(options.model, options.port, options.context, options.max_seconds)
    except _Terminated:
        return 0
    except KeyboardInterrupt:
        return _INTERRUPTED
    finally:
        signal.signal(signal.SIGTERM, before)
    return 0


def _serve(path: str, port: int, context: int | None, max_seconds: int) -> None:
    from deepchat import local_model
    from deepchat.errors import UsageError

    context = context or local_model.CONTEXT_TOKENS
    if context < local_model.MIN_CONTEXT_TOKENS:
        raise UsageError("The context is too small.", f"Give --context {local_model.MIN_CONTEXT_TOKENS} or more.")
    weights = local_model.find_weights(path)
    print(f"Loading {local_model.describe(weights)}.", file=sys.stderr, flush=True)
    with local_model.start(weights, port=port, context=context, max_seconds=max_seconds) as model:
        print(f"READY {model.origin}", flush=True)
        model.wait()


def _terminate(_number: int, _frame: FrameType | None) -> None:
    raise _Terminated


def _whole(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        number = int(text)
        if not least <= number <= most:
            raise argparse.ArgumentTypeError(f"{number} is not between {least} and {most}")
        return number

    parse.__name__ = "number"  # argparse says: invalid number value
    return parse

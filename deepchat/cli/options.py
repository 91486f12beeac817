"""Options that several verbs share: whom to ask, and how the answer shall be made."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Final

from deepchat.cli.arguments import whole

_NUMBERS: Final[Mapping[str, tuple[type[int | float], str]]] = {
    "temperature": (float, "how freely words are chosen"),
    "top_p": (float, "choose among the likeliest words of this probability"),
    "top_k": (int, "choose among so many likeliest words"),
    "min_p": (float, "leave out words less likely than this share of the likeliest"),
    "repetition_penalty": (float, "above 1 repeats less"),
    "presence_penalty": (float, "above 0 leans to new subjects"),
    "frequency_penalty": (float, "above 0 repeats the same words less"),
    "max_tokens": (int, "the longest answer, in tokens"),
    "seed": (int, "the same seed tries to give the same answer"),
}
_LARGEST_LIMIT_USD: Final = 1_000_000
MOST_LEGS: Final = 1_000


def add_place(parser: argparse.ArgumentParser) -> None:
    """Whom to ask."""
    parser.add_argument("-p", "--provider", metavar="NAME", help="where to ask; `local` finds a server on this machine")
    parser.add_argument("-m", "--model", metavar="MODEL", help="any unique part of its id, MODEL:VERSION, deploy_id:ID")


def place_of(options: argparse.Namespace) -> dict[str, object]:
    """The settings that these options lay over the user's."""
    return {"provider": options.provider, "model": options.model}


def add_answer(parser: argparse.ArgumentParser) -> None:
    """How the answer is shown, and what it may cost."""
    parser.add_argument("--json", action="store_true", help="print one object when the answer is whole")
    parser.add_argument("--max-cost", metavar="USD", type=usd, help="stop when the answer has cost so much")


def add_keeping(parser: argparse.ArgumentParser) -> None:
    """Which conversation it belongs to, and how far an answer is carried on."""
    group = parser.add_argument_group("conversations")
    which = group.add_mutually_exclusive_group()
    which.add_argument(
        "-c", "--continue", dest="go_on", action="store_true", help="in the last one; without a question, its answer"
    )
    which.add_argument("-r", "--resume", metavar="WORDS", help="in the one with this id, or these words")
    group.add_argument("--fork", action="store_true", help="leave that one as it is, and go on in a copy")
    group.add_argument(
        "--compact",
        action="store_true",
        help="first let the model sum up all but the last turn, or the oldest that fit it; nothing is deleted",
    )
    group.add_argument(
        "--no-save", action="store_true", help="keep no words of it, with -c and -r too; what it costs is still counted"
    )
    group.add_argument(
        "--max-legs",
        metavar="N",
        type=whole(1, MOST_LEGS),
        help="the most requests for one answer; 1 carries nothing on",
    )


def add_tools(parser: argparse.ArgumentParser) -> None:
    """What the model may call."""
    group = parser.add_argument_group("tools")
    group.add_argument(
        "--tool",
        metavar="NAME",
        action="append",
        default=[],
        help="let the model call this tool, or all of an MCP server; repeat",
    )
    group.add_argument("--yes-tools", action="store_true", help="allow every call of these tools without a question")


def add_sampling(parser: argparse.ArgumentParser) -> None:
    """How words are chosen, and where they end."""
    from deepchat.conversation.parameters import LIMITS

    group = parser.add_argument_group("how the answer is made")
    for name, (kind, about) in _NUMBERS.items():
        flag = f"--{name.replace('_', '-')}"
        limit = "" if name == "seed" else f", {LIMITS[name]}"
        group.add_argument(flag, metavar="N", type=kind, help=f"{about}{limit}")
    group.add_argument("--stop", metavar="TEXT", action="append", default=[], help="end before this text; up to 16")


def add_chat(parser: argparse.ArgumentParser) -> None:
    """What only conversations have."""
    from deepchat.conversation.parameters import REASONING_EFFORTS, SERVICE_TIERS

    group = parser.add_argument_group("how the answer is served")
    efforts, tiers = ", ".join(REASONING_EFFORTS), ", ".join(SERVICE_TIERS)
    group.add_argument("--reasoning-effort", metavar="EFFORT", choices=REASONING_EFFORTS, help=efforts)
    group.add_argument("--service-tier", metavar="TIER", choices=SERVICE_TIERS, help=tiers)
    group.add_argument("--prompt-cache-key", metavar="KEY", help="requests with one key share the server's cache")
    group.add_argument("--top-logprobs", metavar="N", type=int, help="tell how likely N other tokens were; with --json")
    group.add_argument("-n", metavar="N", type=int, dest="n", help="only 1: a conversation goes on from one answer")


def parameters_of(options: argparse.Namespace) -> dict[str, object]:
    """What these options say of the answer; None is left open."""
    names = (*_NUMBERS, "reasoning_effort", "service_tier", "prompt_cache_key", "top_logprobs", "n")
    said: dict[str, object] = {name: getattr(options, name, None) for name in names}
    said["stop"] = tuple(options.stop)
    if said["top_logprobs"] is not None:
        said["logprobs"] = True
    return said


def usd(text: str) -> int:
    """An amount of dollars as nano-dollars, for argparse."""
    from deepchat.conversation.usage import NANO_PER_DOLLAR

    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not 0 < amount <= _LARGEST_LIMIT_USD:
        raise argparse.ArgumentTypeError(f"{text!r} is no amount of dollars, such as 0.05")
    nano = amount * NANO_PER_DOLLAR
    if nano != int(nano):
        raise argparse.ArgumentTypeError(f"{text!r} has more than nine decimals: a nano-dollar is the least there is")
    return int(nano)

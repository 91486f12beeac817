"""What models there are, what they can do and what they cost, in USD per million tokens.

Words choose the models whose ids have all of them in it. What isn't known is "?".
"""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING, Final

from deepchat.cli import voice
from deepchat.cli.columns import Column, print_table
from deepchat.cli.opening import opened
from deepchat.errors import DeepChatError, UsageError

if TYPE_CHECKING:
    from deepchat.workspace import Found, Workspace

_ABILITIES: Final = {
    "vision": "that look at pictures",
    "tools": "that can call tools",
    "reasoning": "that think first",
    "embedding": "that make vectors of texts",
    "image": "that make pictures",
}
_LOOKS: Final = {
    "provider": Column("provider", rank=3),
    "context": Column("context", right=True, rank=1),
    "$ in": Column("$ in", right=True),
    "$ out": Column("$ out", right=True),
    "$ cached": Column("$ cached", right=True, rank=2),
    "can": Column("can", rank=4),
    "prices": Column("prices", rank=5),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", help="parts of the id")
    parser.add_argument("-p", "--provider", metavar="NAME", help="whose models; `local` finds a server on this machine")
    parser.add_argument("--all", action="store_true", help="those of every provider")
    parser.add_argument("--refresh", action="store_true", help="ask the provider, and keep what it says")
    parser.add_argument("--sort", choices=["price", "context", "name"], default="name", help="price: cheapest first")
    for flag, about in _ABILITIES.items():
        parser.add_argument(f"--{flag}", action="store_true", help=f"only models {about}")
    parser.add_argument("--json", action="store_true", help="print a list of objects")


def run(options: argparse.Namespace) -> int:
    """Show them; when a provider that was to be asked does not answer, show what is known and exit with its error's."""
    if options.all and (options.refresh or options.provider):
        raise UsageError("--all shows what is known of every provider", "refresh one of them: --refresh -p NAME")
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    async with opened({"provider": options.provider}) as workspace:
        provider = "" if options.all else (await workspace.where()).name
        known = workspace.shelf.find(provider, "").models
        trouble: DeepChatError | None = None
        if options.refresh or not known:
            try:
                await workspace.refresh_models()
            except DeepChatError as error:
                if not known:
                    raise
                trouble = error
        _show(options, workspace, provider)
    if trouble:
        voice.error(trouble)
        return trouble.exit_status
    return 0


def _show(options: argparse.Namespace, workspace: Workspace, provider: str) -> None:
    wanted = [flag for flag in _ABILITIES if getattr(options, flag)]
    found = workspace.shelf.find(provider, " ".join(options.words), wanted, options.sort)
    if options.json:
        voice.data(found.as_json)
    elif found.models:
        places = [at for at, head in enumerate(found.heads) if head != "provider" or not provider]
        columns = [_LOOKS.get(found.heads[at], Column(found.heads[at])) for at in places]
        print_table(columns, [[row[at] for at in places] for row in found.rows])
    number = len(found.models)
    if not number and (options.words or wanted):
        voice.notice("no model matches that; --refresh asks the provider for all it has")
        return
    voice.notice(f"{number} model{'' if number == 1 else 's'} · {_how_old(workspace, provider, found)}")


def _how_old(workspace: Workspace, provider: str, found: Found) -> str:
    age = workspace.shelf.age(provider) if provider else ""
    if age:
        return f"as {provider} told them {age}; --refresh asks again"
    dates = [model.price_date for model in found.models if model.price_date]
    told = f"prices as of {min(dates)}" if dates else "no prices are known"
    return f"{told}; {f'--refresh asks {provider}' if provider else '--refresh -p NAME asks a provider'}"

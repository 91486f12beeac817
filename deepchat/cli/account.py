"""What a provider's account has, may spend, and has spent this month; in USD."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from deepchat.cli import voice
from deepchat.cli.columns import Column, print_table
from deepchat.cli.opening import opened
from deepchat.conversation.usage import dollars

if TYPE_CHECKING:
    from deepchat.workspace import Account


def tell(provider: str, *, as_json: bool) -> int:
    """Read and print it; without a name, that of the chosen provider."""
    name, account = asyncio.run(_read(provider))
    if as_json:
        voice.data(_as_json(name, account))
    else:
        _print(account)
    return 0


async def _read(provider: str) -> tuple[str, Account]:
    async with opened({"provider": provider or None}) as workspace:
        return (await workspace.where()).name, await workspace.account()


def _print(account: Account) -> None:
    rows = [
        ("funds left", _words(account.funds_nano)),
        ("spent since the last invoice", _words(account.recent_nano)),
        ("spending limit", "none" if account.limit_nano is None else _words(account.limit_nano)),
        ("requests at once", f"{account.requests_at_once:,}" if account.requests_at_once is not None else "?"),
        (f"spent in {account.month or 'this month'}", _words(account.month_nano)),
    ]
    if account.suspended:
        rows.insert(0, ("suspended", account.suspended))
    print_table((Column("account"), Column("", right=True)), rows)
    if account.by_model:
        print()
        bills = [(bill.model, f"{bill.units:,}", _words(bill.nano)) for bill in account.by_model]
        print_table((Column("model"), Column("tokens", right=True), Column("USD", right=True)), bills)


def _as_json(name: str, account: Account) -> dict[str, object]:
    return {
        "provider": name,
        "funds": _usd(account.funds_nano),
        "recent": _usd(account.recent_nano),
        "limit": _usd(account.limit_nano),
        "suspended": account.suspended or None,
        "requests_at_once": account.requests_at_once,
        "month": account.month or None,
        "month_usd": _usd(account.month_nano),
        "models": [{"id": bill.model, "units": bill.units, "usd": _usd(bill.nano)} for bill in account.by_model],
    }


def _usd(nano: int | None) -> str | None:
    return None if nano is None else dollars(nano)


def _words(nano: int | None) -> str:
    return "?" if nano is None else dollars(nano)

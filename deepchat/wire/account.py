"""What a DeepInfra account has, may spend, and has spent this month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from deepchat.catalog.fields import items, table
from deepchat.catalog.prices import usd_to_nano
from deepchat.errors import BadReply, UsageError
from deepchat.wire.http import Exchange
from deepchat.wire.providers.base import Provider
from deepchat.wire.providers.deepinfra import DeepInfra
from deepchat.wire.simple import fetch_json

RETRIES: Final = 1


@dataclass(frozen=True, slots=True)
class ModelBill:
    model: str
    units: int
    """Tokens, mostly."""
    nano: int | None


@dataclass(frozen=True, slots=True)
class Account:
    funds_nano: int | None
    """What is left; negative is owed."""
    recent_nano: int | None
    """Spent since the last invoice."""
    limit_nano: int | None
    """The spending limit, if one is set."""
    suspended: str
    """Why the account is suspended; empty when it is not."""
    requests_at_once: int | None
    """How many requests one model takes at once."""
    month: str
    """`2026.11`"""
    month_nano: int | None
    by_model: tuple[ModelBill, ...]


async def read_account(exchange: Exchange, provider: Provider) -> Account:
    """The account behind the provider's key; raises UsageError where there is no such thing to read."""
    if not isinstance(provider, DeepInfra):
        raise UsageError(
            f"{provider.place.name} has no account that can be read", "DeepInfra's can be: deepchat usage --provider"
        )
    state = table(await fetch_json(exchange, provider.account("/payment/checklist"), RETRIES))
    rates = table(await fetch_json(exchange, provider.account("/v1/me/rate_limit"), RETRIES))
    usage = table(await fetch_json(exchange, provider.account("/payment/usage?from=current"), RETRIES))
    if "stripe_balance" not in state:
        raise BadReply("the account's state can't be read", "try again; see deepinfra.com/dash/billing")
    months = items(usage.get("months"))
    month = table(months[-1] if months else None)
    balance = _signed_nano(state.get("stripe_balance"))
    return Account(
        None if balance is None else -balance,
        usd_to_nano(state.get("recent")),
        usd_to_nano(state.get("limit")),
        _suspension(state),
        limit if isinstance(limit := rates.get("rate_limit"), int) else None,
        str(month.get("period", "")),
        _cents(month.get("total_cost")),
        _bills(month),
    )


def _suspension(state: Mapping[str, object]) -> str:
    if state.get("suspended") is not True:
        return ""
    return str(state.get("suspend_reason") or "no reason given")


def _bills(month: Mapping[str, object]) -> tuple[ModelBill, ...]:
    bills: list[ModelBill] = []
    for item in map(table, items(month.get("items"))):
        name, units = table(item.get("model")).get("model_name"), item.get("units")
        if isinstance(name, str):
            bills.append(ModelBill(name, units if isinstance(units, int) else 0, _cents(item.get("cost"))))
    return tuple(sorted(bills, key=lambda bill: -(bill.nano or 0)))


def _cents(value: object) -> int | None:
    return usd_to_nano(value, Decimal("0.01"))


def _signed_nano(value: object) -> int | None:
    if isinstance(value, int | float) and not isinstance(value, bool) and value < 0:
        nano = usd_to_nano(-value)
        return None if nano is None else -nano
    return usd_to_nano(value)

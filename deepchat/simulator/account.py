"""The account: who asks, what is left, and the bill of this run."""

from __future__ import annotations

import re

from deepchat.simulator.answers import Answer, answer, misfit
from deepchat.simulator.chat import json_object
from deepchat.simulator.http1 import Heard
from deepchat.simulator.rules import unfit
from deepchat.simulator.shop import MOST_AT_ONCE, Shop, Stamp
from deepchat.simulator.tariff import NANO_PER_USD, Charge
from deepchat.simulator.values import Json, Object

DEPOSIT_USD = 25.0
MONTH = "2026.01"
"""The only month that this account has lived through: the simulator has no calendar."""
MONTH_INTERVAL = (1_767_225_600, 1_769_904_000)
NANO_PER_CENT = NANO_PER_USD // 100
_FROM = re.compile(r"\d{4}\.\d\d|current(-\d+)?|\d{9,}")


def me(shop: Shop, heard: Heard, _stamp: Stamp) -> Answer:
    """`/v1/me`."""
    body: Object = {"uid": "simulated", "display_name": "A simulated person", "email": "person@example.com"}
    if heard.query.get("checklist") == "true":
        body["checklist"] = _checklist(shop)
    return answer(body)


def rate_limit(_shop: Shop, _heard: Heard, _stamp: Stamp) -> Answer:
    """`/v1/me/rate_limit`."""
    return answer({"rate_limit": MOST_AT_ONCE, "tpm_rate_limit": 1_000_000})


def checklist(shop: Shop, _heard: Heard, _stamp: Stamp) -> Answer:
    """`/payment/checklist`: a negative balance is money that is left."""
    return answer(_checklist(shop))


def usage(shop: Shop, heard: Heard, _stamp: Stamp) -> Answer:
    """`/payment/usage`: what each model was charged, in cents."""
    if not _FROM.fullmatch(heard.query.get("from", "")):
        raise unfit("from", "Input should be YYYY.MM, current, current-N or a Unix time")
    interval: Object = {"fr": MONTH_INTERVAL[0], "to": MONTH_INTERVAL[1]}
    items: list[Json] = []
    for name, (units, nano) in shop.bill.by_model().items():
        provider, _, _ = name.partition("/")
        model: Object = {"provider": provider, "model_name": name, "task": shop.model(name).kind}
        item: Object = {"model": model, "units": units, "rate": nano / NANO_PER_CENT / max(1, units)}
        item |= {"cost": nano / NANO_PER_CENT, "pricing_type": "tokens", "interval": interval}
        items.append(item)
    total = shop.bill.total_nano / NANO_PER_CENT
    month: Object = {"period": MONTH, "interval": interval, "items": items, "total_cost": total}
    return answer({"months": [month | {"invoice_id": "NOT_FINAL"}], "initial_month": MONTH})


def request_costs(shop: Shop, heard: Heard, _stamp: Stamp) -> Answer:
    """`/v1/request-costs`: what some of the asking key's requests were charged, exactly; unknown ones are left out."""
    wanted = json_object(heard).get("requestIds")
    if not isinstance(wanted, list) or not all(isinstance(name, str) for name in wanted):
        raise misfit(["requestIds"], "Input should be a valid list of strings", "list_type")
    return answer({"requests": [_cost(charge) for charge in shop.bill.of(heard.key) if charge.request in wanted]})


def bill(shop: Shop, heard: Heard, _stamp: Stamp) -> Answer:
    """`/sim/bill`, which no real server has: all that the asking key was charged, exactly."""
    charges = shop.bill.of(heard.key)
    requests: list[Json] = [{**_cost(charge), "model": charge.model, "units": charge.units} for charge in charges]
    return answer({"costNanoUsd": sum(charge.nano for charge in charges), "requests": requests})


def _cost(charge: Charge) -> Object:
    return {"requestId": charge.request, "costNanoUsd": charge.nano}


def _checklist(shop: Shop) -> Object:
    return {
        "email": True,
        "billing_address": True,
        "payment_method": True,
        "suspended": False,
        "suspend_reason": None,
        "stripe_balance": -DEPOSIT_USD,
        "recent": shop.bill.total_nano / NANO_PER_USD,
        "limit": None,
        "topup": False,
        "topup_amount": None,
        "topup_threshold": None,
    }

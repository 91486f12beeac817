"""Which function answers which path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from deepchat.simulator import account, lava
from deepchat.simulator.answers import Headers, Refusal, Reply, refusal
from deepchat.simulator.chat import chat
from deepchat.simulator.completions import complete, infer
from deepchat.simulator.embeddings import embed
from deepchat.simulator.http1 import Heard
from deepchat.simulator.images import paint
from deepchat.simulator.listings import list_models, list_natively
from deepchat.simulator.shop import Shop, Stamp

Answering: TypeAlias = Callable[[Shop, Heard, Stamp], Reply]


@dataclass(frozen=True, slots=True)
class Route:
    """One row of the table."""

    method: str
    """The only method it takes."""
    answer: Answering
    """What answers it; raises a Refusal to refuse."""
    public: bool = False
    """Whether it answers without a key."""


_OPENAI: Mapping[str, Route] = {
    "/chat/completions": Route("POST", chat),
    "/completions": Route("POST", complete),
    "/embeddings": Route("POST", embed),
    "/images/generations": Route("POST", paint),
    "/models": Route("GET", list_models, public=True),
}
ROUTES: Mapping[str, Route] = {
    **{f"{base}{path}": route for base in ("/v1/openai", "/v1") for path, route in _OPENAI.items()},
    "/models/list": Route("GET", list_natively, public=True),
    "/v1/me": Route("GET", account.me),
    "/v1/me/rate_limit": Route("GET", account.rate_limit),
    "/v1/request-costs": Route("POST", account.request_costs),
    "/sim/bill": Route("GET", account.bill),
    "/payment/checklist": Route("GET", account.checklist),
    "/payment/usage": Route("GET", account.usage),
}
_INFERENCE = "/v1/inference/"


def reply(shop: Shop, heard: Heard) -> tuple[Reply, Headers]:
    """What to do about a request, and the headers that name the answer."""
    stamp = shop.stamp(heard)
    headers: Headers = (("x-request-id", stamp.id),)
    try:
        if heard.path == lava.PATH:
            headers += (("x-lava-request-id", f"req_{stamp.id}"),)
            heard = lava.unwrapped(shop, heard)
        return _route(shop, heard).answer(shop, heard, stamp), headers
    except Refusal as refused:
        return refused.answer, headers


def _route(shop: Shop, heard: Heard) -> Route:
    route = ROUTES.get(heard.path)
    if heard.path.startswith(_INFERENCE):
        route = Route("POST", infer)
    if route is None:
        raise Refusal(404, {"detail": "Not Found"})
    if heard.method != route.method:
        raise Refusal(405, {"detail": "Method Not Allowed"}, (("Allow", route.method),))
    if not route.public and (not heard.key or (shop.key and heard.key != shop.key)):
        raise refusal(401, "Not authenticated")
    return route

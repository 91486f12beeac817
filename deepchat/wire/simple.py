"""Calls whose reply is one JSON body: made, retried when that repeats nothing costly, and read."""

from __future__ import annotations

import asyncio
import json
import random

from deepchat.catalog.fields import table
from deepchat.errors import BadReply, WireError
from deepchat.wire.failures import AnyError, from_frame, from_status, web_page
from deepchat.wire.http import Exchange, Patience
from deepchat.wire.request import Call
from deepchat.wire.retry import wait_before_retry


async def fetch_json(
    exchange: Exchange, call: Call, retries: int = 0, model: str = "", patience: Patience | None = None
) -> object:
    """The reply's JSON; raises one of our errors. With `retries`, what may be asked again is asked again."""
    retry = 0
    while True:
        try:
            return await _once(exchange, call, model, patience)
        except WireError as error:
            retry += 1
            wait_s = wait_before_retry(error, retry, retries, random.random)
            if wait_s is None:
                raise
        await asyncio.sleep(wait_s)


async def _once(exchange: Exchange, call: Call, model: str, patience: Patience | None) -> object:
    async with exchange.open(call, patience) as reply:
        if reply.status != 200:
            body, with_key = await reply.error_body(), call.key is not None
            raise from_status(reply.status, reply.headers, body, model, with_key=with_key)
        if "html" in reply.headers.get("content-type", "").lower():
            raise web_page(reply.status)
        body = await reply.body()
    text = body.decode(errors="replace").strip()
    if text.startswith("<"):
        raise web_page(200)
    try:
        parsed: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadReply("the server's reply is no JSON", "check base_url, or try again") from error
    if failure := _failure_in(parsed, model):
        raise failure
    return parsed


def _failure_in(parsed: object, model: str) -> AnyError | None:
    known = table(parsed)
    return from_frame(known, "", model) if known else None

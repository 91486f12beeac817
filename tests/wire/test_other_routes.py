"""Embeddings, pictures and the account: what servers send there is believed only as far as it makes sense."""

from __future__ import annotations

import base64
import json
import struct
from contextlib import aclosing

import pytest

from deepchat.errors import BadReply, DeepChatError, UsageError
from deepchat.secret import Secret
from deepchat.wire.account import Account, read_account
from deepchat.wire.embeddings import embed
from deepchat.wire.http import Exchange
from deepchat.wire.images import make_images
from deepchat.wire.listing import fetch_models
from deepchat.wire.providers.base import Place
from deepchat.wire.providers.deepinfra import DeepInfra
from deepchat.wire.providers.openai_chat import OpenAIChat
from deepchat.wire.request import ImageRequest
from tests.wire.listening import Listener

PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)


def saying(body: object) -> Listener:
    """A server that answers everything with this JSON."""
    text = json.dumps(body).encode()
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\nConnection: close\r\n\r\n"
    )
    return Listener(head.encode() + text)


def place(server: Listener) -> Place:
    return Place("test", f"{server.url}/v1/openai", Secret("any-key-will-do"))


async def vectors_of(body: object, *texts: str) -> list[tuple[float, ...]]:
    async with saying(body) as server:
        exchange = Exchange()
        try:
            async with aclosing(embed(exchange, OpenAIChat(place(server)), "m", texts)) as batches:
                return [vector async for batch in batches for vector in batch.vectors]
        finally:
            await exchange.aclose()


async def test_vectors_come_back_in_the_order_of_their_texts() -> None:
    rows = [{"index": 1, "embedding": [3, 4.5]}, {"index": 0, "embedding": [1, 2]}]
    assert await vectors_of({"data": rows}, "a", "b") == [(1.0, 2.0), (3.0, 4.5)]


async def test_vectors_packed_as_base64_are_understood() -> None:
    packed = base64.b64encode(struct.pack("<2f", 0.5, -2)).decode()
    assert await vectors_of({"data": [{"embedding": packed}]}, "a") == [(0.5, -2.0)]


SENSELESS_VECTORS: list[object] = [
    {},
    {"data": None},
    {"data": []},
    {"data": [{"embedding": []}]},
    {"data": [{"embedding": ["1"]}]},
    {"data": [{"embedding": [float("nan")]}]},
    {"data": [{"embedding": "no base64!"}]},
    {"data": [{"embedding": base64.b64encode(b"12345").decode()}]},
    {"data": [{"index": 7, "embedding": [1]}]},
    [1, 2],
]


@pytest.mark.parametrize("body", SENSELESS_VECTORS)
async def test_a_missing_or_senseless_vector_is_told(body: object) -> None:
    with pytest.raises(BadReply, match="0 vectors came back"):
        await vectors_of(body, "a")


async def pictures_of(body: object) -> list[str]:
    async with saying(body) as server:
        exchange = Exchange()
        try:
            made = await make_images(exchange, OpenAIChat(place(server)), ImageRequest("m", "a lighthouse"))
            return [picture.format for picture in made]
        finally:
            await exchange.aclose()


async def test_a_picture_is_known_by_its_first_bytes() -> None:
    assert await pictures_of({"data": [{"b64_json": base64.b64encode(PNG).decode()}]}) == ["png"]


NO_PICTURES: list[object] = [
    {},
    {"data": []},
    {"data": 5},
    {"data": [{}]},
    {"data": [{"b64_json": "??"}]},
    {"data": [{"b64_json": "aGk="}]},
    {"data": [{"b64_json": base64.b64encode(b"RIFF....WAVE").decode()}]},
]


@pytest.mark.parametrize("body", NO_PICTURES)
async def test_what_is_no_picture_is_refused(body: object) -> None:
    with pytest.raises(BadReply):
        await pictures_of(body)


async def account_of(body: object) -> Account:
    async with saying(body) as server:
        exchange = Exchange()
        try:
            return await read_account(exchange, DeepInfra(place(server)))
        finally:
            await exchange.aclose()


async def test_a_negative_balance_is_money_that_is_left() -> None:
    month: dict[str, object] = {
        "period": "2026.11",
        "total_cost": 12.5,
        "items": [{"model": {"model_name": "small"}, "units": 10, "cost": 2.5}, {"cost": 1}, "?"],
    }
    account = await account_of({"stripe_balance": -20.5, "limit": 50, "suspended": False, "months": [month]})
    assert account.funds_nano == 20_500_000_000
    assert account.limit_nano == 50_000_000_000
    assert account.month_nano == 125_000_000
    assert [(bill.model, bill.nano) for bill in account.by_model] == [("small", 25_000_000)]


async def test_a_debt_is_negative_and_a_suspension_is_said() -> None:
    account = await account_of({"stripe_balance": 3, "suspended": True, "suspend_reason": "balance", "limit": None})
    assert account.funds_nano == -3_000_000_000
    assert account.suspended == "balance"
    assert account.limit_nano is None


async def test_a_negative_limit_is_none() -> None:
    assert (await account_of({"stripe_balance": 0, "limit": -1})).limit_nano is None


async def test_an_account_that_cannot_be_read_is_told() -> None:
    with pytest.raises(BadReply):
        await account_of({"something": "else"})


async def test_only_deepinfra_has_an_account() -> None:
    exchange = Exchange()
    with pytest.raises(UsageError):
        await read_account(exchange, OpenAIChat(Place("test", "http://127.0.0.1:9")))
    await exchange.aclose()


@pytest.mark.parametrize("body", [{}, [], {"data": []}, {"data": [{"id": 5}]}])
async def test_a_list_without_models_is_an_error(body: object) -> None:
    async with saying(body) as server:
        exchange = Exchange()
        try:
            with pytest.raises(DeepChatError):
                await fetch_models(exchange, DeepInfra(place(server)))
        finally:
            await exchange.aclose()

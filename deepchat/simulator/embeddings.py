"""Embeddings: unit vectors made from nothing but the text's hash."""

from __future__ import annotations

import base64
import hashlib
import math
import struct

from deepchat.simulator.answers import Answer, answer, misfit, refusal
from deepchat.simulator.chat import json_object
from deepchat.simulator.http1 import Heard
from deepchat.simulator.rules import EMBEDDING_RANGES, check_fields, required_text, unfit
from deepchat.simulator.shop import Shop, Stamp
from deepchat.simulator.tariff import Charge, Usage
from deepchat.simulator.tokens import split
from deepchat.simulator.values import Json, Object, as_count

MOST_INPUTS = 1024


def embed(shop: Shop, heard: Heard, stamp: Stamp) -> Answer:
    """The vectors of one text or of a list of them; raises the Refusal of a request that is out of its limits."""
    body = json_object(heard)
    name = required_text(body, "model")
    check_fields(body, EMBEDDING_RANGES)
    texts = _texts(body)
    model = shop.model(name)
    if model.kind != "embeddings":
        raise refusal(405, f"Embeddings are not supported for model: {model.id}")
    size = as_count(body.get("dimensions"), model.dimensions)
    counts = [len(split(text)) for text in texts]
    if max(counts) > model.context:
        message = f"This model's maximum context length is {model.context} tokens. You sent {max(counts)} in one input."
        raise refusal(400, message, kind="BadRequestError", code=400)
    usage = Usage(sum(counts), 0, 0, 0, model.tariff.cost_nano(sum(counts), 0, 0))
    shop.bill.charges.append(Charge(stamp.id, heard.key, model.id, usage.prompt, usage.cost_nano))
    data: list[Json] = []
    for index, text in enumerate(texts):
        values = vector(text, min(size, model.dimensions)) + [0.0] * (size - model.dimensions)
        packed = base64.b64encode(struct.pack(f"<{size}f", *values)).decode()
        in_base64 = body.get("encoding_format") == "base64"
        data.append({"object": "embedding", "index": index, "embedding": packed if in_base64 else [*values]})
    return answer({"object": "list", "data": data, "model": model.id, "usage": usage.as_json()})


def vector(text: str, size: int) -> list[float]:
    """A vector of length one that only this text has."""
    digest = hashlib.shake_256(text.encode("utf-8", "backslashreplace")).digest(2 * size)
    numbers = [number + 0.5 for number in struct.unpack(f"<{size}h", digest)]
    length = math.hypot(*numbers)
    return [number / length for number in numbers]


def _texts(body: Object) -> list[str]:
    if "input" not in body:
        raise misfit(["input"], "Field required", "missing")
    given = body["input"]
    inputs = given if isinstance(given, list) else [given]
    texts = [text for text in inputs if isinstance(text, str)]
    if len(texts) != len(inputs):
        raise misfit(["input"], "Input should be a valid string or list of strings", "string_type")
    if not texts or len(texts) > MOST_INPUTS or "" in texts:
        raise unfit("input", f"input should be 1 to {MOST_INPUTS} texts, none of them empty")
    return texts

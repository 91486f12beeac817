"""Images: real PNG files, painted from the prompt's hash."""

from __future__ import annotations

import base64
import hashlib
import re
import struct
import zlib

from deepchat.simulator.answers import Answer, answer, refusal
from deepchat.simulator.chat import json_object
from deepchat.simulator.http1 import Heard
from deepchat.simulator.models import DEFAULT_IMAGE_MODEL
from deepchat.simulator.rules import IMAGE_RANGES, check_fields, required_text, unfit
from deepchat.simulator.shop import Shop, Stamp
from deepchat.simulator.tariff import Charge
from deepchat.simulator.values import Json, as_count, as_text

FIELDS = 8
"""A picture is a board of so many fields by so many."""
_SIZE = re.compile(r"([1-9]\d{1,3})x([1-9]\d{1,3})")


def paint(shop: Shop, heard: Heard, stamp: Stamp) -> Answer:
    """The images of a prompt; raises the Refusal of a request that is out of its limits."""
    body = json_object(heard)
    prompt = required_text(body, "prompt")
    # Here it is a word, elsewhere an object.
    check_fields({name: value for name, value in body.items() if name != "response_format"}, IMAGE_RANGES)
    size = _SIZE.fullmatch(as_text(body.get("size", "1024x1024")))
    if size is None or max(int(size[1]), int(size[2])) > 2048:
        raise unfit("size", "Input should be WIDTHxHEIGHT, each 10 to 2048")
    if body.get("response_format", "b64_json") != "b64_json":
        raise unfit("response_format", "Input should be 'b64_json'")
    model = shop.model(as_text(body.get("model", DEFAULT_IMAGE_MODEL)))
    if model.kind != "text-to-image":
        raise refusal(405, f"Image generation is not supported for model: {model.id}")
    data: list[Json] = []
    for index in range(as_count(body.get("n"), 1)):
        picture = png(f"{prompt}\n{index}", int(size[1]), int(size[2]))
        data.append({"b64_json": base64.b64encode(picture).decode(), "revised_prompt": None, "url": None})
    shop.bill.charges.append(Charge(stamp.id, heard.key, model.id, len(data), len(data) * model.image_nano))
    return answer({"created": stamp.created, "data": data})


def png(seed: str, width: int, height: int) -> bytes:
    """A board of coloured fields, as a PNG file with a palette."""
    digest = hashlib.shake_256(seed.encode("utf-8", "backslashreplace")).digest(FIELDS * (FIELDS + 6))
    palette, colours = digest[: FIELDS * 6], [byte % (FIELDS * 2) for byte in digest[FIELDS * 6 :]]
    rows = [
        b"\x00" + bytes(colours[field * FIELDS + x * FIELDS // width] for x in range(width)) for field in range(FIELDS)
    ]
    pixels = b"".join(rows[y * FIELDS // height] for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = [
        _part(b"IHDR", header),
        _part(b"PLTE", palette),
        _part(b"IDAT", zlib.compress(pixels)),
        _part(b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _part(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

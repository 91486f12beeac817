"""Raw completion: DeepInfra's legacy OpenAI route, and its native inference route."""

from __future__ import annotations

from collections.abc import Sequence

from deepchat.simulator.answers import Answer, Refusal, Script, Stream, answer, event, in_order, misfit, native_refusal
from deepchat.simulator.chat import json_object, require_text_model, room, served_tier, stops
from deepchat.simulator.http1 import Heard
from deepchat.simulator.models import Model
from deepchat.simulator.phrasing import DONE, alternatives, logprob
from deepchat.simulator.rules import COMPLETION_RANGES, NATIVE_RANGES, check_fields, required_text
from deepchat.simulator.scene import Manners
from deepchat.simulator.shop import Shop, Stamp
from deepchat.simulator.speech import Said, say_raw
from deepchat.simulator.tariff import NANO_PER_USD, Charge, Usage
from deepchat.simulator.tokens import split
from deepchat.simulator.values import Json, Object, as_count, as_list, as_object, as_text, spell


def complete(shop: Shop, heard: Heard, stamp: Stamp) -> Script:
    """The act that answers a legacy completion request."""
    body = json_object(heard)
    name = required_text(body, "model")
    check_fields(body, COMPLETION_RANGES)
    prompt = _prompt(body)
    model = shop.model(name)
    require_text_model(model)
    most = room(model, len(split(prompt)), body.get("max_tokens"))

    def speak(manners: Manners) -> Answer | Stream:
        said = say_raw(model, prompt, manners, stops(body), most)
        saids = [said] * as_count(body.get("n"), 1)
        usage = _usage(model, prompt, saids, body.get("service_tier"))
        model_name = manners.served_model or model.id
        envelope: Object = {"id": f"cmpl-{stamp.id}", "object": "text_completion", "created": stamp.created}
        envelope["model"] = model_name
        if body.get("stream") is True:
            events = _events(envelope, body, prompt, saids, usage)
            return Stream(in_order(events, manners, lambda _sent: _charge(shop, heard, stamp, model, usage)))
        _charge(shop, heard, stamp, model, usage)
        choices: list[Json] = [_choice(body, prompt, index, said) for index, said in enumerate(saids)]
        return answer({**envelope, "choices": choices, "usage": usage.as_json()})

    return Script(shop.act(model), speak, shop.seat(heard.key, model))


def infer(shop: Shop, heard: Heard, stamp: Stamp) -> Script:
    """The act that answers a native inference request; the model is the end of the path."""
    try:
        body = json_object(heard)
        prompt = required_text(body, "input")
        check_fields(body, NATIVE_RANGES)
        model = shop.model(heard.path.partition("/inference/")[2])
        require_text_model(model)
        most = room(model, len(split(prompt)), body.get("max_new_tokens"))
    except Refusal as refused:
        raise refused if refused.answer.status == 422 else _natively(refused) from None

    def speak(manners: Manners) -> Answer | Stream:
        said = say_raw(model, prompt, manners, stops(body), most)
        saids = [said] * as_count(body.get("num_responses"), 1)
        usage = _usage(model, prompt, saids, None)
        status: Object = {"status": "succeeded", "runtime_ms": 0, "cost": usage.cost_nano / NANO_PER_USD}
        status |= {"tokens_generated": usage.completion, "tokens_input": usage.prompt}
        counts: Object = {"num_tokens": usage.completion, "num_input_tokens": usage.prompt, "inference_status": status}
        if body.get("stream") is True:
            events = _native_events(said, counts)
            return Stream(in_order(events, manners, lambda _sent: _charge(shop, heard, stamp, model, usage)))
        _charge(shop, heard, stamp, model, usage)
        results: list[Json] = [{"generated_text": one.joined("text")} for one in saids]
        return answer({"request_id": stamp.id, "results": results, **counts})

    return Script(shop.act(model), speak, shop.seat(heard.key, model))


def _natively(refused: Refusal) -> Refusal:
    error = as_object(as_object(refused.body).get("error"))
    return native_refusal(refused.answer.status, as_text(error.get("message")))


def _prompt(body: Object) -> str:
    prompt = body.get("prompt")
    if isinstance(prompt, str):
        return prompt
    numbers = [number for number in as_list(prompt) if isinstance(number, int) and not isinstance(number, bool)]
    if not numbers or len(numbers) != len(as_list(prompt)):
        raise misfit(["prompt"], "Input should be a valid string or list of token ids", "string_type")
    return "".join(f" {number % 1000}" for number in numbers)


def _usage(model: Model, prompt: str, saids: Sequence[Said], tier: Json) -> Usage:
    asked = len(split(prompt))
    made = sum(len(said.pieces) for said in saids)
    return Usage(asked, 0, made, 0, model.tariff.cost_nano(asked, 0, made, served_tier(model, tier) or "default"))


def _charge(shop: Shop, heard: Heard, stamp: Stamp, model: Model, usage: Usage) -> None:
    units = usage.prompt + usage.completion
    shop.bill.charges.append(Charge(stamp.id, heard.key, model.id, units, usage.cost_nano))


def _choice(body: Object, prompt: str, index: int, said: Said) -> Object:
    texts = [piece.text for piece in said.pieces]
    shown = [*split(prompt), *texts] if body.get("echo") is True else texts
    return _part(body, index, shown, 0, said.finish)


def _part(body: Object, index: int, texts: Sequence[str], offset: int, finish: str | None) -> Object:
    part: Object = {"index": index, "text": "".join(texts), "logprobs": None, "finish_reason": finish}
    if isinstance(count := body.get("logprobs"), int) and texts:
        offsets: list[Json] = []
        for text in texts:
            offsets.append(offset)
            offset += len(text)
        top: list[Json] = [dict[str, Json](alternatives(text, count)) for text in texts]
        chances: list[Json] = [logprob(text) for text in texts]
        part["logprobs"] = {
            "tokens": [*texts],
            "token_logprobs": chances,
            "top_logprobs": top,
            "text_offset": offsets,
        }
    return part


def _events(envelope: Object, body: Object, prompt: str, saids: Sequence[Said], usage: Usage) -> list[str]:
    head = spell(envelope)[:-1] + ',"choices":['
    events: list[str] = []
    for index, said in enumerate(saids):
        offset = 0
        if body.get("echo") is True:
            events.append(event(f"{head}{spell(_part(body, index, split(prompt), 0, None))}]}}"))
            offset = len(prompt)
        for piece in said.pieces:
            events.append(event(f"{head}{spell(_part(body, index, [piece.text], offset, None))}]}}"))
            offset += len(piece.text)
    for index, said in enumerate(saids):
        tail = f',"usage":{spell(usage.as_json())}' if index == len(saids) - 1 else ""
        events.append(event(f"{head}{spell(_part(body, index, [], 0, said.finish))}]{tail}}}"))
    return [*events, DONE]


def _native_events(said: Said, counts: Object) -> list[str]:
    events: list[str] = []
    for number, piece in enumerate(said.pieces):
        token: Object = {"id": number, "text": piece.text, "logprob": logprob(piece.text), "special": False}
        events.append(event(spell({"token": token, "generated_text": None, "details": None})))
    last: Object = {
        "token": {"id": 0, "text": "", "logprob": 0, "special": True},
        "generated_text": said.joined("text"),
    }
    details: Object = {"finish_reason": said.finish}
    return [*events, event(spell({**last, "details": details, **counts})), DONE]

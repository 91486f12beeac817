"""The chat route: a request is checked, understood, and answered in the manners of its scene."""

from __future__ import annotations

from dataclasses import dataclass

from deepchat.simulator.answers import Answer, Refusal, Script, Stream, answer, in_order, misfit, refusal
from deepchat.simulator.http1 import Heard
from deepchat.simulator.messages import checked
from deepchat.simulator.models import MOST_TOKENS, Model
from deepchat.simulator.phrasing import Phrasing
from deepchat.simulator.rules import check_chat_fields, required_text
from deepchat.simulator.scene import Manners
from deepchat.simulator.shop import Shop, Stamp
from deepchat.simulator.speech import Question, say
from deepchat.simulator.tariff import Charge, Usage
from deepchat.simulator.tokens import of_conversation, text_of
from deepchat.simulator.values import Json, Object, as_count, as_list, as_object, as_text

ANY_OBJECT: Object = {"type": "object", "properties": {"answer": {"type": "string"}}}
"""The schema of an answer that has to be JSON and nothing more."""


@dataclass(frozen=True, slots=True)
class Order:
    """A chat request, checked."""

    body: Object
    """Its JSON."""
    question: Question
    """What it asks."""
    prompt: list[str]
    """The tokens it sends."""
    key: str
    """Who asks and pays; prompts are remembered for each key and model."""
    stamp: Stamp
    """The identity of the answer."""


def chat(shop: Shop, heard: Heard, stamp: Stamp) -> Script:
    """The act that answers this request; raises the Refusal of a request that DeepInfra would not take."""
    body = json_object(heard)
    name = required_text(body, "model")
    if "messages" not in body:
        raise misfit(["messages"], "Field required", "missing")
    check_chat_fields(body)
    messages = checked(body["messages"])
    model = shop.model(name)
    _check_abilities(model, body, messages)
    prompt = of_conversation(messages, as_list(body.get("tools")))
    most = room(model, len(prompt), body.get("max_tokens"))
    order = Order(body, _question(model, body, messages, most), prompt, heard.key, stamp)
    return Script(shop.act(model), lambda manners: _speak(shop, order, manners), shop.seat(heard.key, model))


def json_object(heard: Heard) -> Object:
    """The body, which has to be a JSON object; raises a Refusal when it is none."""
    body = heard.json
    if not isinstance(body, dict):
        raise misfit([], "Input should be a valid dictionary or object", "dict_type")
    return body


def require_text_model(model: Model) -> None:
    """Raises the Refusal of a model that makes no text."""
    if model.kind != "text-generation":
        raise refusal(405, f"Text generation is not supported for model: {model.id}")


def room(model: Model, prompt: int, wanted: Json) -> int:
    """How many tokens the answer may have; raises the Refusal of a request that is beyond the context."""
    most = as_count(wanted, max(1, min(MOST_TOKENS, model.context - prompt)))
    if prompt + most > model.context:
        message = (
            f"This model's maximum context length is {model.context} tokens. However, you requested {prompt + most} "
            f"tokens ({prompt} in the messages, {most} in the completion). "
            "Please reduce the length of the messages or completion."
        )
        raise refusal(400, message, kind="BadRequestError", code=400)
    return min(most, MOST_TOKENS)


def stops(body: Object) -> list[str]:
    """The stop sequences of a request."""
    stop = body.get("stop")
    return [stop] if isinstance(stop, str) else [as_text(sequence) for sequence in as_list(stop)]


def served_tier(model: Model, wanted: Json) -> str | None:
    """The service tier that a request really gets; None when it asked for none."""
    if not isinstance(wanted, str):
        return None
    return wanted if wanted in model.tags else "default"


def _check_abilities(model: Model, body: Object, messages: list[Object]) -> None:
    require_text_model(model)
    parts = [as_object(part).get("type") for message in messages for part in as_list(message.get("content"))]
    wanted = as_text(as_object(body.get("response_format")).get("type"))
    if body.get("tools") and "tools" not in model.tags:
        raise _unable("Tool calling is", model)
    if "image_url" in parts and "multimodal" not in model.tags:
        raise _unable("Image input is", model)
    if "input_audio" in parts:
        raise _unable("Audio input is", model)
    if wanted == "regex" or (wanted in ("json_object", "json_schema") and "json" not in model.tags):
        raise _unable(f"{wanted} response format is", model)


def _unable(what: str, model: Model) -> Refusal:
    return Refusal(405, {"error": {"message": f"{what} not supported for model: {model.id}"}})


def _question(model: Model, body: Object, messages: list[Object], most: int) -> Question:
    goes_on = messages[-1]["role"] == "assistant"
    choice = body.get("tool_choice")
    tools = [] if choice == "none" else [as_object(tool) for tool in as_list(body.get("tools"))]
    must_call = "*" if choice == "required" else as_text(as_object(as_object(choice).get("function")).get("name"))
    return Question(
        model=model,
        messages=messages[:-1] if goes_on else messages,
        begun=text_of(messages[-1].get("content")) if goes_on else "",
        tools=tools,
        must_call=must_call,
        schema=_schema(as_object(body.get("response_format"))),
        may_think=_may_think(body),
        stops=stops(body),
        most_tokens=most,
    )


def _schema(wanted: Object) -> Object | None:
    if wanted.get("type") == "json_schema":
        return as_object(as_object(wanted.get("json_schema")).get("schema"))
    return ANY_OBJECT if wanted.get("type") == "json_object" else None


def _may_think(body: Object) -> bool:
    return not (
        body.get("reasoning_effort") == "none"
        or as_object(body.get("reasoning")).get("enabled") is False
        or as_object(body.get("chat_template_kwargs")).get("enable_thinking") is False
    )


def _speak(shop: Shop, order: Order, manners: Manners) -> Answer | Stream:
    question, body, model = order.question, order.body, order.question.model
    if question.begun and manners.refuses_prefill:
        message = (
            "This model does not support assistant message prefill. The conversation must end with a user message."
        )
        raise refusal(400, message)
    saids = [say(question, manners, index) for index in range(as_count(body.get("n"), 1))]
    cached = 0 if model.tariff.cached is None else shop.cache.recall(f"{order.key} {model.id}", order.prompt)
    tier = served_tier(model, body.get("service_tier"))

    def usage(completion: int, reasoning: int) -> Usage:
        cost = model.tariff.cost_nano(len(order.prompt), cached, completion, tier or "default")
        return Usage(len(order.prompt), cached, completion, reasoning, cost)

    def charge(completion: int) -> None:
        units, nano = len(order.prompt) + completion, usage(completion, 0).cost_nano
        shop.bill.charges.append(Charge(order.stamp.id, order.key, model.id, units, nano))

    phrasing = Phrasing(
        id=f"chatcmpl-{order.stamp.id}",
        created=order.stamp.created,
        model=manners.served_model or model.id,
        tier=tier,
        thinking_field="reasoning" if manners.thinking_field == "reasoning" else "reasoning_content",
        logprobs=as_count(body.get("top_logprobs"), 0) if body.get("logprobs") is True else None,
    )
    total = sum(len(said.pieces) for said in saids)
    if body.get("stream") is True:
        events = phrasing.chunks(
            saids, _usage_place(body, manners), lambda done, thought: usage(done, thought).as_json()
        )
        torn = 0 < manners.breaks_every < total
        if torn:
            events = events[: len(saids) + manners.breaks_every]
        # A client that leaves pays for what had left by then: all events but the roles before it were tokens.
        return Stream(in_order(events, manners, lambda sent: charge(max(0, min(total, sent - len(saids))))), torn)
    charge(total)
    thought = sum(said.count("thinking") for said in saids)
    return answer(phrasing.whole(saids, None if manners.usage == "none" else usage(total, thought).as_json()))


def _usage_place(body: Object, manners: Manners) -> str:
    options = as_object(body.get("stream_options"))
    if options.get("include_usage") is False:
        return "none"
    return "each" if options.get("continuous_usage_stats") is True and manners.usage != "none" else manners.usage

"""Providers' lists of models are read as far as they make sense, and never trusted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.catalog.fields import LONGEST_DESCRIPTION, LONGEST_ID, MOST_MODELS
from deepchat.catalog.listings import from_deepinfra_native, from_openai_models
from deepchat.catalog.model import Model, Prices
from tests.catalog.hostile import JSON, entries

OPENAI_NAMES = (
    "id metadata context_length max_tokens pricing prompt tags meta n_ctx max_model_len top_provider architecture "
    "input_modalities output_modalities supported_parameters description"
)
NATIVE_NAMES = (
    "tags pricing max_tokens replaced_by deprecated description discount cents_per_input_token "
    "rate_per_input_token_cached rate_per_service_tier_flex"
)


def openai(**entry: object) -> Model:
    [model] = from_openai_models({"object": "list", "data": [{"id": "acme/m", **entry}]}, "work")
    return model


def native(**entry: object) -> list[Model]:
    whole = {"model_name": "acme/m", "type": "text-generation", "tags": ["openai"], **entry}
    return from_deepinfra_native([whole], "deepinfra")


def native_prices(**pricing: object) -> Prices:
    [model] = native(pricing={"type": "tokens", **pricing})
    return model.prices


def test_deepinfra_says_context_prices_and_tags_in_the_metadata() -> None:
    metadata = {
        "description": "A  model\nin two lines.",
        "context_length": 163840,
        "max_tokens": 163840,
        "pricing": {"input_tokens": 0.38, "output_tokens": 0.89, "cache_read_tokens": 0.2},
        "tags": ["vision", "prompt_cache", "reasoning_effort", "new"],
    }
    assert openai(metadata=metadata) == Model(
        "acme/m",
        "work",
        context=163840,
        max_output=None,
        prices=Prices(380_000_000, 890_000_000, 200_000_000),
        flags=frozenset({"vision", "cache", "reasoning"}),
        price_source="live",
        description="A model in two lines.",
    )


def test_no_metadata_is_a_model_of_which_nothing_is_known() -> None:
    assert openai(metadata=None) == openai() == Model("acme/m", "work")


def test_openrouter_prices_are_strings_for_one_token() -> None:
    model = openai(
        context_length=131072,
        top_provider={"context_length": 131072, "max_completion_tokens": 16384},
        pricing={"prompt": "0.00000038", "completion": "0.00000089", "input_cache_read": "0.0000000042"},
        architecture={"input_modalities": ["text", "image"], "output_modalities": ["text"]},
        supported_parameters=["tools", "structured_outputs", "reasoning", "top_p"],
    )
    assert model.prices == Prices(380_000_000, 890_000_000, 4_200_000)
    assert (model.context, model.max_output) == (131072, 16384)
    assert model.flags == {"vision", "tools", "json", "reasoning", "cache"}


def test_a_router_without_a_price_of_its_own_has_none() -> None:
    model = openai(pricing={"prompt": "-1", "completion": "-1"})
    assert (model.prices, model.price_source) == (Prices(), "unknown")


def test_a_free_model_has_a_price_and_it_is_zero() -> None:
    model = openai(pricing={"prompt": "0", "completion": "0"})
    assert (model.prices, model.price_source) == (Prices(0, 0), "live")


def test_llama_cpp_and_vllm_say_the_context_in_their_own_words() -> None:
    assert openai(meta={"n_ctx": 2048, "n_ctx_train": 8192}).context == 2048
    assert openai(max_model_len=4096).context == 4096


def test_models_that_embed_or_paint_are_told_apart() -> None:
    assert openai(metadata={"tags": ["embeddings"]}).flags == {"embedding"}
    assert openai(architecture={"output_modalities": ["image", 5, None]}).flags == {"image"}


def test_a_cap_of_the_answer_stands_unless_it_repeats_the_context() -> None:
    assert openai(max_output_length=4096).max_output == 4096
    assert openai(max_output_length=4096, context_length=8192).max_output == 4096
    assert openai(max_output_length=8192, context_length=8192).max_output is None


@pytest.mark.parametrize("price", [None, True, "x", -0.1, float("nan"), float("inf"), 1e6, [], {}, "0.1 USD"])
def test_a_price_that_can_not_be_true_is_unknown(price: object) -> None:
    model = openai(metadata={"pricing": {"input_tokens": price, "output_tokens": price, "cache_read_tokens": price}})
    assert (model.prices, model.price_source, model.flags) == (Prices(), "unknown", frozenset())


@pytest.mark.parametrize("context", [None, True, 0, -1, "8192", 1.5, float("nan"), float("inf"), 10**12, []])
def test_a_context_that_can_not_be_true_is_unknown(context: object) -> None:
    assert openai(context_length=context).context is None


def test_a_context_may_be_written_as_a_fraction_without_one() -> None:
    assert openai(context_length=1.048576e6).context == 1_048_576


@pytest.mark.parametrize("name", [None, 5, "", " m", "a\nb", "\x1b[31m", "\ud800", "x" * (LONGEST_ID + 1), ["a"], {}])
def test_an_id_that_could_not_be_shown_or_sent_is_left_out(name: object) -> None:
    assert from_openai_models({"data": [{"id": name}, {"id": "acme/good"}]}, "work") == [Model("acme/good", "work")]


@pytest.mark.parametrize("body", [None, "<html>", 5, True, [], {}, {"data": None}, {"data": {}}, {"error": {"m": 1}}])
def test_what_is_no_list_of_models_gives_none(body: object) -> None:
    assert from_openai_models(body, "work") == []
    assert from_deepinfra_native(body, "work") == []


def test_a_bare_list_is_read_and_of_two_rows_with_one_id_the_first_counts() -> None:
    body = [{"id": "m", "context_length": 1}, {"id": "m", "context_length": 2}]
    assert [model.context for model in from_openai_models(body, "work")] == [1]


def test_an_endless_list_is_read_up_to_a_bound() -> None:
    body = {"data": [{"id": f"m{number}"} for number in range(MOST_MODELS + 5)]}
    assert len(from_openai_models(body, "work")) == MOST_MODELS


def test_a_description_is_one_short_line() -> None:
    told = openai(description="word " * 100_000).description
    assert len(told) <= LONGEST_DESCRIPTION
    assert told.startswith("word word")


def test_the_native_list_has_cents_for_a_token_and_a_factor_for_cached_ones() -> None:
    [model] = native(
        tags=[
            "openai",
            "tools",
            "multimodal",
            "structured-output",
            "can-disable-reasoning",
            "priority",
            "flex",
            "b200",
        ],
        max_tokens=262144,
        pricing={
            "type": "tokens",
            "cents_per_input_token": 1.4e-05,
            "cents_per_output_token": 5.8e-05,
            "rate_per_input_token_cached": 0.25,
            "rate_per_service_tier_priority": 1.75,
            "rate_per_service_tier_flex": 0.5,
        },
        description="Chats.",
    )
    assert model == Model(
        "acme/m",
        "deepinfra",
        context=262144,
        prices=Prices(140_000_000, 580_000_000, 35_000_000, priority_percent=175, flex_percent=50),
        flags=frozenset({"vision", "tools", "json", "reasoning", "cache", "priority", "flex"}),
        price_source="live",
        description="Chats.",
    )


def test_a_discount_is_taken_off_and_cached_tokens_follow_the_price_that_is_left() -> None:
    pricing = {"cents_per_input_token": 1.5e-05, "cents_per_output_token": 5e-05, "rate_per_input_token_cached": 0.2}
    assert native_prices(**pricing, discount=0.5) == Prices(75_000_000, 250_000_000, 15_000_000)


@pytest.mark.parametrize("discount", [None, -0.5, 1, 30, "half", float("nan"), [], True])
def test_a_discount_that_can_not_be_true_is_not_taken_off(discount: object) -> None:
    assert native_prices(cents_per_input_token=1e-05, discount=discount).input == 100_000_000


@pytest.mark.parametrize("rate", [None, 0, -1, 11, "x", float("nan"), [], True])
def test_a_tiers_factor_that_can_not_be_true_is_the_usual_one(rate: object) -> None:
    prices = native_prices(rate_per_service_tier_priority=rate, rate_per_service_tier_flex=rate)
    assert (prices.priority_percent, prices.flex_percent) == (150, 80)


def test_the_native_list_keeps_what_chats_embeds_or_paints() -> None:
    [embedder] = native(type="embeddings", tags=[], pricing={"type": "input_tokens", "cents_per_input_token": 1e-06})
    assert (embedder.flags, embedder.prices) == ({"embedding"}, Prices(10_000_000))
    [painter] = native(type="text-to-image", pricing={"type": "image_units", "cents_per_image_unit": 4})
    assert (painter.flags, painter.prices, painter.price_source) == ({"image"}, Prices(), "unknown")
    assert native(type="automatic-speech-recognition") == []
    assert native(tags=["tools"]) == []
    assert native(type=["text-generation"]) == []


def test_a_retired_model_is_kept_only_to_say_what_answers_instead() -> None:
    [retired] = native(deprecated=1717000000, replaced_by="acme/newer")
    assert retired.replaced_by == "acme/newer"
    assert native(deprecated=1717000000) == []


@given(JSON | st.lists(JSON | entries(OPENAI_NAMES), max_size=3))
def test_no_list_of_an_openai_server_can_raise(body: object) -> None:
    for model in from_openai_models({"data": body}, "work") + from_openai_models(body, "work"):
        check(model)


@given(JSON, st.lists(entries(NATIVE_NAMES), max_size=3), st.sampled_from(["embeddings", "text-generation"]))
def test_no_native_list_can_raise(body: object, rows: list[dict[str, object]], kind: str) -> None:
    named = [{"model_name": f"m{number}", "type": kind, **row} for number, row in enumerate(rows)]
    for model in from_deepinfra_native(body, "deepinfra") + from_deepinfra_native(named, "deepinfra"):
        check(model)


def check(model: Model) -> None:
    prices = model.prices
    assert 0 < len(model.id) <= LONGEST_ID
    assert all(price is None or price >= 0 for price in (prices.input, prices.output, prices.cache_read))
    assert all(number is None or number > 0 for number in (model.context, model.max_output))
    assert 1 <= prices.flex_percent <= 1000

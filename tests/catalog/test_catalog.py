"""What was shipped, what the user wrote and what providers say make one catalogue, and words find a model in it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.catalog.cache import Listing, age, read_listing, write_listing
from deepchat.catalog.catalog import Catalog, Chosen, load_catalog, shipped_models
from deepchat.catalog.listings import from_openai_models
from deepchat.catalog.model import Model, Prices
from deepchat.catalog.prices import cost_of
from deepchat.conversation.usage import UNKNOWN_COST, Usage
from deepchat.errors import ModelNotFound, UsageError

V3 = "deepseek-ai/DeepSeek-V3"
URL = "https://api.example.com/v1"
SHIPPED = load_catalog(None)
LOCAL = Catalog([Model("llama3.2:3b", "ollama"), Model("llama3.2:1b", "ollama")])


def listing(*models: Model, provider: str = "deepinfra") -> Listing:
    return Listing(provider, URL, "2026-11-25T10:00:00+00:00", models)


def users(tmp_path: Path, toml: str) -> Path:
    path = tmp_path / "models.toml"
    path.write_text(toml)
    return path


@pytest.mark.parametrize(
    ("words", "sent", "known"),
    [
        (V3, V3, V3),
        ("DEEPSEEK-AI/deepseek-v3", V3, V3),
        ("deepseek-v3", V3, V3),
        (" deepseek-v3 ", V3, V3),
        ("Terminus", "deepseek-ai/DeepSeek-V3.1-Terminus", "deepseek-ai/DeepSeek-V3.1-Terminus"),
        ("hermes 405b", "NousResearch/Hermes-3-Llama-3.1-405B", "NousResearch/Hermes-3-Llama-3.1-405B"),
        (f"{V3}:abc123", f"{V3}:abc123", V3),
        ("deepseek-v3:abc123", f"{V3}:abc123", V3),
        ("Terminus:7", "deepseek-ai/DeepSeek-V3.1-Terminus:7", "deepseek-ai/DeepSeek-V3.1-Terminus"),
        (f"{V3}:", V3, V3),
        ("deploy_id:V3", "deploy_id:V3", None),
        ("deploy_id:anything", "deploy_id:anything", None),
        ("sim/plain", "sim/plain", None),
        ("acme/unheard-of", "acme/unheard-of", None),
        ("acme/unheard-of:2", "acme/unheard-of:2", None),
    ],
)
def test_words_find_a_model(words: str, sent: str, known: str | None) -> None:
    chosen = SHIPPED.find(words, "deepinfra")
    assert (chosen.id_to_send, chosen.model and chosen.model.id) == (sent, known)


def test_a_colon_may_belong_to_the_id() -> None:
    assert LOCAL.find("llama3.2:3b", "ollama").id_to_send == "llama3.2:3b"
    assert LOCAL.find(":3", "ollama").id_to_send == "llama3.2:3b"


def test_a_name_goes_through_where_the_list_is_not_known() -> None:
    assert LOCAL.find("qwen3", "ollama") == Chosen("qwen3", None)
    assert LOCAL.find(":7b", "ollama") == Chosen(":7b", None)
    assert Catalog([]).find("gpt-oss", "work") == Chosen("gpt-oss", None)


def test_words_that_fit_several_models_are_refused_with_the_likeliest() -> None:
    with pytest.raises(UsageError) as refused:
        SHIPPED.find("llama", "deepinfra")
    several = [model for model in SHIPPED.models("deepinfra") if "llama" in model.id.casefold()]
    assert refused.value.message == f"“llama” fits {len(several)} models of deepinfra"
    assert refused.value.hint.count("/") == 8
    assert refused.value.hint.endswith(f" or {len(several) - 8} more")


def test_a_few_candidates_are_all_named() -> None:
    with pytest.raises(UsageError) as refused:
        LOCAL.find("llama", "ollama")
    assert refused.value.hint == "say which: llama3.2:1b, llama3.2:3b"


def test_one_name_of_two_makers_is_refused() -> None:
    catalog = Catalog([Model("a/same", "work"), Model("b/same", "work"), Model("c/same-not", "work")])
    with pytest.raises(UsageError, match="fits 2 models"):
        catalog.find("same:v1", "work")


def test_a_name_that_can_not_be_a_model_is_refused_with_a_guess() -> None:
    with pytest.raises(ModelNotFound) as refused:
        SHIPPED.find("deepsek-v3", "deepinfra")
    assert "deepinfra has no model like “deepsek-v3”" in refused.value.message
    assert f"did you mean {V3}" in refused.value.hint
    with pytest.raises(ModelNotFound) as refused:
        SHIPPED.find("§", "deepinfra")
    assert refused.value.hint.startswith("`deepchat models`")


@pytest.mark.parametrize("words", ["sim/essay\nand a question", "a/b c", "qwen\t3", "deploy_id:a b", "a/\x1b[31m"])
def test_what_has_blanks_or_lines_is_no_model_that_nobody_knows(words: str) -> None:
    with pytest.raises(UsageError, match="is no model: no name has blanks"):
        LOCAL.find(words, "nobody")


@pytest.mark.parametrize("words", ["", "  ", ":"])
def test_no_words_find_no_model(words: str) -> None:
    with pytest.raises(UsageError, match="no model is named"):
        SHIPPED.find(words, "deepinfra")


@given(st.text(max_size=12) | st.sampled_from(["::", "a:b:c", "/", ":x", "deploy_id:", "V3:\x00"]))
def test_any_words_are_found_or_refused_with_a_hint(words: str) -> None:
    try:
        said = SHIPPED.find(words, "deepinfra").id_to_send
    except (UsageError, ModelNotFound) as refused:
        said = refused.hint
    assert said


@given(st.sampled_from(shipped_models()))
def test_every_id_finds_itself(model: Model) -> None:
    assert SHIPPED.find(model.id, model.provider) == Chosen(model.id, model)
    assert SHIPPED.find(model.id.upper(), model.provider) == Chosen(model.id, model)


def test_a_provider_has_only_its_own_models() -> None:
    assert {model.provider for model in SHIPPED.models()} == {"deepinfra", "lava"}
    assert {model.provider for model in SHIPPED.models("lava")} == {"lava"}
    assert SHIPPED.named(V3, "flo2") is None
    priced = SHIPPED.named(V3, "lava")
    assert priced is not None
    assert priced.prices.input == 380_000_000


def test_an_answering_model_is_known_by_its_exact_name_only() -> None:
    assert SHIPPED.named(f"{V3}:abc", "deepinfra") is SHIPPED.named(V3, "deepinfra") is not None
    assert SHIPPED.named("DeepSeek-V3", "deepinfra") is None
    assert SHIPPED.named("", "deepinfra") is None


def test_prices_come_from_the_best_source_as_a_set_and_all_else_field_by_field(tmp_path: Path) -> None:
    name = "deepseek-ai/DeepSeek-V3.2"
    file = users(tmp_path, f'[deepinfra]\ndate = "2026-11-23"\n"{name}" = {{ input = 1, output = 2, context = 5 }}')
    before = SHIPPED.named(name, "deepinfra")
    assert before is not None
    assert (before.price_source, before.price_date) == ("shipped", "2026-11-21")
    assert before.prices.cache_read == 130_000_000

    own = load_catalog(file).named(name, "deepinfra")
    assert own is not None
    assert (own.prices, own.price_source, own.price_date) == (Prices(10**9, 2 * 10**9), "user", "2026-11-23")
    assert (own.context, own.max_output, own.flags) == (5, before.max_output, before.flags)

    said = Model(name, "deepinfra", prices=Prices(7, 8), price_source="live", flags=frozenset({"flex"}))
    live = load_catalog(file, [listing(said)]).named(name, "deepinfra")
    assert live is not None
    assert (live.prices, live.price_source, live.price_date) == (Prices(7, 8), "live", "2026-11-25")
    assert (live.context, live.flags) == (5, before.flags | {"flex"})

    silent = load_catalog(file, [listing(Model(name, "deepinfra"))]).named(name, "deepinfra")
    assert silent == own


def test_the_users_own_models_are_there_without_closing_the_list(tmp_path: Path) -> None:
    catalog = load_catalog(users(tmp_path, '[ollama]\n"qwen3:8b" = { context = 40960 }'))
    assert catalog.find("qwen", "ollama").id_to_send == "qwen3:8b"
    assert catalog.find("gemma", "ollama") == Chosen("gemma", None)


def test_a_listing_makes_a_providers_list_known() -> None:
    catalog = load_catalog(None, [listing(Model("small", "work"), provider="work")])
    with pytest.raises(ModelNotFound):
        catalog.find("large", "work")


def test_what_a_provider_no_longer_names_is_not_shown_but_has_a_price_still(tmp_path: Path) -> None:
    file = users(tmp_path, '[deepinfra]\n"acme/mine" = { input = 1, output = 1 }')
    catalog = load_catalog(file, [listing(Model("acme/new", "deepinfra"))])
    assert {model.id for model in catalog.models("deepinfra")} == {"acme/new", "acme/mine"}
    assert [model.provider for model in catalog.models()].count("lava") == len(SHIPPED.models("lava"))
    old = catalog.find(V3, "deepinfra").model
    assert old is not None
    assert old.price_source == "shipped"
    with pytest.raises(ModelNotFound):
        catalog.find("DeepSeek", "deepinfra")


def test_a_retired_model_is_found_by_its_whole_id_only_and_says_what_answers() -> None:
    catalog = load_catalog(None, [listing(Model("acme/old", "deepinfra", replaced_by="acme/new"))])
    old = catalog.find("acme/old", "deepinfra").model
    assert old is not None
    assert old.replaced_by == "acme/new"
    assert old not in catalog.models("deepinfra")
    with pytest.raises(ModelNotFound):
        catalog.find("old", "deepinfra")


def test_a_broken_row_of_the_users_costs_only_itself_and_is_named_with_its_line(tmp_path: Path) -> None:
    file = users(tmp_path, '[work]\n"a" = { input = "free" }\n"b" = { input = 1, output = 1 }\n"c" = = 5\n')
    catalog = load_catalog(file)
    assert {model.id for model in catalog.models("work")} == {"a", "b"}
    said = [(complaint.path, complaint.line) for complaint in catalog.complaints]
    assert sorted(said) == [(file, 2), (file, 4)]
    assert any("input is no price in USD per million tokens" in str(complaint) for complaint in catalog.complaints)


def test_a_missing_file_of_the_users_is_no_complaint(tmp_path: Path) -> None:
    assert load_catalog(tmp_path / "models.toml").complaints == ()


@pytest.mark.parametrize("body", ["<html>down</html>", {"error": {"message": "down"}}, {"data": [{"id": 5}]}, None])
def test_while_a_list_is_down_the_last_one_stands_with_its_age(tmp_path: Path, body: object) -> None:
    write_listing(tmp_path, listing(Model("acme/m", "work", prices=Prices(3, 4), price_source="live"), provider="work"))
    assert from_openai_models(body, "work") == []
    kept = read_listing(tmp_path, "work", URL)
    assert kept is not None
    assert age(kept.fetched_at, datetime(2026, 11, 28, 10, tzinfo=UTC)) == "3 days ago"
    model = load_catalog(None, [kept]).find("acme/m", "work").model
    assert model is not None
    assert (model.prices, model.price_date) == (Prices(3, 4), "2026-11-25")


@pytest.mark.parametrize("pricing", [None, {}, {"input_tokens": -1, "output_tokens": 1}])
def test_a_listed_model_whose_price_is_missing_or_negative_has_an_unknown_cost(pricing: object) -> None:
    body = {"data": [{"id": "acme/m", "metadata": {"pricing": pricing}}]}
    catalog = load_catalog(None, [listing(*from_openai_models(body, "work"), provider="work")])
    model = catalog.named("acme/m", "work")
    assert cost_of(Usage(10, 10), model, "", None, usage_estimated=False) == UNKNOWN_COST

"""Every setting: where it comes from, and what happens to one that is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deepchat.config.explain import explain
from deepchat.config.fields import settings_of
from deepchat.config.files import update_state
from deepchat.config.lava_parts import LavaParts
from deepchat.config.providers import Provider
from deepchat.config.settings import Settings, every_setting
from deepchat.errors import ConfigError, UsageError
from tests.config.homes import Home

WRONG = [
    ("carrying_on.legs = 0", "carrying_on.legs must be a whole number from 1 to 1,000"),
    ("carrying_on.legs = 1001", "carrying_on.legs must be a whole number"),
    ("carrying_on.automatic = 1", "carrying_on.automatic must be true or false"),
    ('context.trim = "all"', "context.trim must be one of stop, oldest"),
    ("trash.days = 0", "trash.days must be a whole number from 1"),
    ("budget.day = 0", "budget.day must be an amount of dollars above 0"),
    ("budget.month = -20", "budget.month must be an amount"),
    ("budget.conversation = 0.0000000001", "budget.conversation must be an amount of dollars with at most 9 decimals"),
    ("budget.week = 1", "budget.week is not a setting"),
    (f"temperature = 0x{'F' * 5000}", "temperature must be a number from 0 to 2"),
    (f"retries = 0x{'F' * 5000}", "retries must be a whole number"),
    ("a.b.c.d = 1", "a.b.c is not a setting"),
    ('provider = ""', "provider must be a text in quotes, on one line and not empty"),
    ("model = 3", "model must be a text in quotes"),
    ('model = "a\\nb"', "model must be a text in quotes, on one line"),
    ("system = ['a']", "system must be a text in quotes"),
    ("temperature = 2.1", "temperature must be a number from 0 to 2"),
    ("temperature = true", "temperature must be a number"),
    ("temperature = nan", "temperature must be a number"),
    ("temperature = inf", "temperature must be a number"),
    ("temperature = 1e99999999999999999999", "temperature must be a number"),
    ("budget.answer = 1e99999999999999999999", "budget.answer must be an amount"),
    ('temperature = "hot"', "temperature must be a number"),
    ("top_p = 0", "top_p must be a number above 0 up to 1"),
    ("max_tokens = 0", "max_tokens must be a whole number from 1 to 1,000,000"),
    ("max_tokens = 1.5", "max_tokens must be a whole number"),
    ("max_tokens = true", "max_tokens must be a whole number"),
    ('reasoning_effort = "foo"', "reasoning_effort must be one of none, minimal"),
    ('service_tier = ["flex"]', "service_tier must be one of default, priority, flex"),
    ("retries = 11", "retries must be a whole number from 0 to 10"),
    ('keyring = "yes"', "keyring must be true or false"),
    ('ca_bundle = "certificates.pem"', "ca_bundle must be the whole path of a file that is there"),
    ('ca_bundle = "/nowhere/at/all.pem"', "ca_bundle must be the whole path of a file that is there"),
    ("timeouts.idle_s = 0", "timeouts.idle_s must be a number above 0"),
    ("timeouts = 5", "timeouts is not a setting"),
    ("timeouts.idle = 5", "timeouts.idle is not a setting (did you mean timeouts.idle_s?)"),
    ("budget.answer = 0", "budget.answer must be an amount of dollars above 0"),
    ("budget.answer = -1", "budget.answer must be an amount"),
    ('budget.answer = "lots"', "budget.answer must be an amount of dollars, such as 0.50"),
    ('budget.answer = "NaN"', "budget.answer must be an amount"),
    ("budget.answer = 1e-10", "budget.answer must be an amount of dollars with at most 9 decimals"),
    ("modelx = 1", "modelx is not a setting (did you mean model?)"),
    ("[[budget]]", "budget is not a setting"),
]


@pytest.mark.parametrize(("line", "words"), WRONG)
def test_a_wrong_value_is_named_with_its_line_and_its_default_counts(home: Home, line: str, words: str) -> None:
    home.config(f"# mine\nretries = 4\n{line}\n" if "retries" not in line else f"# mine\n\n{line}\n")
    settings = home.load()
    (complaint,) = settings.complaints
    assert complaint.line == 3
    assert complaint.message.startswith(words)
    default = {row.key: row.value for row in explain(Settings())}
    assert {row.key: row.value for row in explain(settings) if row.key != "retries"} == {
        key: value for key, value in default.items() if key != "retries"
    }


def test_every_kind_of_value_is_read(home: Home, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").touch()
    home.config(
        f'temperature = 0\ntop_p = 0.9\nmax_tokens = 100\nreasoning_effort = "high"\nservice_tier = "flex"\n'
        f'keyring = false\nca_bundle = "{tmp_path}/ca.pem"\n[timeouts]\nidle_s = 1.5\n[budget]\nanswer = 0.123456789\n'
    )
    settings = home.load()
    assert settings.complaints == ()
    assert (settings.temperature, settings.top_p, settings.max_tokens, settings.keyring) == (0.0, 0.9, 100, False)
    assert (settings.timeouts.idle_s, settings.timeouts.connect_s) == (1.5, 10.0)
    assert settings.budget.answer == 123_456_789
    assert settings.ca_bundle == tmp_path / "ca.pem"


def test_budgets_and_what_is_done_at_an_end_are_settings(home: Home) -> None:
    settings = home.load()
    assert (settings.budget.conversation, settings.budget.day, settings.budget.month) == (None, None, None)
    assert (settings.carrying_on.automatic, settings.carrying_on.legs) == (True, 8)
    assert (settings.context.trim, settings.trash.days) == ("stop", 30)
    home.config(
        "[budget]\nconversation = 0.50\nday = 2.00\nmonth = 20.00\n[carrying_on]\nautomatic = false\nlegs = 3\n"
        '[context]\ntrim = "oldest"\n[trash]\ndays = 7\n'
    )
    settings = home.load()
    assert settings.complaints == ()
    assert (settings.budget.conversation, settings.budget.day) == (5 * 10**8, 2 * 10**9)
    assert settings.budget.month == 20 * 10**9
    assert (settings.carrying_on.automatic, settings.carrying_on.legs) == (False, 3)
    assert (settings.context.trim, settings.trash.days) == ("oldest", 7)


@pytest.mark.parametrize(("written", "nano"), [("0.1", 10**8), ('"$0.50"', 5 * 10**8), ("2", 2 * 10**9), ("1e-9", 1)])
def test_dollars_are_exact(home: Home, written: str, nano: int) -> None:
    home.config(f"budget.answer = {written}")
    assert home.load().budget.answer == nano


def test_later_sources_lie_over_earlier_ones_and_are_remembered(home: Home) -> None:
    origins = [home.load().origin_of("model")]
    home.config('model = "file"')
    origins.append(home.load().origin_of("model"))
    update_state(home.paths.state_file, {"model": "picked", "favourites": ["a"]})
    origins.append(home.load().origin_of("model"))
    own = {"LLM_BASE_URL": "http://127.0.0.1:1/v1", "LLM_MODEL": "env"}
    origins.append(home.load(None, **own).origin_of("model"))
    settings = home.load({"model": "-m", "temperature": None}, **own)
    origins.append(settings.origin_of("model"))
    assert origins == ["default", "config.toml", "state.toml", "environment", "command line"]
    assert (settings.model, settings.complaints) == ("-m", ())


ENVIRONMENTS: list[tuple[dict[str, str], dict[str, object], tuple[str, str]]] = [
    ({}, {}, ("lava", "mine")),
    ({"LLM_MODEL": "x", "LLM_API_KEY": "k"}, {}, ("lava", "mine")),
    ({"LLM_BASE_URL": " "}, {}, ("lava", "mine")),
    ({"LLM_BASE_URL": "http://localhost:9/v1/"}, {}, ("env", "mine")),
    ({"LLM_BASE_URL": "http://localhost:9/v1/", "LLM_MODEL": "x"}, {}, ("env", "x")),
    ({"LLM_BASE_URL": "http://localhost:9/v1/", "LLM_MODEL": "x"}, {"model": "y"}, ("env", "y")),
    ({"LLM_BASE_URL": "http://localhost:9/v1/", "LLM_MODEL": "x"}, {"provider": "flo2"}, ("flo2", "mine")),
    ({"LLM_BASE_URL": "http://localhost:9/v1/", "LLM_MODEL": "x"}, {"provider": "env"}, ("env", "x")),
]


@pytest.mark.parametrize(("environ", "overrides", "expected"), ENVIRONMENTS)
def test_the_environment_alone_can_choose_the_server(
    home: Home, environ: dict[str, str], overrides: dict[str, object], expected: tuple[str, str]
) -> None:
    home.config('provider = "lava"\nmodel = "mine"')
    settings = home.load(overrides, **environ)
    assert (settings.provider, settings.model) == expected
    assert settings.provider_named(settings.provider).name == expected[0]


@pytest.mark.parametrize(
    ("address", "needs_key"), [("http://127.0.0.1:8/v1/", False), ("https://llm.example/v1", True)]
)
def test_a_server_from_the_environment_needs_a_key_unless_it_is_here(home: Home, address: str, needs_key: bool) -> None:
    provider = home.load(LLM_BASE_URL=address).provider_named("env")
    assert (provider.base_url, provider.needs_key, provider.key_env) == (
        address.rstrip("/"),
        needs_key,
        ("LLM_API_KEY",),
    )


def test_a_wrong_address_in_the_environment_stops_rather_than_asking_another_server(home: Home) -> None:
    with pytest.raises(ConfigError, match="LLM_BASE_URL must begin with https"):
        home.load(LLM_BASE_URL="http://llm.example/v1")


def test_a_wrong_model_in_the_environment_is_an_error(home: Home) -> None:
    with pytest.raises(ConfigError, match="LLM_MODEL: model must be"):
        home.load(LLM_BASE_URL="http://127.0.0.1/v1", LLM_MODEL="a\nb")


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"temperature": "3"}, "temperature must be a number from 0 to 2"),
        ({"temperaturex": 1}, "there is no setting temperaturex (did you mean temperature?)"),
        ({"budget.answer": "free"}, "budget.answer must be an amount"),
    ],
)
def test_a_wrong_option_is_a_usage_error(home: Home, overrides: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError, match=re.escape(words)):
        home.load(overrides)


def test_options_may_come_as_texts(home: Home) -> None:
    settings = home.load({"temperature": "0.5", "budget.answer": "$0.25", "system": "5", "model": "true"})
    assert (settings.temperature, settings.budget.answer) == (0.5, 250_000_000)
    assert (settings.system, settings.model) == ("5", "true")


def test_an_unknown_provider_is_never_replaced_by_another(home: Home) -> None:
    home.config('provider = "lawa"')
    settings = home.load()
    with pytest.raises(ConfigError, match=re.escape("no provider lawa (did you mean lava?)")):
        settings.provider_named(settings.provider)


def test_the_rows_of_config_show_name_the_origin_and_no_secret(home: Home) -> None:
    home.config(
        'retries = 5\n[providers.work]\nbase_url = "https://w.example/v1"\nheaders = { X-Token = "SENTINEL-1" }\n'
        'key_command = ["sh", "-c", "echo SENTINEL-2"]\nextra_body = { user = "SENTINEL-3" }\n'
        'lava = { connection_secret = "SENTINEL-4" }\n'
    )
    rows = {row.key: row for row in explain(home.load({"budget.answer": "0.5"}, LLM_BASE_URL="http://[::1]:1"))}
    assert (rows["retries"].value, rows["retries"].origin) == ("5", "config.toml")
    assert (rows["budget.answer"].value, rows["budget.answer"].origin) == ("0.5", "command line")
    assert (rows["providers.work.headers"].value, rows["providers.env.base_url"].origin) == ("(set)", "environment")
    assert rows["providers.deepinfra.base_url"].origin == "default"
    assert "SENTINEL" not in str(rows)


def test_the_documentation_names_every_setting_with_its_default() -> None:
    told = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text()
    for one in every_setting().values():
        default = f" `{one.shown()}`" if one.shown() else ""
        assert f"| `{one.key}` |{default} | {one.about} |\n" in told
    for one in (*settings_of(Provider("x")), *settings_of(LavaParts())):
        assert f"| `{one.key}` | {one.about} |\n" in told

"""Providers: those built in, the user's tables, and the addresses they may have."""

from __future__ import annotations

import json

import pytest

from deepchat.config.addresses import address, is_loopback, origin_of, server_of
from deepchat.config.lava_parts import LavaParts
from deepchat.config.providers import BUILT_IN, Provider, key_page
from deepchat.errors import ConfigError
from deepchat.secret import Secret, scrub
from tests.config.homes import Home

GOOD = [
    ("https://llm.example.com/v1", "https://llm.example.com/v1"),
    (" https://llm.example.com/v1// ", "https://llm.example.com/v1"),
    ("https://llm.example.com/v1/chat/completions", "https://llm.example.com/v1"),
    ("http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1"),
    ("http://127.8.9.1", "http://127.8.9.1"),
    ("http://[::1]:8080/v1/", "http://[::1]:8080/v1"),
    ("http://localhost:1234/v1", "http://localhost:1234/v1"),
    ("HTTPS://LLM.example.com", "HTTPS://LLM.example.com"),
]
BAD = [
    ("", "an address"),
    (7, "an address"),
    ("llm.example.com/v1", "an address"),
    ("ftp://llm.example.com", "an address"),
    ("file:///etc/passwd", "an address"),
    ("https://", "an address"),
    ("https://[::1", "an address"),
    ("https://a:99999/", "an address"),
    ("https://a.example/v1\nHost: b", "an address"),
    ("https://a.example\\@b.example/", "an address"),
    ("https://аpi.example.com", "an address"),
    ("http://llm.example.com/v1", "begin with https"),
    ("http://192.168.1.5:11434/v1", "begin with https"),
    ("http://0.0.0.0/v1", "begin with https"),
    ("http://127.0.0.1.evil.example/", "begin with https"),
    ("http://127.1/", "begin with https"),
    ("http://localhost.evil.example/", "begin with https"),
    ("http://localhost@evil.example/", "name or password"),
    ("https://user:SENTINEL@a.example/", "name or password"),
    ("https://a.example/v1?key=SENTINEL", "before ? and #"),
    ("https://a.example/v1#x", "before ? and #"),
]


@pytest.mark.parametrize(("written", "meant"), GOOD)
def test_https_and_this_machine_are_addresses(written: str, meant: str) -> None:
    assert address(written) == meant


@pytest.mark.parametrize(("written", "why"), BAD)
def test_what_could_show_a_key_to_a_stranger_is_no_address(written: object, why: str) -> None:
    with pytest.raises(ValueError, match=why.replace("?", r"\?")) as caught:
        address(written)
    assert "SENTINEL" not in str(caught.value)


def test_an_origin_is_scheme_host_and_port() -> None:
    assert origin_of("https://A.example/v1") == ("https", "a.example", 443)
    assert origin_of("http://[::1]:8080/") == ("http", "::1", 8080)
    assert not is_loopback("example.com")


def test_the_built_in_addresses_are_good_ones() -> None:
    for name, provider in BUILT_IN.items():
        assert (provider.name, address(provider.base_url)) == (name, provider.base_url)
        assert bool(provider.key_env) == provider.needs_key
    assert BUILT_IN["native"].key_env == BUILT_IN["deepinfra"].key_env
    assert BUILT_IN["lava"].target_base_url == BUILT_IN["deepinfra"].base_url


def test_a_table_changes_only_the_keys_it_names(home: Home) -> None:
    home.config('[providers.deepinfra]\nfallback = ["flo2"]\nheaders = { X-Team = "research" }\n')
    provider = home.load().provider_named("deepinfra")
    assert (provider.fallback, dict(provider.headers)) == (("flo2",), {"X-Team": "research"})
    assert (provider.base_url, provider.kind) == (BUILT_IN["deepinfra"].base_url, "deepinfra")


def test_what_is_sent_along_is_what_json_has(home: Home) -> None:
    home.config("[providers.lava]\nextra_body = { min_p = 0.05, n = [1, true, 'x'], deep = { a = -2 } }")
    body = home.load().provider_named("lava").extra_body
    assert json.loads(json.dumps(body)) == {"min_p": 0.05, "n": [1, True, "x"], "deep": {"a": -2}}


def test_a_fallback_that_cannot_be_used_stays_named_so_that_it_is_told_of(home: Home) -> None:
    home.config('[providers.deepinfra]\nfallback = ["flo2"]\n[providers.flo2]\nbase_url = 5\n')
    settings = home.load()
    assert settings.chosen_provider().fallback == ("flo2",)
    assert [complaint.line for complaint in settings.complaints_about(["deepinfra"])] == [4]


def test_a_provider_of_ones_own_needs_only_an_address(home: Home) -> None:
    home.config('[providers.work]\nbase_url = "https://w.example/v1/"\nkey_env = "WORK_KEY"\nextra_body.user = "me"')
    provider = home.load().provider_named("work")
    assert (provider.kind, provider.base_url, provider.key_env) == ("openai", "https://w.example/v1", ("WORK_KEY",))
    assert (provider.extra_body, provider.needs_key) == ({"user": "me"}, True)


@pytest.mark.parametrize(
    "line",
    [
        'base_url = "http://llm.example.com"',
        "base_url = 3",
        'base_url = "https://w.example',
        'kind = "opnai"',
        'base_ulr = "https://w.example/v1"',
        'url = "https://w.example/v1"',
        'knd = "lava"',
        f"key_env = [0x{'F' * 5000}]",
        'key_env = "sk-SENTINEL-1234567890"',
        'key_env = "SENTINELsecret1234567890"',
        'key_command = "pass show"',
        'key_command = ["./get-key"]',
        'target_base_url = "http://llm.example.com"',
        'lava = { customer_id = "c" }',
        'lava = { customer = "c" }',
        "lava = { disable_billing = 1 }",
        'lava = { meter_slug = "m", provider_key_env = "SENTINEL-x" }',
    ],
)
def test_a_provider_that_might_send_its_key_astray_is_not_used(home: Home, line: str) -> None:
    home.config(f"[providers.deepinfra]\n{line}\n")
    settings = home.load()
    assert [complaint.line for complaint in settings.complaints] == [2]
    with pytest.raises(ConfigError, match=r"line 2|a line of") as caught:
        settings.provider_named("deepinfra")
    assert "SENTINEL" not in f"{settings.complaints} {caught.value}"


def test_a_key_in_the_place_of_a_name_is_scrubbed_from_everything(home: Home) -> None:
    home.config('[providers.lava]\nkey_env = "SENTINELsecret1234567890"\napi_key = "SENTINEL-key-in-config"\n')
    home.load()
    assert "SENTINEL" not in scrub("my keys are SENTINELsecret1234567890 and SENTINEL-key-in-config")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("headers = 3", "headers must be a table"),
        ('headers = { "X Y" = "a" }', "headers must be a table of names and plain texts"),
        ('headers = { X = "a\\r\\nY: b" }', "headers must be a table of names and plain texts"),
        ('headers = { authorization = "Bearer x" }', "headers can't set authorization"),
        ("extra_body = []", "extra_body must be a table"),
        ("extra_body = { day = 2026-11-21 }", "extra_body must hold only what JSON has"),
        ("extra_body = { share = nan }", "extra_body must hold only what JSON has"),
        (f"extra_body.{'a.' * 3000}a = 1", "extra_body must hold only what JSON has"),
        (f"extra_body.a = 0x{'F' * 5000}", "extra_body must hold only what JSON has"),
        ('fallback = "flo2"', "fallback must be a list"),
        ("needs_key = 0", "needs_key must be true or false"),
        ('api_key = "SENTINEL-key-in-config"', "api_key is no place for a key"),
        ("fallbacks = []", "fallbacks is not a setting (did you mean fallback?)"),
        ('fallback = ["flo2", "none", "lava"]', "fallback names none, lava"),
    ],
)
def test_other_faults_cost_only_their_line(home: Home, line: str, words: str) -> None:
    home.config(f"[providers.lava]\n{line}\n")
    settings = home.load()
    (complaint,) = settings.complaints
    assert (complaint.line, words in complaint.message) == (2, True)
    assert "SENTINEL" not in str(complaint)
    fallback = ("flo2",) if "fallback names" in words else ()
    assert settings.provider_named("lava").fallback == fallback


@pytest.mark.parametrize("table", ["[providers.nowhere]", "[providers.Work]", "[providers.env]", "providers.x = 1"])
def test_a_table_that_is_no_provider_is_complained_of(home: Home, table: str) -> None:
    home.config(f"{table}\n" + ("" if "nowhere" in table else "#"))
    settings = home.load()
    assert [complaint.line for complaint in settings.complaints] == [1]
    assert settings.providers.keys() == BUILT_IN.keys()


def test_lava_tokens_can_be_composed_from_parts(home: Home) -> None:
    home.config(
        '[providers.lava]\nlava = { customer_id = "c", meter_slug = "m", disable_billing = true, '
        'product_secret = "SENTINEL-product", provider_key_env = "OWN_KEY" }'
    )
    settings = home.load()
    assert settings.provider_named("lava").lava == LavaParts(
        customer_id="c",
        meter_slug="m",
        disable_billing=True,
        product_secret=Secret("SENTINEL-product"),
        provider_key_env="OWN_KEY",
    )
    assert "SENTINEL" not in repr(settings)


def test_a_broken_header_does_not_lend_its_keys_to_the_table_before(home: Home) -> None:
    home.config('[providers.deepinfra]\nneeds_key = true\n[providers.work\nbase_url = "https://evil.example/v1"\n')
    settings = home.load()
    assert [complaint.line for complaint in settings.complaints] == [3]
    assert "evil" not in str(settings.providers)


@pytest.mark.parametrize(
    ("written", "server"),
    [
        ("https://LLM.example.com/v1", "llm.example.com"),
        ("https://llm.example.com:443", "llm.example.com"),
        ("https://llm.example.com:8443/v1", "llm.example.com:8443"),
        ("http://[::1]:8080/v1", "[::1]:8080"),
    ],
)
def test_a_server_is_called_by_its_host_and_by_its_port_where_that_is_another(written: str, server: str) -> None:
    assert server_of(written) == server


def test_a_page_for_keys_belongs_to_an_address_and_not_to_a_name() -> None:
    assert key_page(BUILT_IN["openrouter"]) == "openrouter.ai/settings/keys"
    assert key_page(BUILT_IN["native"]) == key_page(BUILT_IN["deepinfra"]) == "deepinfra.com/dash/api_keys"
    assert key_page(Provider("work", base_url="https://api.openai.com/v1")) == key_page(BUILT_IN["openai"]) != ""
    assert not key_page(Provider("deepinfra", base_url="https://llm.example.com/v1"))
    assert not key_page(Provider("deepinfra", base_url="https://api.deepinfra.com:8443/v1"))

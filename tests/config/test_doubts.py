"""Where what was lost may decide which provider is asked, or where it is, no default takes its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.config.doubts import choice_in_doubt, tables_in_doubt
from deepchat.config.files import Complaint, update_state
from deepchat.config.providers import BUILT_IN
from deepchat.config.settings import every_setting
from deepchat.errors import ConfigError
from tests.config.homes import Home, home_in

WORK = b'\n[providers.work]\nbase_url = "https://w.example/v1"\n'
ADDRESS = b'base_url = "https://w.example/v1"\n'
CHOICES = {
    "no quotes": b"provider = work",
    "an open quote": b'provider = "work',
    "a wrong type": b'provider = ["work"]',
    "nothing": b'provider = ""',
    "no equals sign": b'provider "work"',
    "a colon": b'provider: "work"',
    "misspelled": b'providr = "work"',
    "capitals": b'Provider = "work"',
    "a table's name": b'providers.name = "work"\nprovider.name = "work"',
    "no name": b'= "work"',
    "a byte in its name": b'pro\xffvider = "work"',
    "a byte in its value": b'provider = "w\xffrk"',
    "a null byte": b"provider = \0",
    "said twice": b'provider = "work"\nprovider = "lava"',
    "under a long text": b'system = """\nprovider = "work"',
    "under a broken header": b'[budget\nprovider = "work"',
    "in another table": b'[timeouts]\nprovider = "work"',
    "after too many faults": b"x = =\n" * 30 + b'provider = "work"',
    "UTF-16": 'provider = "work"'.encode("utf-16"),
    "only a bracket": b"[",
}


@pytest.mark.parametrize("config", CHOICES.values(), ids=CHOICES.keys())
def test_a_choice_that_cannot_be_read_is_not_replaced_by_the_default(home: Home, config: bytes) -> None:
    home.config(config if b'"""' in config else config + WORK)
    with pytest.raises(ConfigError, match=r"line \d+ of .*config.toml can't be used, but may say which provider"):
        home.load().chosen_provider()
    here = home.load(LLM_BASE_URL="http://127.0.0.1:9/v1").chosen_provider()
    assert here.base_url == "http://127.0.0.1:9/v1"


LOST_WITH_ITS_TABLE = {"under a long text", "after too many faults", "UTF-16"}


@pytest.mark.parametrize("config", [one for name, one in CHOICES.items() if name not in LOST_WITH_ITS_TABLE])
def test_a_provider_that_is_named_is_asked_whatever_the_choice_was(home: Home, config: bytes) -> None:
    home.config(config + WORK)
    assert home.load({"provider": "work"}).chosen_provider().base_url == "https://w.example/v1"


def test_what_was_picked_later_comes_before_a_broken_choice_and_may_be_broken_itself(home: Home) -> None:
    home.config(b"provider = work" + WORK)
    update_state(home.paths.state_file, {"provider": "work", "recent": ["a"]})
    assert home.load().chosen_provider().name == "work"
    home.paths.state_file.write_text("provider = work\n")
    home.config(b'provider = "lava"')
    with pytest.raises(ConfigError, match=r"line 1 of .*state.toml"):
        home.load().chosen_provider()


HARMLESS = [
    b"model = a",
    b'model "a"',
    b"temperature = = 2",
    b"[timeouts]\nidle_s = ",
    b"[timeouts\nidle_s = 3",
    b"# provider = \xff",
    b"colour = = 3",
    b"[budget]\nanswer 5",
    b'[colours]\nlight = "x',
    b'system = """\nmodel = 3',
    b'provider = "deepinfra"\nproviderx = "work"',
    b"[providers.work\nbase_url = 3",
    b'[providers.work]\nurl = "https://w.example/v1"',
]


@pytest.mark.parametrize("config", HARMLESS)
def test_other_faults_cost_only_their_line(home: Home, config: bytes) -> None:
    home.config(config)
    settings = home.load()
    assert settings.complaints != ()
    assert settings.chosen_provider() == BUILT_IN["deepinfra"]


TABLES = {
    "a torn header": b"[providers.deepinfra\n",
    "a header cut off": b"[providers.deep\n",
    "no first bracket": b"providers.deepinfra]\n",
    "no point": b"[providers deepinfra]\n",
    "more behind it": b"[providers.deepinfra] x\n",
    "misspelled": b"[providres.deepinfra]\n",
    "capitals": b"[providers.DeepInfra]\n",
    "a byte in it": b"[prov\xffiders.deepinfra]\n",
    "nothing of the name": b"[providers.\n",
    "no name at all": b"[\n",
    "another word": b"[deepinfra]\n",
    "one table deeper": b"[llm.deepinfra]\n",
    "no header": b"\n",
    "said twice": b"[providers.deepinfra]\n[providers.deepinfra]\n",
    "an array": b"[[providers.deepinfra]]\n",
    "a broken address": b"[providers.deepinfra]\nkind = lava\n",
    "a byte in the table": b"[providers.deepinfra]\nheaders = '\xff'\n",
    "no table": b"providers = 3\n[x]\n",
}


@pytest.mark.parametrize("config", TABLES.values(), ids=TABLES.keys())
@pytest.mark.parametrize("overrides", [{}, {"provider": "deepinfra"}], ids=["by default", "by name"])
def test_a_provider_whose_table_may_be_lost_is_not_asked(
    home: Home, config: bytes, overrides: dict[str, object]
) -> None:
    home.config(b'provider = "deepinfra"\n' + config + ADDRESS)
    with pytest.raises(ConfigError, match=r"the provider deepinfra can't be used: .*config.toml, line \d+"):
        home.load(overrides).chosen_provider()


@pytest.mark.parametrize("config", [b"[providers.deepinfra\n", b"[providers.deep\n", b"[providers.\n", b"[\n"])
def test_a_provider_whose_table_is_there_is_asked_beside_a_lost_one(home: Home, config: bytes) -> None:
    home.config(WORK + config + ADDRESS)
    assert home.load({"provider": "work"}).chosen_provider().base_url == "https://w.example/v1"


def test_a_file_that_cannot_be_read_at_all_leaves_only_the_environments_provider(home: Home) -> None:
    home.paths.config_file.mkdir(parents=True)
    with pytest.raises(ConfigError, match=r"config.toml can't be used, but may say") as caught:
        home.load().chosen_provider()
    assert "-p" not in caught.value.hint
    with pytest.raises(ConfigError, match="the provider deepinfra can't be used"):
        home.load({"provider": "deepinfra"}).chosen_provider()
    assert home.load(LLM_BASE_URL="http://127.0.0.1:9/v1").chosen_provider().name == "env"


WORDS = st.sampled_from(
    ["provider", "providers", ".", "[", "]", "=", '"', "'", '"""', "\n", " ", "work", "{", "}", ",", "#"]
)


@given(st.lists(WORDS, max_size=40).map("".join).map(str.encode) | st.binary(max_size=60))
def test_no_content_makes_loading_fail(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    home = home_in(tmp_path_factory.getbasetemp() / "doubts")
    home.config(content)
    settings = home.load()
    assert settings.provider_in_doubt in (None, *settings.complaints)


def test_no_other_setting_is_taken_for_one_that_decides(home: Home) -> None:
    for key in every_setting():
        if key != "provider":
            complaint = Complaint(home.paths.config_file, 1, "is wrong", (tuple(key.split(".")),))
            assert choice_in_doubt([complaint], is_told=False) is None
            assert list(tables_in_doubt([complaint])) == []


def test_only_complaints_about_providers_in_use_are_told(home: Home) -> None:
    home.config(
        "retries = 99\n[providers.lava]\nheaders = 3\n[providers.flo2]\nheaders = = 4\n"
        "[providers.openai]\nneeds_key = 5\n"
        '[providers.deepinfra]\nfallback = ["flo2"]\n'
    )
    settings = home.load()
    assert sorted(complaint.line or 0 for complaint in settings.complaints) == [1, 3, 5, 7]
    assert sorted(complaint.line or 0 for complaint in settings.complaints_about(["deepinfra"])) == [1, 5]
    assert sorted(complaint.line or 0 for complaint in settings.complaints_about(["lava"])) == [1, 3]

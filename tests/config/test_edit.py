"""`config set` changes one line and no other byte."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.config.edit import default_config_text, set_value, unset_value, write_default_config
from deepchat.config.files import read_toml, update_state
from deepchat.config.settings import Settings
from deepchat.errors import ConfigError, UsageError
from deepchat.secret import scrub
from tests.config.homes import Home, home_in

CHANGES = [
    ("", "model", "a/b", 'model = "a/b"\n'),
    ("# top\n", "model", "a/b", 'model = "a/b"\n# top\n'),
    ("model = 'x'   # why\nretries=1\n", "model", "a/b", 'model = "a/b"   # why\nretries=1\n'),
    ("\ufeffretries = 1\r\n[budget]\r\n", "model", "m", '\ufeffretries = 1\r\nmodel = "m"\r\n[budget]\r\n'),
    ("\ufeff[budget]\r\n", "retries", "3", "\ufeffretries = 3\r\n[budget]\r\n"),
    ("# model = 1\n# x\n", "model", "m", '# model = 1\nmodel = "m"\n# x\n'),
    ("system = '''\n# model = 1\n'''\n", "model", "m", "system = '''\n# model = 1\n'''\nmodel = \"m\"\n"),
    ('system = """\nretries = 1\n"""\nretries = 2', "retries", "9", 'system = """\nretries = 1\n"""\nretries = 9'),
    ("[budget]\nanswer=0.1 # x\n[timeouts]\n", "budget.answer", "0.20", "[budget]\nanswer=0.20 # x\n[timeouts]\n"),
    ("budget.answer = 1", "budget.answer", "2", "budget.answer = 2"),
    ("[budget]\n\n[timeouts]\n", "budget.answer", "2", "[budget]\nanswer = 2\n\n[timeouts]\n"),
    ("retries = 1", "budget.answer", "$2", 'retries = 1\n\n[budget]\nanswer = "$2"\n'),
    ("retries = 1", "keyring", "false", "retries = 1\nkeyring = false\n"),
    (
        "[timeouts]\nidle_s = 1\n[budget]\n",
        "timeouts.connect_s",
        "2",
        "[timeouts]\nidle_s = 1\nconnect_s = 2\n[budget]\n",
    ),
    ("", "providers.work.base_url", "https://w/v1", '\n[providers.work]\nbase_url = "https://w/v1"\n'),
    (
        "[providers.deepinfra]\n",
        "providers.deepinfra.fallback",
        '["flo2"]',
        '[providers.deepinfra]\nfallback = ["flo2"]\n',
    ),
]


@pytest.mark.parametrize(("before", "key", "value", "after"), CHANGES)
def test_one_line_is_changed_in_its_right_place(home: Home, before: str, key: str, value: str, after: str) -> None:
    home.config(before)
    set_value(home.paths, key, value)
    assert home.paths.config_file.read_bytes().decode() == after
    assert home.load().complaints == ()


COMMENTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20).map("# {}".format)
LINES = st.one_of(
    COMMENTS, st.sampled_from(["", "  ", "retries = 7  # seven", "system = '''\n[x]\n'''", "model = 'a'"])
)


@given(
    st.lists(LINES, max_size=6, unique=True),
    st.sampled_from(["", "[budget]\nanswer = 3 # dollars", "[timeouts]\n# idle_s = 5\ntotal_s = 9"]),
    st.sampled_from([("model", "new/one"), ("retries", "5"), ("budget.answer", "0.5"), ("timeouts.idle_s", "4.5")]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_every_other_line_stays_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str], table: str, change: tuple[str, str], end: str
) -> None:
    home = home_in(tmp_path_factory.getbasetemp())
    before = "\n".join([*lines, table, ""]).replace("\n", end)
    home.config(before)
    set_value(home.paths, *change)
    after = home.paths.config_file.read_bytes().decode()
    name = change[0].rpartition(".")[2]
    others = [line for line in before.split("\n") if line.split(" =")[0] != name]
    left = iter(after.split("\n"))
    assert all(line in left for line in others)
    assert after.count("\r") in {0, after.count("\n")}
    assert len(after.split("\n")) <= len(before.split("\n")) + 4


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("modelx", "x", r"no setting modelx \(did you mean model\?\)"),
        ("retries", "many", "retries must be a whole number"),
        ("retries", "1\nmodel = 2", "retries must be a whole number"),
        ("temperature", "nan", "temperature must be a number"),
        ("providers.work.base_url", "http://w.example", "must begin with https"),
        ("providers.work.base", "x", "did you mean providers.work.base_url"),
        ("providers.work", "x", "is not a setting of a provider"),
        ("providers.W.base_url", "x", "is not a setting of a provider"),
        ("providers.work.api_key", "SENTINEL-key-01", "keys are not kept in config.toml"),
        ("system", "a\udcffb", "system must be a text"),
    ],
)
def test_a_wrong_key_or_value_changes_nothing(home: Home, key: str, value: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        set_value(home.paths, key, value)
    assert "SENTINEL" not in caught.value.message + caught.value.hint
    assert not home.paths.config_file.exists()


def test_a_key_that_was_meant_for_the_file_is_scrubbed_from_everything(home: Home) -> None:
    with pytest.raises(UsageError):
        set_value(home.paths, "providers.work.token", "SENTINEL-set-01")
    assert "SENTINEL" not in scrub("SENTINEL-set-01")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("retries = \n", "nothing was changed: .*line 1"),
        ("budget = { answer = 1 }\n", "can't be put into"),
        ("[[budget]]\nanswer = 1\n", "can't be put into"),
    ],
)
def test_a_file_that_cannot_take_it_is_left_alone(home: Home, content: str, words: str) -> None:
    home.config(content)
    with pytest.raises(ConfigError, match=words):
        set_value(home.paths, "budget.answer", "2")
    assert home.paths.config_file.read_text() == content


@pytest.mark.parametrize(
    "text", ['say "hi"', "C:\\new", "two\nlines", "tab\t\x7f\x1b", "'''", "# no comment", "ünï ✓", ""]
)
def test_any_text_can_be_set(home: Home, text: str) -> None:
    set_value(home.paths, "system", text)
    assert home.load().system == text


def test_what_is_set_wins_over_what_was_picked_before(home: Home) -> None:
    update_state(home.paths.state_file, {"model": "picked", "recent": ["a"]})
    set_value(home.paths, "model", "set")
    assert home.load().model == "set"
    assert read_toml(home.paths.state_file).values == {"recent": ["a"]}


MUST_BE_THERE = ("ca_bundle", "folder")
"""What is on no machine that runs this."""


def test_the_default_file_changes_nothing_and_each_of_its_lines_could_count(home: Home) -> None:
    write_default_config(home.paths)
    settings = home.load()
    assert settings == Settings()
    lines = (line.removeprefix("# ") for line in default_config_text().splitlines())
    live = [line for line in lines if line[:1] == "[" or (" = " in line and not line.startswith(MUST_BE_THERE))]
    home.config("\n".join(live))
    settings = home.load()
    assert settings.complaints == ()
    assert (settings.temperature, settings.providers["work"].key_env) == (0.7, ("WORK_LLM_KEY",))


def test_the_default_file_is_written_only_where_there_is_none(home: Home) -> None:
    home.config("# mine\n")
    write_default_config(home.paths)
    assert home.paths.config_file.read_text() == "# mine\n"
    home.paths.config_file.unlink()
    home.paths.config_file.symlink_to("elsewhere.toml")
    write_default_config(home.paths)
    assert not home.paths.config_file.exists()


def test_the_default_file_can_be_set_line_by_line(home: Home) -> None:
    for key, value in (("retries", "3"), ("timeouts.idle_s", "7"), ("budget.answer", "0.5"), ("retries", "4")):
        set_value(home.paths, key, value)
    text = home.paths.config_file.read_text()
    said = {key: value for key, value in tomllib.loads(text).items() if value != {}}
    assert said == {"retries": 4, "timeouts": {"idle_s": 7}, "budget": {"answer": 0.5}}
    added = ("retries = 4\n", "idle_s = 7\n", "answer = 0.5\n")
    for line in added:
        text = text.replace(f"\n{line}", "\n", 1)
    assert text == default_config_text()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[budget]\nday = 2 # why\nmonth = 3\n", "[budget]\n# day = 2 # why\nmonth = 3\n"),
        ("budget.day = 2", "# budget.day = 2"),
        ("retries = 1\n", "retries = 1\n"),
    ],
)
def test_a_value_that_is_taken_out_stays_as_a_comment(home: Home, before: str, after: str) -> None:
    home.paths.config_file.parent.mkdir(parents=True, exist_ok=True)
    home.paths.config_file.write_text(before)
    unset_value(home.paths, "budget.day")
    assert home.paths.config_file.read_text() == after


def test_a_value_that_can_not_be_taken_out_is_told(home: Home) -> None:
    home.paths.config_file.parent.mkdir(parents=True, exist_ok=True)
    home.paths.config_file.write_text("budget = { day = 2 }\n")
    with pytest.raises(ConfigError, match="taken out"):
        unset_value(home.paths, "budget.day")

"""MCP servers in config.toml: what a table may have, and that a doubtful one starts nothing."""

from __future__ import annotations

import pytest

from deepchat.config.edit import default_config_text, set_value
from deepchat.config.explain import explain
from deepchat.config.servers import Server, with_variables
from deepchat.errors import ConfigError, UsageError
from deepchat.secret import scrub
from tests.config.homes import Home

FILES = '[mcp.files]\ncommand = ["npx", "files"]\n'


def test_a_program_and_an_address_are_servers(home: Home) -> None:
    home.config(
        f'{FILES}env = {{ TOKEN = "$MINE" }}\ntools = ["read"]\nlimit_s = 5\n'
        '[mcp.far-away]\nurl = "https://mcp.example.com/mcp"\nkey_env = "FAR_KEY"\nheaders = { X-Team = "$TEAM" }\n'
    )
    settings = home.load()
    files, far = settings.known_servers.usable.values()
    assert files == Server("files", ("npx", "files"), env={"TOKEN": "$MINE"}, tools=("read",), limit_s=5.0)
    assert (far.url, far.key_env, far.headers) == ("https://mcp.example.com/mcp", ("FAR_KEY",), {"X-Team": "$TEAM"})
    assert not settings.complaints


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('url = "https://a.example/mcp"', "command or a url"),
        ("tools = 5", "tools must be a list"),
        ('tool = ["read"]', "did you mean tools?"),
        ("env = { A = 5 }", "env must be a table"),
        ('env = { "A=B" = "c" }', "env must be a table"),
        ('headers = { Host = "b" }', "can't set Host"),
        ("command = 5", "must be a list"),
        ("tools = [", "can't be used"),
    ],
)
def test_a_line_that_may_decide_what_is_run_or_told_costs_the_server(home: Home, line: str, why: str) -> None:
    home.config(f'{FILES if "command" not in line else "[mcp.files]"}\n{line}\n[mcp.other]\ncommand = ["other"]\n')
    settings = home.load()
    assert "files" not in settings.known_servers.usable
    assert "files" in settings.known_servers.unusable
    assert any(why in str(one) or "line 4" in str(one) for one in settings.complaints)


@pytest.mark.parametrize("line", ["limit_s = -1", 'connect_s = "soon"'])
def test_a_wrong_number_costs_its_line_alone(home: Home, line: str) -> None:
    home.config(f"{FILES}{line}\n")
    settings = home.load()
    assert settings.known_servers.usable["files"].limit_s is None
    assert "line 3" in str(settings.complaints[0])


@pytest.mark.parametrize("name", ["a__b", "a_", "-a", "x" * 25, '"a b"', '"é"'])
def test_a_name_that_no_tool_could_begin_with_is_refused(home: Home, name: str) -> None:
    home.config(f'[mcp.{name}]\ncommand = ["x"]\n')
    assert not home.load().known_servers.usable


def test_what_is_no_table_is_told(home: Home) -> None:
    home.config("mcp = 5\n")
    assert "mcp must be tables" in str(home.load().complaints[0])


@pytest.mark.parametrize("url", ["http://mcp.example.com/mcp", "ftp://a.example", "https://me:secret@a.example"])
def test_an_address_that_could_show_a_key_to_a_stranger_is_refused(home: Home, url: str) -> None:
    home.config(f'[mcp.far]\nurl = "{url}"\n')
    assert "far" in home.load().known_servers.unusable


def test_a_dollar_takes_a_variable_of_the_users_and_a_secret_is_known_as_one() -> None:
    environ = {"MINE": "sentinel-of-mine-77", "PLAIN": "short word"}
    found = with_variables({"TOKEN": "$MINE", "A": "$PLAIN", "B": "5 $MINE"}, environ, "mcp.files.env")
    assert found == {"TOKEN": "sentinel-of-mine-77", "A": "short word", "B": "5 $MINE"}
    assert "sentinel" not in scrub("it is sentinel-of-mine-77")
    assert scrub("a short word") == "a short word"


@pytest.mark.parametrize("name", ["GH_PAT", "SLACK_BOT", "DSN"])
def test_a_variable_that_is_long_enough_is_taken_for_a_secret_whatever_its_name(name: str) -> None:
    with_variables({name: f"${name}"}, {name: f"sentinel-{name}"}, "mcp.files.env")
    assert "sentinel" not in scrub(f"it is sentinel-{name}")


def test_a_variable_that_is_not_set_is_named() -> None:
    with pytest.raises(ConfigError, match=r"mcp\.files\.env\.TOKEN names \$MINE, which is not set"):
        with_variables({"TOKEN": "$MINE"}, {}, "mcp.files.env")


def test_settings_tell_what_the_user_set_of_a_server_and_no_secret(home: Home) -> None:
    home.config(f'{FILES}env = {{ TOKEN = "sentinel-in-the-file" }}\n')
    rows = {row.key: row.value for row in explain(home.load())}
    assert (rows["mcp.files.command"], rows["mcp.files.env"]) == ("npx … (1 argument)", "(set)")
    assert "sentinel" not in scrub("sentinel-in-the-file")


def test_a_server_can_be_set_from_the_command_line(home: Home) -> None:
    set_value(home.paths, "mcp.files.command", '["npx", "files"]')
    set_value(home.paths, "mcp.files.limit_s", "5")
    assert home.load().known_servers.usable["files"] == Server("files", ("npx", "files"), limit_s=5.0)
    with pytest.raises(UsageError, match="not a setting of a server"):
        set_value(home.paths, "mcp.files", "5")


def test_the_example_in_the_file_is_a_good_one(home: Home) -> None:
    lines = default_config_text().partition("# [mcp.files]")[2].partition("# Other keys")[0].splitlines()
    home.config("\n".join(["[mcp.files]", *(line.removeprefix("# ") for line in lines)]))
    settings = home.load()
    assert [*settings.known_servers.usable] == ["files", "tickets"]
    assert not settings.complaints

"""API keys are found in a fixed order, kept privately, and never shown."""

from __future__ import annotations

import dataclasses
import os
import stat
import traceback
from pathlib import Path

import pytest

from deepchat.config import keychain
from deepchat.config.keys import FoundKey, key_in_environment, key_status, missing_key, remove_key, save_key
from deepchat.config.providers import BUILT_IN, Provider
from deepchat.config.settings import Settings
from deepchat.errors import ConfigError, KeyMalformed, KeyMissing
from deepchat.secret import Secret
from tests.config.finding import DEEPINFRA, KEY, find, printing, revealed
from tests.config.homes import Home
from tests.config.keyrings import Keyring


def test_the_first_source_that_has_a_key_wins(home: Home, keyring: Keyring) -> None:
    provider = printing("print('SENTINEL-by-command-01')")
    save_key(DEEPINFRA, Secret("SENTINEL-in-a-file-001"), home.paths, "file")
    assert revealed(find(home)) == ("SENTINEL-in-a-file-001", "credentials.toml")
    keyring.use("Newline")
    assert revealed(find(home)) == ("SENTINEL-in-keyring-01", "keyring")
    assert revealed(find(home, provider)) == ("SENTINEL-by-command-01", "key_command")
    assert revealed(find(home, provider, DEEPINFRA_TOKEN=KEY)) == (KEY, "environment (DEEPINFRA_TOKEN)")
    both = find(home, provider, DEEPINFRA_TOKEN="SENTINEL-second-0001", DEEPINFRA_API_KEY=KEY)
    assert revealed(both) == (KEY, "environment (DEEPINFRA_API_KEY)")


def test_an_empty_variable_counts_as_none(home: Home) -> None:
    assert key_in_environment(("A", "B"), {"A": "", "B": KEY}) == FoundKey(Secret(KEY), "environment (B)")
    assert find(home, dataclasses.replace(BUILT_IN["vllm"], key_env=("A",)), A="") is None


def test_a_variable_that_holds_no_key_is_named_but_not_quoted(home: Home) -> None:
    with pytest.raises(KeyMalformed) as caught:
        find(home, DEEPINFRA_API_KEY="SENTINEL with blanks")
    told = "".join(traceback.format_exception(caught.value))
    assert "DEEPINFRA_API_KEY: this can't be a key" in told
    assert "SENTINEL" not in told.replace("SENTINEL with blanks" + '")', "")


def test_without_a_key_the_error_says_how_to_give_one(home: Home, keyring: Keyring) -> None:
    keyring.use("Empty")
    assert find(home) is None
    error = missing_key(DEEPINFRA)
    assert (error.message, error.exit_status) == ("there is no API key for deepinfra", 3)
    assert error.hint == "set DEEPINFRA_API_KEY, or run `deepchat auth set deepinfra`"
    assert missing_key(Provider("work")).hint == "run `deepchat auth set work`"


@pytest.mark.parametrize(
    "name",
    [
        "Empty",
        "Raising",
        "Plaintext",
        "Number",
        "Noisy",
        "keyring.backends.null.Keyring",
        "keyring.backends.fail.Keyring",
    ],
)
def test_a_keyring_that_is_absent_broken_or_readable_by_all_is_none(home: Home, keyring: Keyring, name: str) -> None:
    keyring.use(name)
    assert find(home) is None
    with pytest.raises(ConfigError, match="no keyring of this system can be used") as caught:
        save_key(DEEPINFRA, Secret(KEY), home.paths, "keyring")
    assert (keyring.holds(), KEY in str(caught.value)) == ([], False)


def test_a_keyring_that_hangs_is_left_alone_after_a_while(
    home: Home, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deepchat.config.keychain.LIMIT_S", 0.5)
    keyring.use("Hanging")
    assert find(home) is None


def test_among_chained_keyrings_the_one_that_encrypts_is_asked(home: Home, keyring: Keyring) -> None:
    keyring.use("Chained")
    assert revealed(find(home)) == ("SENTINEL-in-keyring-01", "keyring")


def test_a_malformed_key_in_the_keyring_is_told(home: Home, keyring: Keyring) -> None:
    keyring.use("Malformed")
    with pytest.raises(KeyMalformed, match="the key in the keyring: ") as caught:
        find(home)
    assert "SENTINEL" not in str(caught.value)


def test_the_keyring_can_be_switched_off(home: Home, keyring: Keyring) -> None:
    keyring.use("Newline")
    home.config("keyring = false\n")
    assert find(home) is None


def test_nothing_in_the_working_directory_takes_the_keyrings_place(
    home: Home, keyring: Keyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring.use("Empty")
    (tmp_path / "repo").mkdir()
    for name in ("keyring.py", "json.py", "typing.py", "pass"):
        (tmp_path / "repo" / name).write_text("open('ran', 'w')\nraise SystemExit")
    monkeypatch.chdir(tmp_path / "repo")
    assert find(home) is None
    assert not (tmp_path / "repo" / "ran").exists()


def test_a_key_is_kept_in_one_place_only(home: Home, keyring: Keyring) -> None:
    keyring.use("Good")
    save_key(DEEPINFRA, Secret(KEY), home.paths, "file")
    save_key(DEEPINFRA, Secret(KEY), home.paths, "keyring")
    assert (keyring.holds(), KEY in home.paths.credentials_file.read_text()) == ([KEY], False)
    assert revealed(find(home)) == (KEY, "keyring")
    save_key(DEEPINFRA, Secret("SENTINEL-another-0001"), home.paths, "file")
    assert keyring.holds() == []
    assert revealed(find(home)) == ("SENTINEL-another-0001", "credentials.toml")


def test_a_removed_key_is_nowhere(home: Home, keyring: Keyring) -> None:
    assert remove_key(DEEPINFRA, home.paths) == ()
    save_key(BUILT_IN["flo2"], Secret("SENTINEL-of-flo2-0001"), home.paths, "file")
    save_key(DEEPINFRA, Secret(KEY), home.paths, "file")
    assert remove_key(DEEPINFRA, home.paths) == ("credentials.toml",)
    assert remove_key(DEEPINFRA, home.paths) == ()
    assert (find(home), revealed(find(home, BUILT_IN["flo2"]))[0]) == (None, "SENTINEL-of-flo2-0001")
    keyring.use("Good")
    save_key(DEEPINFRA, Secret(KEY), home.paths, "keyring")
    assert remove_key(DEEPINFRA, home.paths) == ("keyring",)
    assert keyring.holds() == []


def test_the_file_is_private_from_the_start_and_made_so_again(home: Home, keyring: Keyring) -> None:
    keyring.use("Empty")
    path = home.paths.credentials_file
    before = os.umask(0)
    try:
        save_key(DEEPINFRA, Secret(KEY), home.paths, "file")
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    found = find(home)
    assert found is not None
    assert "could be read by others" in found.notice
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found = find(home)
    assert found is not None
    assert found.notice == ""


def test_a_saved_key_does_not_follow_its_provider_to_another_address(home: Home, keyring: Keyring) -> None:
    moved = dataclasses.replace(DEEPINFRA, base_url="https://evil.example/v1")
    keyring.use("Good")
    save_key(DEEPINFRA, Secret(KEY), home.paths, "keyring")
    assert find(home, moved) is None
    save_key(DEEPINFRA, Secret(KEY), home.paths, "file")
    with pytest.raises(KeyMissing, match=r"belongs to https://api.deepinfra.com:443, not to https://evil.example:443"):
        find(home, moved)


@pytest.mark.parametrize("origin", ["", "origin = 5", 'origin = "SENTINEL-key-0001"'])
@pytest.mark.parametrize("key", ["", 'key = "SENTINEL-key-0002"', f"key = 0x{'F' * 5000}"])
def test_an_entry_without_its_origin_or_key_is_named_with_what_mends_it(
    home: Home, keyring: Keyring, origin: str, key: str
) -> None:
    keyring.use("Empty")
    home.paths.config.mkdir(parents=True)
    home.paths.credentials_file.write_text(f"[deepinfra]\n{origin}\n{key}\n")
    with pytest.raises(KeyMissing) as caught:
        find(home)
    assert f"[deepinfra] in {home.paths.credentials_file}" in caught.value.message
    assert 'origin = "https://api.deepinfra.com:443"' in caught.value.hint
    assert "SENTINEL" not in f"{caught.value.message} {caught.value.hint}"
    assert "None" not in caught.value.message


def test_a_broken_credentials_file_is_named_and_never_written_over(home: Home, keyring: Keyring) -> None:
    keyring.use("Empty")
    home.paths.config.mkdir(parents=True)
    home.paths.credentials_file.write_text('[flo2]\nkey = "SENTINEL-flo2\n')
    with pytest.raises(KeyMissing, match="line 2") as caught:
        find(home)
    with pytest.raises(ConfigError, match="line 2"):
        save_key(DEEPINFRA, Secret(KEY), home.paths, "file")
    assert "SENTINEL" not in str(caught.value)
    assert home.paths.credentials_file.read_text() == '[flo2]\nkey = "SENTINEL-flo2\n'


def test_for_a_provider_without_keys_none_is_kept_or_looked_up(home: Home, keyring: Keyring) -> None:
    keyring.use("Newline")
    assert find(home, BUILT_IN["ollama"]) is None
    with pytest.raises(ConfigError) as caught:
        save_key(BUILT_IN["ollama"], Secret(KEY), home.paths, "file")
    assert "needs_key" in caught.value.hint


def test_the_status_names_sources_and_problems_and_shows_no_key(home: Home, keyring: Keyring) -> None:
    keyring.use("Empty")
    save_key(BUILT_IN["flo2"], Secret("SENTINEL-of-flo2-0001"), home.paths, "file")
    broken = dataclasses.replace(printing("raise SystemExit(4)"), name="work", key_env=())
    providers = [DEEPINFRA, BUILT_IN["flo2"], BUILT_IN["lava"], BUILT_IN["ollama"], BUILT_IN["openai"], broken]
    environ = {**home.environ, "DEEPINFRA_TOKEN": KEY, "OPENAI_API_KEY": "SENTINEL bad"}
    rows = key_status(providers, environ, home.paths, Settings())
    assert [(row.provider, row.source) for row in rows] == [
        ("deepinfra", "environment (DEEPINFRA_TOKEN)"),
        ("flo2", "credentials.toml"),
        ("lava", ""),
        ("ollama", ""),
        ("openai", ""),
        ("work", ""),
    ]
    problems = [row.problem for row in rows]
    assert problems[:4] == ["", "", "no key", ""]
    assert "OPENAI_API_KEY: this can't be a key" in problems[4]
    assert "failed with exit status 4" in problems[5]
    assert "SENTINEL" not in repr(rows)


def test_a_found_key_shows_itself_nowhere(home: Home) -> None:
    found = find(home, DEEPINFRA_API_KEY=KEY)
    assert KEY not in f"{found} {found!r} {home.load()!r}"


def test_a_credentials_file_that_cannot_be_looked_at_is_told(home: Home, keyring: Keyring) -> None:
    keyring.use("Empty")
    home.paths.config.mkdir(parents=True)
    home.paths.credentials_file.symlink_to(home.paths.credentials_file)
    with pytest.raises(KeyMissing, match="its links go round in a circle"):
        find(home)


@pytest.mark.parametrize(
    ("name", "usable"),
    [("Empty", True), ("Good", True), ("Plaintext", False), ("keyring.backends.null.Keyring", False)],
)
def test_only_a_keyring_that_encrypts_can_be_used(keyring: Keyring, name: str, usable: bool) -> None:
    keyring.use(name)
    assert keychain.is_usable() is usable

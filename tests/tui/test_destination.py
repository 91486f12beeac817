"""Before a link is opened: where it leads is told, and what would make a reader take it for another place."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deepchat.errors import UsageError
from deepchat.tui.destination import LONGEST_LINK, destination, kind_of


@pytest.mark.parametrize(
    ("target", "place"),
    [
        ("https://example.com/a?b#c", "example.com"),
        ("HTTP://Example.com:8080", "example.com:8080"),
        ("http://localhost:3000/", "localhost:3000"),
        ("http://127.0.0.1", "127.0.0.1"),
        ("https://paypaI.com", "paypai.com"),
        ("http://[::1]:80/", "[::1]:80"),
        ("https://www.example.com./x", "www.example.com."),
        ("https://an_odd-name.example.com", "an_odd-name.example.com"),
        ("mailto:somebody%40example.com?subject=Hello", "somebody@example.com"),
    ],
)
def test_an_honest_link_leads_where_it_says(target: str, place: str) -> None:
    found = destination(target)
    assert (found.place, found.doubts) == (place, ())


@pytest.mark.parametrize(
    ("target", "place", "doubt"),
    [
        ("https://google.com@evil.com/x", "evil.com", "«google.com» before the @ is no address: it leads to evil.com"),
        ("https://a@b.com@evil.com:8080/", "evil.com:8080", "«a@b.com» before the @"),
        ("https://\u0430\u0440\u0440\u04cf\u0435.com", "\u0430\u0440\u0440\u04cf\u0435.com", "xn--80ak6aa92e.com"),
        ("https://\u0430\u0440\u0440\u04cf\u0435.com", "\u0430\u0440\u0440\u04cf\u0435.com", "looks Latin, but its"),
        (
            "https://xn--80ak6aa92e.com",
            "xn--80ak6aa92e.com",
            "is shown elsewhere as \u0430\u0440\u0440\u04cf\u0435.com",
        ),
        ("https://p\u0430ypal.com", "p\u0430ypal.com", "mixes letters that look alike: Cyrillic and Latin"),
        ("https://xn--pypal-4ve.com", "xn--pypal-4ve.com", "mixes letters that look alike: Cyrillic and Latin"),
        ("https://\uff45\uff56\uff49\uff4c.com", "\uff45\uff56\uff49\uff4c.com", "is the same as evil.com"),
        ("https://stra\u00dfe.de", "stra\u00dfe.de", "is the same as xn--strae-oqa.de"),
        ("https://good\u3002evil.com", "good\u3002evil.com", "is the same as good.evil.com"),
        ("http://0x7f.1/", "0x7f.1", "0x7f.1 is the same as 127.0.0.1"),
        ("http://2130706433:80", "2130706433:80", "is the same as 127.0.0.1"),
        ("mailto:me@example.com?subject=a&BCC=you@example.com", "me@example.com", "it goes to others too"),
        ("mailto:me@p\u0430ypal.com", "me@p\u0430ypal.com", "mixes letters"),
        ("mailto:me@example.com?Attach=/etc/passwd", "me@example.com", "attach a file"),
    ],
)
def test_a_link_that_is_not_what_it_looks_like_is_told(target: str, place: str, doubt: str) -> None:
    found = destination(target)
    assert found.place == place
    assert any(doubt in one for one in found.doubts), found.doubts


@pytest.mark.parametrize(
    "host", ["\u044f\u043d\u0434\u0435\u043a\u0441.\u0440\u0444", "\u65e5\u672c\u8a9e\u30c6\u30b9\u30c8abc.jp"]
)
def test_a_name_in_its_own_script_is_told_in_plain_letters_and_not_suspected(host: str) -> None:
    (doubt,) = destination(f"https://{host}/").doubts
    assert " is the same as xn--" in doubt


@pytest.mark.parametrize(
    "target",
    [
        "https://good.com\\@evil.com",
        "https:evil.com",
        "https:///evil.com",
        "http://[::1",
        "https://a%41.com",
        "https://a..b",
        "https://a\u200bb.com",
        "https://a\u2100b.com",
        "http://1.2.3.4:99999999/",
        f"https://{'a' * 64}.com",
        f"https://{'a.' * 130}com",
        "https://",
    ],
)
def test_a_link_that_programs_read_differently_is_not_opened(target: str) -> None:
    with pytest.raises(UsageError, match="told for sure"):
        destination(target)


def test_nobody_looks_through_a_link_without_end() -> None:
    assert destination("https://example.com/".ljust(LONGEST_LINK, "x")).place == "example.com"
    with pytest.raises(UsageError, match="16,385 characters"):
        destination("https://example.com/".ljust(LONGEST_LINK + 1, "x"))


@given(st.text(alphabet="ab.:@/\\[]%#?\u0430\u3002\uff0f\u200b1-", max_size=20))
def test_whatever_stands_there_its_host_is_told_or_it_is_not_opened(rest: str) -> None:
    target = f"https://{rest}"
    try:
        place = destination(target).place
    except UsageError:
        return
    assert (urlsplit(target).hostname or "") in place.lower()


@pytest.mark.parametrize(("target", "kind"), [("JavaScript:x", "javascript"), ("x", ""), ("http://[::1", "")])
def test_the_kind_of_a_link_is_its_scheme(target: str, kind: str) -> None:
    assert kind_of(target) == kind

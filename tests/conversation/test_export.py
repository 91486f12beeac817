"""An exported conversation is for reading, and nothing in it can act."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deepchat.conversation.conversation import Conversation
from deepchat.conversation.export import fences, to_html, to_json, to_markdown
from deepchat.conversation.export.facts import in_order
from deepchat.conversation.export.marks import marked
from deepchat.conversation.legs import Answer, Leg
from deepchat.conversation.message import Message, assistant, system, user
from deepchat.conversation.parts import Image, Text, ToolCall, ToolResult
from deepchat.conversation.tree import Node, Tree
from deepchat.conversation.usage import Cost
from tests.conversation.trees import conversations

CODE = "Look:\n\n```rust\nfn f<'a>(x: &'a str) {}\n```\nDone."
PICTURE = Image("image/png", b"\x89PNG\r\n\x1a\n", 'a"cat.png')


def talk(*messages: Message, title: str = "Rust <lifetimes>") -> Conversation:
    tree = Tree(Node("root", None, system(""), 1_700_000_000_000))
    for number, message in enumerate(messages):
        tree.add(Node(str(number), tree.leaf.id, message, 1_700_000_000_000 + 60_000 * number))
    return Conversation("c", tree, 1_700_000_000_000, title, 1_700_000_000_000)


def branched() -> Conversation:
    conversation = talk(user("What is 'a?"), assistant("A life"))
    cost = Cost(1_070_000, "estimate", estimated=True)
    leg = Leg("l", "deepinfra", "deepseek-ai/DeepSeek-V3", 0, "stopped", text=CODE, cost=cost)
    answer = Answer("deepinfra", "deepseek-ai/DeepSeek-V3", "DeepSeek-V3-0324", legs=(leg,))
    message = Message("assistant", (Text(CODE),), "Regions.\nNamed.")
    conversation.tree.add(Node("b", "0", message, 1_700_000_000_000, "stopped", answer))
    return conversation


class Reader(HTMLParser):
    """What a browser would see: the tags with their attributes, and the text beside the style."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.style = ""
        self._in_style = False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._in_style = tag == "style"

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self.style, self._in_style = data, False
        else:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return "".join(self.texts)


def test_markdown_has_title_date_roles_models_and_exact_words() -> None:
    assert to_markdown(branched()) == (
        "# Rust <lifetimes>\n\n*2023-11-14 22:13 UTC*\n\n"
        "## You\n\n*2023-11-14 22:13 UTC*\n\nWhat is 'a?\n\n"
        "## Assistant · DeepSeek-V3-0324\n\n*2023-11-14 22:13 UTC · version 2 of 2 · stopped by hand · ~$0.00107*\n\n"
        f"> Thoughts:\n>\n> Regions.\n> Named.\n\n{CODE}\n\n"
        "*1 message is on another branch and not in this file; a JSON export has all of them.*\n"
    )


def test_markdown_names_what_is_no_text() -> None:
    call, result = ToolCall("1", "look", '{"fence": "```"}'), ToolResult("1", "seen")
    said = to_markdown(talk(user("See", PICTURE), Message("assistant", (call,)), Message("tool", (result,))))
    assert '*a picture: a"cat.png, image/png, 8 bytes*' in said
    assert '*calls look with*\n\n````json\n{"fence": "```"}\n````' in said
    assert "*a tool gave back*\n\n```\nseen\n```" in said


def test_instructions_are_shown_when_there_are_some() -> None:
    assert "Instructions" not in to_markdown(talk())
    conversation = Conversation("c", Tree(Node("root", None, system("Be brief"), 0)), 0)
    assert "# Untitled conversation" in to_markdown(conversation)
    assert "## Instructions\n\n*1970-01-01 00:00 UTC*\n\nBe brief" in to_markdown(conversation)


@pytest.mark.parametrize("fence", ["```", "~~~~"])
def test_a_fence_that_was_left_open_swallows_no_message_after_it(fence: str) -> None:
    said = to_markdown(talk(assistant(f"{fence}python\nprint(1)"), user("Thanks")))
    assert f"{fence}python\nprint(1)\n{fence}\n\n## You" in said


@given(conversations())
def test_every_text_of_the_path_is_in_the_markdown(conversation: Conversation) -> None:
    said = to_markdown(conversation)
    texts = (part for node in conversation.tree.path for part in in_order(node.message) if isinstance(part, Text))
    assert all(marked(part.text) in said for part in texts)


def test_an_answer_reads_in_the_order_in_which_it_came() -> None:
    def calls(number: int) -> tuple[ToolCall, ToolResult]:
        return ToolCall(str(number), f"tool{number}", "{}"), ToolResult(str(number), f"gave{number}")

    said = (Text("First "), Text("words."), *calls(1), Text("Second words."), *calls(2), Text("Third words."))
    conversation = talk(user("Go"), Message("assistant", said))
    order = ["First words.", "tool1", "gave1", "Second words.", "tool2", "gave2", "Third words."]
    for text in (to_markdown(conversation), Reader(to_html(conversation)).text):
        places = [text.index(words) for words in order]
        assert places == sorted(places)


def test_a_fence_is_closed_before_a_call() -> None:
    said = to_markdown(talk(Message("assistant", (Text("```py\n1"), ToolCall("1", "look", "{}"), Text("Done.")))))
    assert "```py\n1\n```\n\n*calls look with*" in said


def test_what_can_not_be_seen_or_steers_the_eye_is_a_mark_in_what_is_read_and_exact_in_json() -> None:
    hostile = "a\x1b[31mb\u202ec\u200bd\ttab\r\nline"
    conversation = talk(user(hostile), title="T\x07")
    for text in (to_markdown(conversation), Reader(to_html(conversation)).text):
        assert "a␛[31mb⟨U+202E⟩c⟨U+200B⟩d\ttab\nline" in text
        assert "T␇" in text
    assert to_json(conversation)["title"] == "T\x07"
    assert json.dumps(hostile) in json.dumps(to_json(conversation))


@given(conversations())
def test_every_conversation_becomes_a_page_whose_tags_are_ours(conversation: Conversation) -> None:
    page = to_html(conversation)
    page.encode()
    ours = {
        *("html", "head", "meta", "title", "style", "body", "header", "h1", "p", "main", "article", "h2", "bdi"),
        *("details", "summary", "div", "pre", "code", "figure", "img", "footer"),
    }
    assert {tag for tag, _ in Reader(page).tags} <= ours


HOSTILE = (
    "</script></style></title><script>alert(1)</script>\n"
    "<img src=x onerror=alert(1)> \"' onmouseover=x \u202egnp.exe\u2066 \x1b[31m \x00 \x9b31m \u2028 \ud800 --> ]]>\n"
    "```html\n</code></pre><svg onload=alert(1)>\n```\n"
    "```<svg/onload=alert(1)>\nopen"
)


def test_hostile_words_are_only_shown() -> None:
    tool = ToolCall(HOSTILE, HOSTILE, HOSTILE)
    tree = Tree(Node("r", None, system(HOSTILE), 0))
    answer = Answer(HOSTILE, HOSTILE, error=HOSTILE)
    parts = (Text(HOSTILE), tool, ToolResult("", HOSTILE), Image("image/png", b"<svg>", HOSTILE))
    tree.add(Node("a", "r", Message("assistant", parts, HOSTILE), 0, answer=answer))
    page = to_html(Conversation("c", tree, 0, HOSTILE))
    page.encode()
    reader = Reader(page)
    assert not {"script", "svg", "link", "iframe", "object", "a"} & {tag for tag, _ in reader.tags}
    assert [attributes.keys() for tag, attributes in reader.tags if tag == "img"] == [{"alt", "src"}]
    assert reader.text.count("<script>alert(1)</script>") > 5
    assert "⟨U+202E⟩gnp.exe⟨U+2066⟩ ␛[31m ␀ ⟨U+009B⟩31m ⟨U+2028⟩ \ufffd" in reader.text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\ud800]", page)


def test_a_page_allows_its_own_style_and_pictures_alone() -> None:
    reader = Reader(to_html(talk(user("See", PICTURE, Image("image/svg+xml", b"<svg/>", "x.svg")))))
    (policy,) = [tag["content"] for _, tag in reader.tags if tag.get("http-equiv") == "Content-Security-Policy"]
    digest = b64encode(sha256(reader.style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert not re.search(r"https?:|//|url\(|@import", to_html(talk(user("Hi"))))
    (picture,) = [attributes for tag, attributes in reader.tags if tag == "img"]
    assert picture["alt"] == PICTURE.name
    assert b64decode((picture["src"] or "").removeprefix("data:image/png;base64,")) == PICTURE.data
    assert "x.svg: image/svg+xml, 6 bytes" in reader.text


def test_a_page_is_for_light_dark_and_paper() -> None:
    page = to_html(talk())
    assert "@media (prefers-color-scheme: dark)" in page
    assert "@media print" in page
    assert '<meta name="color-scheme" content="light dark">' in page


def test_a_page_shows_code_apart_from_words() -> None:
    page = to_html(branched())
    code = "fn f&lt;&#x27;a&gt;(x: &amp;&#x27;a str) {}"
    assert f'<p class="language"><bdi>rust</bdi></p><pre dir="ltr">\n<code>{code}</code></pre>' in page
    assert '<div class="words" dir="auto">Look:</div>' in page
    assert "<summary><bdi>Thoughts</bdi></summary>" in page
    assert "version 2 of 2 · stopped by hand · ~$0.00107" in page


def test_empty_lines_alone_make_no_block() -> None:
    assert '<div class="words"' not in to_html(talk(user("\n\n")))


def test_times_beyond_all_calendars_are_left_out() -> None:
    conversation = Conversation("c", Tree(Node("r", None, system("x"), 10**18)), -(10**18))
    assert to_markdown(conversation) == "# Untitled conversation\n\n## Instructions\n\nx\n"
    assert "UTC" not in to_html(conversation)


def test_json_names_its_form_and_holds_all_branches() -> None:
    value = to_json(branched())
    assert (value["format"], value["version"], value["active"]) == ("deepchat-conversation", 1, "b")
    assert str(value["messages"]).count("'created_ms'") == 4


LINES = st.lists(st.sampled_from(["```", "````", "~~~", "```py", " ``` ", "    ```", "x", "", "``", "`a`", "```a`"]))


@given(LINES.map("\n".join))
@example("```\n~~~\n```\nx")
def test_prose_and_code_are_the_whole_text_but_the_fences(text: str) -> None:
    pieces = list(fences.pieces(text))
    lines = [line for piece in pieces for line in piece.text.split("\n")]
    rest = iter(text.split("\n"))
    assert all(line == "" or line in rest for line in lines)
    assert sum(piece.text.count("x") for piece in pieces) == text.count("x")
    last = pieces[-1] if pieces else None
    closed = f"{text}\n{last.fence}" if isinstance(last, fences.Code) and not last.is_closed else text
    assert all(piece.is_closed for piece in fences.pieces(closed) if isinstance(piece, fences.Code))


def test_a_fence_is_closed_by_its_like_alone() -> None:
    text = "````md\n```\ninner\n```\n````\nafter"
    assert list(fences.pieces(text)) == [
        fences.Code("```\ninner\n```", "md", "````", is_closed=True),
        fences.Prose("after"),
    ]


def test_fencing_costs_no_more_for_endless_fences() -> None:
    ticks = "`" * 1_000_000
    assert fences.fenced(ticks).startswith(ticks + "`\n")


def test_letters_and_line_feeds_stay_as_they_are() -> None:
    words = "Grüße, 世界 👩\u200d🚀\tשלום\r\nx"
    assert marked(words) == words.replace("\r", "")


def test_a_fence_may_end_its_lines_as_windows_does() -> None:
    assert list(fences.pieces("```py\r\nx\r\n```\r\nhello")) == [
        fences.Code("x\r", "py", "```", is_closed=True),
        fences.Prose("hello"),
    ]

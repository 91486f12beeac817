"""A message is its words and what lies between them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from deepchat.conversation.message import Message, assistant, system, user
from deepchat.conversation.parts import Image, Part, Text, ToolCall, ToolResult

PICTURE = Image("image/png", b"\x89PNG", "cat.png")
OTHER_PARTS = st.sampled_from([PICTURE, ToolCall("call_0", "look", "{}"), ToolResult("call_0", "a cat")])
PARTS: st.SearchStrategy[Part] = st.one_of(st.builds(Text, st.text()), OTHER_PARTS)


@given(st.lists(PARTS))
def test_the_text_is_the_words_joined_as_they_came(parts: list[Part]) -> None:
    message = Message("user", tuple(parts), reasoning="not these")
    assert message.text == "".join(part.text for part in parts if isinstance(part, Text))


def test_each_role_speaks_with_one_text() -> None:
    assert system("be brief") == Message("system", (Text("be brief"),))
    assert assistant("a cat") == Message("assistant", (Text("a cat"),))
    assert user("what is it?") == Message("user", (Text("what is it?"),))


def test_a_question_may_carry_pictures_behind_its_words() -> None:
    asked = user("what is it?", PICTURE, Text("and why?"))
    assert asked.parts == (Text("what is it?"), PICTURE, Text("and why?"))
    assert asked.text == "what is it?and why?"

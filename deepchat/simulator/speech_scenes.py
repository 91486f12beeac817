"""The scenes in which nothing is wrong with the wire: only what is said, how, and how far at once."""

from __future__ import annotations

import re
from pathlib import Path

from deepchat.simulator.scene import Manners, Scene, Speak

PLAIN = "Hello! This is a plain answer in one short paragraph. It ends when it is finished."
ESSAY = Path(__file__).with_name("essay.md").read_text(encoding="utf-8")
LETTER = Path(__file__).with_name("letter.md").read_text(encoding="utf-8")
"""Short enough to be finished in eight legs of forty tokens, with something hard at every turn."""
THINKING = (
    "The user wants an answer. Let me see what is given.\n\n"
    "First, the question is short, so the answer may be short too. Second, nothing in it is ambiguous. "
    "I could mention an exception, but it would only distract.\n\nSo I answer directly."
)
CODE = '''Here is a small function and its test:

```python
def greet(name: str, *, loud: bool = False) -> str:
    """A greeting for one person."""
    words = f"Hello, {name}!"
    return words.upper() if loud else words


def test_a_loud_greeting_is_in_capitals() -> None:
    assert greet("Ada", loud=True) == "HELLO, ADA!"
```

Run it with:

```sh
python -m pytest -q greet.py
```

In `greet`, the star makes `loud` a keyword-only argument.
'''
HOSTILE = (
    "A title: \x1b]2;pwned\x07 a clipboard: \x1b]52;c;ZXZpbA==\x07 a reset: \x1bc a question: \x1b[c \x1b[6n "
    'a device string: \x1bP$q"p\x1b\\ colours: \x1b[31mred\x1b[0m a cleared screen: \x1b[2J\x1b[H '
    "C1: \x9b31m \x9d2;pwned\x9c \x90q\x9c a bell: \x07 backspaces: safe\x08\x08\x08\x08evil a return: seen\rhidden "
    "bidi: \u202eevil.exe\u202c \u2066isolated\u2069 tags: \U000e0041\U000e0042\U000e007f "
    "zero width: a\u200bb\u2060c\ufeffd a null: \x00 a delete: \x7f "
    "markup: [@click=app.quit]press me[/] [/nope] [red]red[/red] [link=https://evil.example]x[/link]\n\n"
    "<script>alert(1)</script> <img src=x onerror=alert(1)>\n\n"
    "[a harmless link](javascript:alert(document.cookie)) [another](data:text/html;base64,PHNjcmlwdD4=)\n\n"
    "[https://example.com](https://evil.example/?q=1) ![pixel](https://evil.example/track.png)\n"
)
STOP = "<<END>>"
STOPS_AT_SEAM = Manners(text=f"What is said before the stop text is the answer.{STOP} The rest is not.", cut_every=14)
ENDLESS_THINKING = "But wait, let me think about that once more, from the other side. " * 3000
"""More than fits the context, so that no answer ever comes."""

_IN_LEGS = re.compile(r"(cut|break)-every-([1-9]\d{0,5})")


def _scene(name: str, about: str, manners: Manners) -> Scene:
    return Scene(name, about, ((Speak(manners),),))


def cut_every(tokens: int) -> Scene:
    """An answer that comes in legs of so many tokens."""
    about = f"stops with `length` after {tokens} tokens, again and again (any other number works too)"
    return _scene(f"cut-every-{tokens}", about, Manners(text=LETTER, cut_every=tokens))


def break_every(tokens: int) -> Scene:
    """An answer that is hung up on, again and again."""
    about = f"hangs up after {tokens} tokens, again and again (any other number works too)"
    return _scene(f"break-every-{tokens}", about, Manners(text=LETTER, breaks_every=tokens))


SPEECH_SCENES = (
    _scene("plain", "one short paragraph", Manners(text=PLAIN)),
    _scene("essay", "a long text with everything Markdown and Unicode have to offer", Manners(text=ESSAY)),
    _scene("thinking", "thinks first, in `reasoning_content`", Manners(text=PLAIN, thinking=THINKING)),
    _scene(
        "think-tags",
        "thinks first, in a <think> block inside the text",
        Manners(text=PLAIN, thinking=THINKING, thinking_field="content"),
    ),
    _scene(
        "thinking-reasoning",
        "thinks first, in a field called `reasoning`",
        Manners(text=PLAIN, thinking=THINKING, thinking_field="reasoning"),
    ),
    _scene("all-thinking", "thinks until the limit and never answers", Manners(thinking=ENDLESS_THINKING)),
    cut_every(40),
    break_every(40),
    _scene("stop-at-seam", f"is cut inside `{STOP}`, which a server does not see as a stop text", STOPS_AT_SEAM),
    _scene("slow", "twenty tokens a second", Manners(text=LETTER, tokens_per_second=20, first_token_s=0.4)),
    _scene("echo", "says the user's last message again, exactly", Manners(echoes=True)),
    _scene("tools", "calls the first function that is offered", Manners(text=PLAIN, tool_name="*")),
    _scene(
        "reckons",
        "calls the tool `calculator`, if it is offered, and answers from its result",
        Manners(tool_name="calculator", tool_arguments='{"expression":"6*7"}'),
    ),
    _scene("code", "code in two languages", Manners(text=CODE)),
    _scene("hostile", "tries to paint the terminal, press keys and hide links", Manners(text=HOSTILE)),
    _scene("usage-extra", "usage comes in a chunk of its own, without choices", Manners(text=PLAIN, usage="extra")),
    _scene("usage-each", "usage so far comes with every chunk", Manners(text=PLAIN, usage="each")),
    _scene("usage-none", "usage never comes", Manners(text=PLAIN, usage="none")),
    _scene(
        "no-prefill",
        "refuses to go on from a last message by the assistant",
        Manners(text=LETTER, cut_every=120, refuses_prefill=True),
    ),
    _scene(
        "ignores-prefill",
        "begins anew instead of going on from a last message by the assistant",
        Manners(text=LETTER, cut_every=120, ignores_prefill=True),
    ),
)


def speech_scene(name: str) -> Scene | None:
    """The scene of that name, `cut-every-N` and `break-every-N` for any N among them; None when there is none."""
    if found := _IN_LEGS.fullmatch(name):
        return {"cut": cut_every, "break": break_every}[found[1]](int(found[2]))
    return next((scene for scene in SPEECH_SCENES if scene.name == name), None)

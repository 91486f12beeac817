"""What a scene is: one behaviour of a server, told as steps on the connection."""

from __future__ import annotations

from dataclasses import dataclass, field

KEY_PLACE = b"%KEY%"
"""Stands in sent bytes for the key that the client showed."""


@dataclass(frozen=True, slots=True)
class Send:
    """Put these bytes on the socket as they are, status line and all; %KEY% becomes the client's key."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Wait:
    """Say nothing for a while; a client that goes away ends the wait."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hang:
    """Say nothing until the client goes away."""


@dataclass(frozen=True, slots=True)
class Reset:
    """Tear the connection down with a TCP reset."""


@dataclass(frozen=True, slots=True)
class Close:
    """End the connection in an orderly way."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How an ordinary answer departs from the plainest one."""

    text: str = ""
    """The whole answer; empty means what speech.py says to this question."""
    thinking: str = ""
    """Reasoning that comes first."""
    thinking_field: str = "reasoning_content"
    """`reasoning_content`, `reasoning`, or `content` for a <think> block inside the text."""
    usage: str = "finish"
    """Where usage stands: `finish` (DeepInfra), `extra` (a chunk without choices), `each` (cumulative), `none`."""
    cut_every: int = 0
    """At most so many tokens in one answer, whatever max_tokens says; 0 is the server's cap."""
    breaks_every: int = 0
    """A stream is hung up on after so many tokens; 0 is never."""
    tokens_per_second: float = 0.0
    """Pace; 0 is as fast as the client reads."""
    first_token_s: float = 0.0
    """Silence before the first event."""
    served_model: str = ""
    """The model named in the answer, when another one answers."""
    echoes: bool = False
    """The answer is the user's last message, exactly."""
    tool_name: str = ""
    """A tool to call instead of answering (when the request offers tools); `*` is the first one offered."""
    tool_arguments: str = ""
    """The arguments of that call, as JSON text; empty means the smallest ones its schema accepts."""
    ignores_prefill: bool = False
    """A server that starts a new answer although the last message is the assistant's."""
    refuses_prefill: bool = False
    """A server that answers 400 when the last message is the assistant's."""


PLAINLY = Manners()


@dataclass(frozen=True, slots=True)
class Speak:
    """Answer the request as the strict server would, but with these manners."""

    manners: Manners = field(default_factory=Manners)


Step = Send | Wait | Hang | Reset | Close | Speak


@dataclass(frozen=True, slots=True)
class Scene:
    """A named behaviour; the model `sim/NAME` or `--scene NAME` chooses it."""

    name: str
    """Lower case with dashes, said as behaviour: `reset-mid-answer`."""
    about: str
    """One line for `deepchat simulate --help` and the docs."""
    acts: tuple[tuple[Step, ...], ...]
    """Act n answers the n-th request for this scene on this server; after the last they begin again."""
    covers: tuple[str, ...] = ()
    """The rows it plays: `Q1` to `Q50` (wire quirks), `W1` to `W118` (wire faults)."""

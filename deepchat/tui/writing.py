"""What is written and not sent yet: it goes with its conversation, and is never lost to something else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from deepchat.safe_text import one_line

if TYPE_CHECKING:
    from pathlib import Path

    from deepchat.tui.held import Held
    from deepchat.tui.widgets.composer import Composer

_LONGEST_TOLD: Final = 200


def put(composer: Composer, held: Held) -> None:
    """What was written in this conversation, and what goes along with it."""
    composer.clear()
    composer.put_text(held.draft)
    for file in held.files:
        composer.attach(file)


def put_over(composer: Composer, held: Held, text: str) -> bool:
    """Let this stand there; whether other words stood there, which can be had again as earlier questions are."""
    standing = composer.text
    if standing.strip():
        held.aside.append(standing)
    tell(composer, held)
    composer.put_text(text)
    composer.focus()
    return bool(standing.strip())


def give_back(composer: Composer, words: Sequence[str], files: Sequence[Path] = ()) -> None:
    """What was not sent stands there again, before what stands there now."""
    composer.put_text("\n\n".join([*words, composer.text] if composer.text.strip() else words))
    for file in files:
        composer.attach(file)


def tell(composer: Composer, held: Held) -> None:
    """What waits in this conversation, and what was asked in it."""
    asked = (entry.node.message for entry in held.page.entries)
    composer.queued = tuple(one_line(message.text, _LONGEST_TOLD) for message in held.queue)
    composer.history = [*(one.text for one in asked if one.role == "user" and one.text), *held.aside]

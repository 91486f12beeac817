"""What is written and not sent yet: it goes with its conversation, and is never lost to something else."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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
    composer.put_text(held.draft, held.typed)
    for file in held.files:
        composer.attach(file)


def put_over(composer: Composer, held: Held, text: str, typed: Collection[str] = ()) -> bool:
    """Let this stand there; whether other words stood there, which can be had again as earlier questions are.

    Of what it names after an @, this much is meant.
    """
    standing = composer.text
    if standing.strip():
        held.aside.append(standing)
    tell(composer, held)
    composer.put_text(text, typed)
    composer.focus()
    return bool(standing.strip())


def give_back(
    composer: Composer, words: Sequence[str], files: Sequence[Path] = (), typed: Collection[str] = ()
) -> None:
    """What was not sent stands there again, before what stands there now."""
    all_of_it = [*words, composer.text] if composer.text.strip() else words
    composer.put_text("\n\n".join(all_of_it), {*composer.typed, *typed})
    for file in files:
        composer.attach(file)


def tell(composer: Composer, held: Held) -> None:
    """What waits in this conversation, and what was asked in it."""
    from deepchat.tui.page import asked_in, written_in

    composer.queued = tuple(one_line(written_in(message), _LONGEST_TOLD) for message in held.queue)
    composer.history = [*asked_in(held.page), *held.aside]

"""The two ways to ask a model to go on with what it was saying."""

from __future__ import annotations

from typing import Final, Literal

Form = Literal["prefill", "nudge"]
"""The answer so far is the last message, and the model goes on inside it; or it is asked in words to go on."""

FEW_BLANKS: Final = 16


def as_sent(answer: str, *, blanks_too: bool = False) -> str:
    """What of an answer is sent to be gone on with: without the blanks at its end, if they are few.

    Some servers drop those, and some refuse them; who goes on exactly says them again, and the seam knows. Many, as
    in the padding of a table, go along, and all do after a leg that was too short to say more than them.
    """
    text = answer.rstrip()
    return answer if text and (blanks_too or len(answer) - len(text) > FEW_BLANKS) else text

"""What an API key can look like: found out here, before a header, a log line or a traceback sees it."""

from __future__ import annotations

import re
from typing import Final

from deepchat.errors import KeyMalformed
from deepchat.secret import Secret, remember

LONGEST: Final = 4096
"""Lava's tokens hold several keys."""
_PLACEHOLDER: Final = (
    r"(?i)<.*>|\$.*|.*\.\.\..*|x{4,}|\*{3,}|.*your[-_ ]?(?:api|key|token|secret|deepinfra).*"
    r"|(?:insert|paste|put|enter)[-_ ].*|(?:change|replace)[-_ ]?me|(?:api[-_]?)?key|token|todo|none|null"
)
_ASSIGNMENT: Final = r"[A-Z][A-Z0-9_]*(?:KEY|TOKEN)=.*"
_HINT: Final = "copy the key once more from its provider's page, and nothing around it"


def check_key(text: str) -> Secret:
    """The key in the text, without one line end behind it; KeyMalformed, which never quotes it, when it can be none."""
    found = text.removesuffix("\n").removesuffix("\r")
    if not found.strip():
        raise KeyMalformed("the key is empty", _HINT)
    if re.fullmatch(_PLACEHOLDER, found.strip(), re.DOTALL):
        raise KeyMalformed("this is a placeholder from an example, not a key", _HINT)
    if fault := _fault(found):
        # Bytes that are no text come from the environment as lone surrogates, which no output can hold.
        remember(found.encode(errors="replace").decode())
        raise KeyMalformed(f"this can't be a key: {fault}", _HINT)
    return Secret(found)


def _fault(found: str) -> str:
    """Why it can't be a key, or nothing."""
    if len(found) > LONGEST:
        return f"it is longer than {LONGEST:,} characters"
    if found.lower().startswith("bearer "):
        return "leave out the word Bearer"
    if any(one.isspace() for one in found):
        return "it has a space or a line break in it"
    if not found.isascii():
        return "it has a character that no key has, such as a curly quote"
    if not found.isprintable():
        return "it has a control character in it"
    if re.fullmatch(_ASSIGNMENT, found):
        return "leave out the name and the = before it"
    if found[0] in "\"'`" or found[-1] in "\"'`":
        return "leave out the quotes around it"
    return ""

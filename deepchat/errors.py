"""Everything that can go wrong, as one tree; each error says what happened and what the user can do next.

DeepChatError
├── UsageError                a wrong option, value or file                                        exit 2
├── ConfigError               settings that can't be used                                          exit 2
├── KeyProblem                                                                                     exit 3
│   ├── KeyMissing            no key was found for this provider
│   ├── KeyMalformed          what was found can't be a key
│   └── KeyRejected           the server said no to it (401, 403)
├── Stopped                   somebody wanted no more of it                                        exit 130
├── BudgetReached             spending more was not allowed                                        exit 4
├── AnswerIncomplete          the answer is not whole, what came was kept                          exit 5
│   └── AnswerCut             and it could be gone on with
├── LocalModelError           the small model on this machine can't run
├── NotFound                  no such conversation, message, file
├── ImportFailed              a file from elsewhere that can't be read as conversations
├── StoreError                what is kept on disk
│   ├── StoreFull             no room: disk, quota, or a device that fails
│   ├── StoreReadOnly         it may be read, not written
│   ├── StoreDamaged          the file is not what we wrote
│   └── ConversationBusy      another program holds this conversation
├── SchemaMismatch            the answer is not the JSON that was asked for
├── ToolFailed                a tool that can't do what it was called for
└── WireError                 between us and a server; may know an HTTP status
    ├── CannotConnect         no connection: name, route, TLS, proxy
    ├── TimedOut              connected, but silent for too long
    ├── ConnectionLost        it broke off before the answer was whole
    ├── NotTheApi             something answered, but not an API: a web page, a redirect
    ├── BadReply              an API answered with something that can't be read
    ├── RequestRefused        the server won't do this (400, 405, 413, 422 …)
    │   ├── ContextTooLong    the conversation does not fit the model's window
    │   ├── ModelNotFound     no such model there (404)
    │   ├── Unsupported       this model can't do that (405)
    │   └── PaymentNeeded     balance or limit (402, quota)
    ├── Overloaded            too many requests, or a busy model (429, 503, 529)
    ├── ServerFailed          it failed on its side (408, 409, 5xx)
    └── AnswerFailed          an error in the middle of an answer
"""

from __future__ import annotations

from typing import ClassVar, Final

OFTEN: Final = 99
"""As often as the user's settings allow."""


class DeepChatError(Exception):
    """Something went wrong in a way we know: `message` says what happened, `hint` what comes next."""

    kind: ClassVar[str] = "failed"
    """The word for it in `--json` output."""
    exit_status: ClassVar[int] = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(DeepChatError):
    kind = "usage"
    exit_status = 2


class ConfigError(DeepChatError):
    kind = "config"
    exit_status = 2


class KeyProblem(DeepChatError):
    kind = "key"
    exit_status = 3


class KeyMissing(KeyProblem):
    kind = "key_missing"


class KeyMalformed(KeyProblem):
    kind = "key_malformed"


class KeyRejected(KeyProblem):
    kind = "key_rejected"

    def __init__(self, message: str, hint: str = "", status: int | None = None) -> None:
        super().__init__(message, hint)
        self.status = status


class Stopped(DeepChatError):
    """Ctrl-C; another signal ends with 128 and its own number, as in a shell."""

    kind = "stopped"
    exit_status = 130


class BudgetReached(DeepChatError):
    kind = "budget"
    exit_status = 4


class AnswerIncomplete(DeepChatError):
    kind = "incomplete"
    exit_status = 5


class AnswerCut(AnswerIncomplete):
    kind = "cut"


class LocalModelError(DeepChatError):
    kind = "local_model"


class NotFound(DeepChatError):
    kind = "not_found"


class ImportFailed(DeepChatError):
    kind = "import"


class StoreError(DeepChatError):
    kind = "store"


class StoreFull(StoreError):
    kind = "store_full"


class StoreReadOnly(StoreError):
    kind = "store_read_only"


class StoreDamaged(StoreError):
    kind = "store_damaged"


class ConversationBusy(StoreError):
    kind = "busy"


class SchemaMismatch(DeepChatError):
    kind = "schema"


class ToolFailed(DeepChatError):
    kind = "tool"


class WireError(DeepChatError):
    """Between us and a server."""

    kind = "wire"
    retries: int = 0
    """How often asking again may help, as long as nothing was shown yet."""

    def __init__(
        self,
        message: str,
        hint: str = "",
        *,
        status: int | None = None,
        retries: int | None = None,
        retry_after_s: float | None = None,
        request_id: str = "",
    ) -> None:
        super().__init__(message, hint)
        self.status = status
        if retries is not None:
            self.retries = retries
        self.retry_after_s = retry_after_s
        """How long the server asked us to wait."""
        self.request_id = request_id


class CannotConnect(WireError):
    kind = "connect"


class TimedOut(WireError):
    kind = "timeout"


class ConnectionLost(WireError):
    kind = "connection_lost"


class NotTheApi(WireError):
    kind = "not_the_api"


class BadReply(WireError):
    kind = "bad_reply"


class RequestRefused(WireError):
    kind = "refused"


class ContextTooLong(RequestRefused):
    kind = "context_too_long"

    WORDS: ClassVar[str] = "longer than the model can take in"
    """They are in its message, and in that of an answer that it cut off: of a saved one there is nothing else left."""


class ModelNotFound(RequestRefused):
    kind = "model_not_found"


class Unsupported(RequestRefused):
    kind = "unsupported"


class PaymentNeeded(RequestRefused):
    kind = "payment"


class Overloaded(WireError):
    kind = "overloaded"
    retries = OFTEN


class ServerFailed(WireError):
    kind = "server"
    retries = OFTEN


class AnswerFailed(WireError):
    kind = "answer_failed"

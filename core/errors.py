"""Everything that can go wrong, as one family.

MilhenaError                    has a code for machines and a sentence for people
  x SettingsError               the operator must change a setting
  x QuestionError               the question itself cannot be taken (empty, too long, binary)
  x QueryError                  the query names what the catalogue does not have
  x SourceError                 n8n's database cannot be read
      x SourceUnreachable       no such file, refused, timed out
      x SourceNotN8n            a database, but not the one that n8n writes
      x SourceForbidden         the role may not read what is needed
      x SourceLocked            somebody kept it locked for longer than we wait
  x StoreError                  our own store cannot be read or written
  x ProviderError               one language model failed; the next tier answers
  x CallRefused                 one language model was not asked (breaker, limit, budget, no key)
  x KeyStoreError               a stored API key cannot be read or written

Facts are fields, not only text: a caller never parses a message.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal


class MilhenaError(Exception):
    """Base of all errors that a person may see.

    The text says what happened, to which value, and what to do next. ``code`` is stable and
    appears in JSON answers.
    """

    code = "error"


class SettingsError(MilhenaError):
    """A setting has a value that cannot be used."""

    code = "bad_setting"

    def __init__(self, message: str, *, setting: str | None = None) -> None:
        super().__init__(message)
        self.setting = setting


class QuestionError(MilhenaError):
    """The question cannot be taken as it is."""

    code = "bad_question"


class QueryError(MilhenaError):
    """A query asks for something that the catalogue does not have.

    ``field`` is the part of the query, ``value`` what it held, ``choices`` what it may hold.
    """

    code = "bad_query"

    def __init__(
        self, message: str, *, field: str = "", value: str = "", choices: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message)
        self.field = field
        self.value = value
        self.choices = choices


class SourceError(MilhenaError):
    """n8n's database cannot be read; ``url`` names it without its password."""

    code = "source_error"

    def __init__(self, message: str, *, url: str = "") -> None:
        super().__init__(message)
        self.url = url


class SourceUnreachable(SourceError):
    """Nothing answers there: no such file, refused, timed out."""

    code = "source_unreachable"


class SourceNotN8n(SourceError):
    """A database answered, but it is not one that n8n writes."""

    code = "source_not_n8n"


class SourceForbidden(SourceError):
    """The role may not read what is needed."""

    code = "source_forbidden"


class SourceLocked(SourceError):
    """Somebody kept the database locked for longer than we wait."""

    code = "source_locked"


class StoreError(MilhenaError):
    """Milhena's own store cannot be read or written (read-only folder, full disk, lost server)."""

    code = "store_error"


class FailureKind(StrEnum):
    """What went wrong with a provider. Each kind has one recovery: `providers/failures.py`."""

    TRANSIENT = "transient"
    """Overloaded, broken connection, no answer in time: the next try may work."""
    RATE_LIMITED = "rate_limited"
    """Too many requests or tokens for now; it works again in seconds or hours."""
    QUOTA = "quota"
    """Out of money or of a quota that time does not give back: the operator must act."""
    PERMANENT = "permanent"
    """Key, rights or model are wrong: every call fails until the operator acts."""
    UNSUITABLE = "unsuitable"
    """This request is not taken (too large, not understood); others are."""
    MALFORMED = "malformed"
    """An answer came, but not the one asked for."""
    EMPTY = "empty"
    """An answer without content: blocked for safety, or cut off before it began."""
    CANCELLED = "cancelled"
    """Whoever asked stopped waiting: nobody's fault, and never swallowed."""


class Refusal(StrEnum):
    """Why a provider was not asked at all: nothing was sent."""

    NO_KEY = "no_key"
    NOT_NEEDED = "not_needed"
    """The local tier was certain, and the operator wants it to be enough then."""
    CIRCUIT_OPEN = "circuit_open"
    PAUSED = "paused"
    """The provider asked to be left alone, or the operator must act first."""
    LIMIT_REACHED = "limit_reached"
    """The provider's requests or tokens of this minute or day are used up."""
    BUDGET_USED_UP = "budget_used_up"
    """The money that the operator set aside is used up."""
    BUDGET_UNKNOWN = "budget_unknown"
    """There is a budget, and what is left of it cannot be looked up: nothing is spent."""
    NO_TIME = "no_time"
    """The tiers before it used up the question's time."""


class ProviderError(MilhenaError):
    """One language model failed: the next tier answers.

    ``reason`` is one technical phrase without secrets; ``kind`` decides the recovery; ``status``
    is the HTTP status where there was one; ``retry_after_s`` what the provider asked for.
    """

    code = "provider_error"

    def __init__(
        self,
        provider: str,
        reason: str,
        *,
        kind: FailureKind = FailureKind.TRANSIENT,
        status: int | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(f"{provider}: {reason}")
        self.provider = provider
        self.reason = reason
        self.kind = kind
        self.status = status
        self.retry_after_s = retry_after_s


class CallRefused(MilhenaError):
    """A language model was not asked: the next tier answers.

    ``refusal`` says why; ``retry_after_s`` when it would be asked again, where that is known;
    ``budget`` which budget is used up: "total", "day", "user" (a user's day), or "none" where
    the operator has set one of nothing.
    """

    code = "call_refused"

    def __init__(
        self,
        provider: str,
        reason: str,
        *,
        refusal: Refusal,
        retry_after_s: float | None = None,
        budget: Literal["total", "day", "user", "none"] | None = None,
    ) -> None:
        super().__init__(f"{provider}: {reason}")
        self.provider = provider
        self.reason = reason
        self.refusal = refusal
        self.retry_after_s = retry_after_s
        self.budget = budget


class KeyStoreError(MilhenaError):
    """A stored API key cannot be read or written; the text never holds a part of it."""

    code = "key_store_error"

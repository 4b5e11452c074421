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

Facts are fields, not only text: a caller never parses a message.
"""

from __future__ import annotations


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


class ProviderError(MilhenaError):
    """One language model failed: the next tier answers."""

    code = "provider_error"

    def __init__(self, provider: str, reason: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(f"{provider}: {reason}")
        self.provider = provider
        self.reason = reason
        self.retry_after_s = retry_after_s

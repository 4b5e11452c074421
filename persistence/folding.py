"""Text compared without regard to case and accents, the same in Python and in both databases."""

from __future__ import annotations

import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

COMBINING_MARKS = "".join(map(chr, range(0x300, 0x370)))
_DROP_MARKS = dict.fromkeys(map(ord, COMBINING_MARKS))
SQLITE_FUNCTION = "milhena_folded"


def folded(text: str) -> str:
    """Return *text* in lower case and without accents: ``"Città"`` gives ``"citta"``."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFD", text).translate(_DROP_MARKS).lower()


def folded_or_null(text: str | float | None) -> str | float | None:
    """The function that SQLite calls (`SQLITE_FUNCTION`): text folded, anything else as it is."""
    return folded(text) if isinstance(text, str) else text


class Folded(GenericFunction[str]):
    """SQL for `folded`."""

    type = Text()
    inherit_cache = True
    name = SQLITE_FUNCTION

    def __init__(self, text: ColumnElement[Any]) -> None:
        super().__init__(text)


@compiles(Folded, "postgresql")
def _postgresql(element: Folded, compiler: Any, **options: Any) -> str:
    # Marks go before lower(): a database in the C locale lowers ASCII letters only.
    # normalize() is written with its schema, since bare NORMALIZE is a keyword with a grammar
    # of its own.
    argument = compiler.process(element.clauses, **options)
    return f"lower(translate(pg_catalog.normalize({argument}, 'NFD'), '{COMBINING_MARKS}', ''))"

"""Questions that people corrected: their text and the type they meant, kept for training.

Nothing else of a conversation is kept here: no user, no answer, no query. A text counts once,
whoever writes it; the newest correction of it stands, and only the newest ones are kept.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from catalogue.metrics import Language
from catalogue.query import QuestionType
from persistence.store import Store
from persistence.tables import question_corrections

LONGEST_TEXT = 300
"""Characters; a longer text is a letter and no question to learn from."""
KEPT = 5_000
"""How many corrections a store keeps."""
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True)
class Correction:
    """A question and the type that it should have been read as."""

    text: str
    type: QuestionType
    language: Language


def keep_correction(store: Store, correction: Correction, *, now: datetime) -> bool:
    """Keep *correction*, in place of an older one of the same words; False if it is too long.

    :raises StoreError: the store cannot be written.
    """
    text = " ".join(correction.text.split())
    if not text or len(text) > LONGEST_TEXT:
        return False
    row = {
        "text_key": _key(text),
        "text": text,
        "type": correction.type.value,
        "language": correction.language,
        "corrected_at": now,
    }
    dialect: Any = sqlite if store.engine.dialect.name == "sqlite" else postgresql
    upsert = dialect.insert(question_corrections).values(row)
    upsert = upsert.on_conflict_do_update(
        index_elements=["text_key"], set_={key: row[key] for key in row if key != "text_key"}
    )
    table = question_corrections.c
    newest = select(table.text_key).order_by(table.corrected_at.desc(), table.text_key).limit(KEPT)
    with store.writing() as connection:
        connection.execute(upsert)
        connection.execute(delete(question_corrections).where(table.text_key.not_in(newest)))
    return True


def read_corrections(store: Store) -> Sequence[Correction]:
    """Return what was corrected, oldest first.

    :raises StoreError: the store cannot be read.
    """
    table = question_corrections.c
    query = select(table.text, table.type, table.language).order_by(
        table.corrected_at, table.text_key
    )
    rows = store.reading(lambda connection: connection.execute(query).all())
    return [
        Correction(text=row.text, type=QuestionType(row.type), language=row.language)
        for row in rows
    ]


def _key(text: str) -> str:
    """The same for texts that differ in case, accents or punctuation only."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(each for each in plain if not unicodedata.combining(each))
    words = " ".join(_WORDS.findall(plain)) or text
    return hashlib.sha256(words.encode()).hexdigest()

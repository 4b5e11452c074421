"""What the classifier sees of a text: its sentence embedding, and its character n-grams.

The n-grams know the words that decide ("prevedi", "password") and survive typing errors; the
embedding knows what resembles them in meaning. Needs numpy.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING
from unicodedata import combining, normalize

from language.question_types.embedding import Embedding

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]
    Places = NDArray[np.int32]

FEATURES_VERSION = 1
"""Rises when the same text gets other features: older models then cannot be used any more."""
NGRAM_SIZES = (2, 3, 4, 5)
BUCKETS = 1 << 14
"""N-grams share this many places, found by their checksum: no vocabulary has to be kept."""
NGRAM_WEIGHT = 0.4
"""Length of the n-grams' part beside the embedding's 1, as cross-validation chose it."""
LONGEST_TEXT = 300
"""Characters that are looked at; the rest of a letter says no more of what is asked."""


def folded(text: str) -> str:
    """Return *text* in lower case, without accents, with single spaces, cut."""
    plain = normalize("NFKD", text[: 2 * LONGEST_TEXT].casefold())
    plain = "".join(each for each in plain if not combining(each))
    return " ".join(plain.split())[:LONGEST_TEXT]


def ngrams(text: str) -> tuple[Places, Vector]:
    """Return the places of the n-grams of *text*, and their weights."""
    import numpy as np

    # Bytes: the checksum takes bytes, and what is left after folding is nearly all ASCII.
    written = f" {folded(text)} ".encode(errors="replace")
    counts: dict[int, int] = {}
    for size in NGRAM_SIZES:
        for start in range(len(written) - size + 1):
            place = zlib.crc32(written[start : start + size]) % BUCKETS
            counts[place] = counts.get(place, 0) + 1
    places = np.fromiter(counts.keys(), np.int32, len(counts))
    weights = np.log1p(np.fromiter(counts.values(), np.float32, len(counts)))
    weights *= NGRAM_WEIGHT / np.linalg.norm(weights)
    return places, weights


def embedded(texts: Sequence[str], embedding: Embedding) -> Vector:
    """Return one row a text: its embedding."""
    # Accents are left: the embedding knows them. Capitals it takes for names.
    return embedding.encode([_spoken(text) for text in texts])


def _spoken(text: str) -> str:
    plain = " ".join(text[: 2 * LONGEST_TEXT].lower().split())[:LONGEST_TEXT]
    return plain.encode(errors="replace").decode()  # halves of characters are no text

"""An embedding small enough for tests: each word has a direction of its own."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


class WordEmbedding:
    """Sums of random directions, one a word: texts that share words are near each other."""

    name = "words-for-tests"
    dimensions = 32

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.split():
                row += np.random.default_rng(zlib.crc32(word.encode())).normal(size=len(row))
            row /= np.linalg.norm(row) or 1.0
        return rows

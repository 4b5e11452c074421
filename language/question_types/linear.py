"""What both heads of the classifier are: a multinomial logistic regression, and its file.

A file is a plain numpy archive without any pickled object: the weights, and one JSON text that
says how they were made and what they are worth. Needs numpy.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import MilhenaError
from language.question_types.embedding import Embedding
from language.question_types.features import BUCKETS, FEATURES_VERSION, embedded, ngrams

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Matrix = NDArray[np.float32]

FORMAT = 1
_MOST_BYTES = 64_000_000


class ModelError(MilhenaError):
    """A model's file cannot be used; the text says which and why."""

    code = "bad_model"


@dataclass(frozen=True)
class Weights:
    """A column a label: of the embedding (*dense*), of the n-grams (*sparse*), and the *bias*."""

    dense: Matrix
    sparse: Matrix
    bias: Matrix

    def probabilities(
        self, text: str, embedding: Embedding, temperature: float
    ) -> NDArray[np.float64]:
        """Return the probability of each label of *text*; their sum is 1."""
        import numpy as np

        places, weights = ngrams(text)
        scores = embedded([text], embedding)[0] @ self.dense
        scores = scores + weights @ self.sparse[places].astype(np.float32) + self.bias
        scores = scores.astype(np.float64) / temperature
        raised = np.exp(scores - scores.max())
        return np.asarray(raised / raised.sum(), np.float64)

    def to_bytes(self, facts: Mapping[str, Any]) -> bytes:
        """Return the content of the file of these weights and *facts*, JSON types."""
        import numpy as np

        noted = {"format": FORMAT, "features": FEATURES_VERSION, **facts}
        written = io.BytesIO()
        np.savez_compressed(
            written,
            allow_pickle=False,
            facts=np.frombuffer(json.dumps(noted).encode(), np.uint8),
            dense=self.dense.astype(np.float16),
            sparse=self.sparse.astype(np.float16),
            bias=self.bias.astype(np.float32),
        )
        return written.getvalue()


def read_weights(file: Path | Any) -> tuple[dict[str, Any], Weights]:
    """Return the facts and weights in *file*, a path or a resource of a package.

    :raises ModelError: it cannot be read, is damaged, or was made for other features.
    """
    import numpy as np

    try:
        content = file.read_bytes()
        if len(content) > _MOST_BYTES:
            raise ModelError(f"{file} is too big to be a model of ours")
        with np.load(io.BytesIO(content), allow_pickle=False) as archive:
            facts = json.loads(archive["facts"].tobytes())
            dense = archive["dense"].astype(np.float32)
            sparse, bias = archive["sparse"], archive["bias"].astype(np.float32)
        if facts.pop("format") != FORMAT or facts.pop("features") != FEATURES_VERSION:
            raise ModelError(
                f'{file} was made by another version of Milhena: run "agent-cli train" anew'
            )
        count = len(facts["labels"])
        facts["labels"] = tuple(facts["labels"])
    except OSError as error:
        raise ModelError(f"{file} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise damaged(file, error) from None
    if (dense.ndim, sparse.shape, bias.shape) != (2, (BUCKETS, count), (count,)):
        raise ModelError(f"{file} is damaged: its weights do not fit together")
    return facts, Weights(dense, sparse, bias)


def damaged(file: Path | Any, error: Exception) -> ModelError:
    """Return what to raise of a *file* in which *error* was found."""
    return ModelError(f"{file} is damaged ({type(error).__name__})")

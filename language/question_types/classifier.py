"""The classifier in use: loaded when a question first needs it, beside the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import threading
from pathlib import Path

from language.question_types.embedding import (
    Embedding,
    EmbeddingMissing,
    UniversalSentenceEncoder,
)
from language.question_types.model import ModelError, QuestionTypeModel, Vote
from language.question_types.object_model import ObjectModel, ObjectVote
from language.question_types.registry import Registry

log = logging.getLogger("milhena")

_loading = threading.Lock()
LOADING_AT_MOST_S = 8.0
"""A question waits no longer for the classifier; it is there for a later one."""


@functools.lru_cache(maxsize=1)
def _embedding() -> Embedding:
    embedding = UniversalSentenceEncoder()
    embedding.encode(["ciao"])  # reads the weights
    return embedding


def loaded_embedding() -> Embedding:
    """Return the embedding, one for the whole process; the first call takes about a second.

    :raises EmbeddingMissing: its package is not installed.
    """
    with _loading:
        return _embedding()


def load_in_background() -> None:
    """Read the embedding's weights while somebody still types; a question then waits for none."""
    threading.Thread(target=_load_quietly, name="milhena-embedding", daemon=True).start()


def _load_quietly() -> None:
    with contextlib.suppress(EmbeddingMissing):  # said when a question would have needed it
        loaded_embedding()


class QuestionTypeClassifier:
    """Votes with the registered model of *folder*; with none where the embedding is missing."""

    def __init__(self, folder: Path) -> None:
        self.registry = Registry(folder)
        self.version: int | None = None
        """The model that votes; None before the first vote."""
        self.trouble: str | None = None
        """Why there is no classifier; None while there is one, or none was needed."""
        self._model: QuestionTypeModel | None = None
        self._objects: ObjectModel | None = None
        self._stamp: tuple[int, int] | None = None
        self._task: asyncio.Task[bool] | None = None

    async def ready(self) -> bool:
        """Load what is needed in a thread; whether there is a classifier then."""
        if self.trouble is not None:
            return False
        if self._model is not None and self.registry.stamp() == self._stamp:
            return True
        if self._task is None or self._task.done():
            # One for all questions that wait; who stops waiting does not stop the others.
            self._task = asyncio.ensure_future(asyncio.to_thread(self.load))
        try:
            async with asyncio.timeout(LOADING_AT_MOST_S):
                return await asyncio.shield(self._task)
        except TimeoutError:
            return False

    def load(self) -> bool:
        """Load what is needed, now; whether there is a classifier then."""
        stamp = self.registry.stamp()
        try:
            embedding = loaded_embedding()
            version, model, objects = self.registry.registered_models()
            if {model.facts.embedding, objects.facts.embedding} != {embedding.name}:
                raise ModelError(f"model {version} was trained for {model.facts.embedding}")
            # The first multiplications are slow: not in a question's time.
            model.vote("ciao", embedding)
            objects.vote("ciao", embedding)
        except (EmbeddingMissing, ModelError) as error:
            self.trouble = str(error)
            log.warning("questions are understood by the grammar alone: %s", error)
            return False
        self._model, self._objects = model, objects
        self.version, self._stamp = version, stamp
        return True

    def vote(self, text: str) -> Vote | None:
        """Return the vote on *text* (about 2 ms); None while nothing is loaded."""
        model = self._model
        return None if model is None else model.vote(text, loaded_embedding())

    def vote_on_object(self, text: str) -> ObjectVote | None:
        """Return the vote on what *text*, a `text_of_object`, asks for (about 2 ms)."""
        objects = self._objects
        return None if objects is None else objects.vote(text, loaded_embedding())

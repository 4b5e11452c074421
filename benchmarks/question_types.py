"""The classifier of question types: what it costs beside the grammar, and what it is worth."""

from __future__ import annotations

import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks._timing import ROOT, python
from benchmarks.grammar import NAMES, NOW, Process
from language.question_types.classifier import QuestionTypeClassifier, loaded_embedding
from language.question_types.phrases import Phrase, frozen_phrases, shipped_phrases
from language.question_types.training import Scores, score, train
from language.question_types.voting import Voter
from language.understanding import read

BEST_FOR_NGRAMS = 120.0
"""With this the n-grams alone do best: the floor is not made lower than it is."""
ROME = ZoneInfo("Europe/Rome")
LOADING = (
    "import time, sys, numpy; started = time.perf_counter();"
    "from language.question_types.classifier import QuestionTypeClassifier;"
    "from pathlib import Path;"
    "QuestionTypeClassifier(Path(sys.argv[1])).load();"
    "print(time.perf_counter() - started)"
)


class NoEmbedding:
    """Says nothing of any text: what is left is the floor, character n-grams alone."""

    name = "none"
    dimensions = 1

    def encode(self, texts: Sequence[str]) -> Any:
        """Return a zero a text."""
        import numpy as np

        return np.zeros((len(texts), 1), np.float32)


def _median_ms(work: Callable[[str], object], texts: Sequence[str]) -> float:
    spent = []
    for text in texts:
        work(text)
    for _ in range(3):
        for text in texts:
            started = time.perf_counter()
            work(text)
            spent.append(time.perf_counter() - started)
    return statistics.median(spent) * 1000


def _read(text: str, now: datetime, voter: Voter | None = None) -> Any:
    processes = [Process(name) for name in NAMES]
    return read(text, now=now, zone=ROME, processes=processes, voter=voter)


def _right(phrases: Sequence[Phrase], voter: Voter | None) -> float:
    right = sum(_read(each.text, NOW, voter).type is each.type for each in phrases)
    return right / len(phrases)


def _percent(scores: Scores) -> str:
    languages = ", ".join(f"{each} {found.share:.1%}" for each, found in scores.by_language.items())
    return f"{scores.overall.share:.1%} ({languages})"


def run() -> list[str]:
    """Return one line a figure."""
    frozen, shipped = frozen_phrases(), shipped_phrases()
    texts = [each.text for each in frozen[::3]]
    with tempfile.TemporaryDirectory() as folder:
        classifier = QuestionTypeClassifier(Path(folder))
        classifier.load()
        loading = [
            float(subprocess.check_output(python("-c", LOADING, folder), cwd=ROOT, text=True))
            for _ in range(3)
        ]
    grammar = _median_ms(lambda text: _read(text, NOW), texts)
    voting = _median_ms(classifier.vote, texts)
    together = _median_ms(lambda text: _read(text, NOW, classifier.vote), texts)
    alone, both = _right(frozen, None), _right(frozen, classifier.vote)
    embedding = loaded_embedding()
    floor_model, floor = train(shipped, NoEmbedding(), inverse_regularisation=BEST_FOR_NGRAMS)
    _, embedded = train(shipped, embedding)
    floor_frozen = score(floor_model, frozen, NoEmbedding())
    model = classifier.registry.model(0)
    embedded_frozen = score(model, frozen, embedding)
    return [
        f"loading embedding and model: median {statistics.median(loading):.2f} s",
        f"a vote: median {voting:.2f} ms; the grammar: {grammar:.2f} ms; "
        f"vote / grammar: {voting / grammar:.1f}",
        f"the whole local tier on hard questions: median {together:.2f} ms; "
        f"/ grammar alone: {together / grammar:.1f}",
        f"types told right, cross-validated: with embedding {_percent(embedded)}, "
        f"n-grams alone {_percent(floor)}; "
        f"ratio {embedded.overall.share / floor.overall.share:.2f}",
        f"types told right of {len(frozen)} unseen phrases: with embedding "
        f"{_percent(embedded_frozen)}, n-grams alone {_percent(floor_frozen)}; "
        f"ratio {embedded_frozen.overall.share / floor_frozen.overall.share:.2f}",
        f"the grammar alone on them: {alone:.1%}; with votes: {both:.1%}; ratio {both / alone:.2f}",
    ]

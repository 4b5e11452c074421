"""``python -m evaluation.object_phrases``: the development sets as phrases with their objects.

The classifier of objects learns from them beside its own phrases. Names, senders, numbers and
times are replaced by ordinary ones, so no phrase knows its company. Questions that go on from a
turn before them, and those that are asked back, teach nothing.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from catalogue.query import QuestionType
from evaluation.cases import EvaluationSet, read_set
from language.question_types.objects import NONE, object_of, text_of_object
from language.sentences import Circumstances, prepare

QUESTIONS = Path(__file__).parent / "questions"
WRITTEN = Path(__file__).parents[1] / "language/question_types/objects_of_companies.jsonl"


@dataclass(frozen=True)
class _Named:
    name: str
    former_names: tuple[str, ...] = ()


def phrases_of(questions: EvaluationSet, zone: ZoneInfo) -> Iterator[dict[str, str]]:
    """Return the phrases that *questions* teach, as lines of a file."""
    header = questions.header
    now = header.moment(zone) or datetime.now(zone)
    circumstances = Circumstances.of(now, zone, [_Named(name) for name in header.processes])
    for exchange in questions.exchanges:
        case = exchange.turns[0]
        expected = case.queries(zone)
        if QuestionType.CLARIFY in case.type or not (expected or case.type):
            continue
        sentence = prepare(case.text, circumstances)
        query = expected[0] if expected else None
        asked = object_of(query.metric, query.subject, query.story) if query else NONE
        yield {
            "text": text_of_object(sentence),
            "object": asked,
            "language": case.language or sentence.language,
        }


def main() -> None:
    """Write the phrases of all development sets."""
    lines: dict[str, str] = {}
    for file in sorted(QUESTIONS.glob("development.*.jsonl")):
        questions = read_set(file, zone=ZoneInfo("Europe/Rome"))
        for phrase in phrases_of(questions, questions.header.zone(ZoneInfo("Europe/Rome"))):
            lines.setdefault(phrase["text"].casefold(), json.dumps(phrase, ensure_ascii=False))
    WRITTEN.write_text("".join(f"{line}\n" for line in lines.values()), encoding="utf-8")
    print(f"{len(lines)} phrases in {WRITTEN.name}", file=sys.stderr)


if __name__ == "__main__":
    main()

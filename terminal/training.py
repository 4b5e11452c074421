"""What `agent-cli train` does and prints: a new model, the models there are, the way back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalogue.query import QuestionType
from language.question_types.embedding import EmbeddingMissing
from language.question_types.object_phrases import (
    frozen_object_phrases,
    object_phrases_in,
    shipped_object_phrases,
    without_repeated_objects,
)
from language.question_types.object_training import (
    ObjectScores,
    score_objects,
    train_objects,
)
from language.question_types.phrases import (
    Phrase,
    frozen_phrases,
    key_of,
    read_phrases,
    shipped_phrases,
    without_repetitions,
)
from language.question_types.registry import Registry, Version
from language.question_types.training import (
    Accuracy,
    Progress,
    Scores,
    TrainingError,
    Verdict,
    compare,
    score,
    train,
    with_metrics,
)
from terminal.output import note, say

if TYPE_CHECKING:
    from core.settings import Settings
    from language.question_types.embedding import Embedding

MODELS_FOLDER = "models"


@dataclass(frozen=True)
class ObjectTraining:
    """What the training of the head of objects came to."""

    shipped: int
    added: int
    cross_validated: ObjectScores
    new: ObjectScores
    registered: ObjectScores

    @property
    def better(self) -> bool:
        """Whether the new head gets more frozen phrases right than the one in use."""
        return self.new.overall.right > self.registered.overall.right

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON types."""
        return {
            "phrases": {"shipped": self.shipped, "added": self.added},
            "cross_validated": self.cross_validated.as_json(),
            "frozen": {"new": self.new.as_json(), "registered": self.registered.as_json()},
            "better": self.better,
        }


@dataclass(frozen=True)
class TrainingReport:
    """What a training came to."""

    shipped: int
    added: int
    corrections: int
    cross_validated: Scores
    verdict: Verdict
    objects: ObjectTraining
    before: int
    """The version that was in use."""
    version: int | None
    """The new version; None where the model was not registered."""
    dry_run: bool

    @property
    def better(self) -> bool:
        """Whether one of the heads takes the place of its predecessor; the other one stays."""
        return self.verdict.better or self.objects.better

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON types."""
        return {
            "phrases": {
                "shipped": self.shipped,
                "added": self.added,
                "corrections": self.corrections,
            },
            "cross_validated": self.cross_validated.as_json(),
            "frozen": {
                "new": self.verdict.new.as_json(),
                "registered": self.verdict.registered.as_json(),
            },
            "objects": self.objects.as_json(),
            "better": self.better,
            "reasons": list(self.verdict.reasons),
            "dry_run": self.dry_run,
            "version_before": self.before,
            "version": self.version,
        }


def train_anew(
    settings: Settings, files: Sequence[Path], *, dry_run: bool, progress: Progress
) -> TrainingReport:
    """Train both heads on all phrases and corrections there are; register what is better.

    Each head is compared with its predecessor; a version holds the better one of each.

    :param files: more phrases with a type, an object or both, JSON lines.
    :raises MilhenaError: a file cannot be used, a package is missing, another training runs.
    """
    frozen = frozen_phrases()
    shipped = without_repetitions(shipped_phrases(), excluding=frozen)
    own = [phrase for file in files for phrase in read_phrases(file)]
    added = without_repetitions(own, excluding=[*frozen, *shipped])
    corrections = without_repetitions(_corrections(settings), excluding=[*frozen, *shipped, *added])
    frozen_objects = frozen_object_phrases()
    shipped_objects = without_repeated_objects(shipped_object_phrases(), excluding=frozen_objects)
    own_objects = [phrase for file in files for phrase in object_phrases_in(file)]
    added_objects = without_repeated_objects(
        own_objects, excluding=[*frozen_objects, *shipped_objects]
    )
    registry = Registry(settings.home / MODELS_FOLDER)
    with registry.training():
        embedding = _embedding()
        phrases = [*shipped, *added, *corrections]
        model, cross_validated = train(
            phrases,
            embedding,
            corrections=len(corrections),
            progress=lambda done, total: progress(done, 2 * total),
        )
        objects, objects_cross_validated = train_objects(
            [*shipped_objects, *added_objects],
            embedding,
            progress=lambda done, total: progress(total + done, 2 * total),
        )
        before, registered, registered_objects = registry.registered_models()
        new = score(model, frozen, embedding)
        on_objects = ObjectTraining(
            shipped=len(shipped_objects),
            added=len(added_objects),
            cross_validated=objects_cross_validated,
            new=score_objects(objects, frozen_objects, embedding),
            registered=score_objects(registered_objects, frozen_objects, embedding),
        )
        verdict = compare(new, score(registered, frozen, embedding))
        version = None
        if (verdict.better or on_objects.better) and not dry_run:
            metrics = {
                "cross_validated": objects_cross_validated.as_json(),
                "frozen": on_objects.new.as_json(),
            }
            version = registry.register(
                with_metrics(model, cross_validated, new) if verdict.better else registered,
                objects.with_metrics(metrics) if on_objects.better else registered_objects,
            )
    return TrainingReport(
        shipped=len(shipped),
        added=len(added),
        corrections=len(corrections),
        cross_validated=cross_validated,
        verdict=verdict,
        objects=on_objects,
        before=before,
        version=version,
        dry_run=dry_run,
    )


def roll_back(settings: Settings, version: int | None) -> int:
    """Put *version*, or the one before, into use again; returns it.

    :raises RegistryError: there is none, or it cannot be used.
    """
    registry = Registry(settings.home / MODELS_FOLDER)
    with registry.training():
        return registry.roll_back(version)


def versions(settings: Settings) -> Sequence[Version]:
    """Return every model there is, oldest first."""
    return Registry(settings.home / MODELS_FOLDER).versions()


def versions_as_json(found: Sequence[Version]) -> list[dict[str, Any]]:
    """Return *found* as JSON types."""
    return [
        {
            "version": each.number,
            "registered": each.registered,
            "trained_at": each.model.facts.trained_at if each.model else None,
            "phrases": each.model.facts.phrases if each.model else None,
            "corrections": each.model.facts.corrections if each.model else None,
            "metrics": dict(each.model.facts.metrics) if each.model else None,
            "objects": dict(each.objects.facts.metrics) if each.objects else None,
            "trouble": each.trouble,
        }
        for each in found
    ]


def _embedding() -> Embedding:
    from language.question_types.classifier import loaded_embedding

    try:
        return loaded_embedding()
    except EmbeddingMissing as missing:
        raise TrainingError(f"training needs the sentence embedding: {missing}") from None


def _corrections(settings: Settings) -> list[Phrase]:
    """What was corrected in every store of these settings, the newest correction of a text."""
    from persistence.corrections import read_corrections
    from persistence.store import Store, store_files

    urls = [settings.store_url] if settings.store_url else store_files(settings.home)
    found: dict[str, Phrase] = {}
    for url in urls:
        store = Store.open(url, pool_size=1)
        try:
            for each in read_corrections(store):
                found[key_of(each.text)] = Phrase(each.text, each.type, each.language)
        finally:
            store.close()
    return list(found.values())


# --- printing ------------------------------------------------------------------------------------


def show_report(report: TrainingReport) -> None:
    """Print what a training came to."""
    sources = [f"{report.shipped:,} shipped"]
    if report.added:
        sources.append(f"{report.added:,} of yours")
    sources.append(f"{report.corrections:,} corrections")
    say(f"Trained on {', '.join(sources)}.")
    say("")
    say("Types told right, cross-validated (accuracy, phrases):")
    _show_table(report.cross_validated)
    say("")
    new, registered = report.verdict.new, report.verdict.registered
    say(
        f"On {new.overall.total} frozen phrases that no model is trained on: "
        f"{_percent(new.overall)} right; version {report.before}, in use until now: "
        f"{_percent(registered.overall)}."
    )
    on_objects = report.objects
    say(
        f"What is asked for, learnt from {on_objects.shipped + on_objects.added:,} phrases: "
        f"{_percent(on_objects.cross_validated.overall)} cross-validated; of "
        f"{on_objects.new.overall.total} frozen ones {_percent(on_objects.new.overall)}, until now "
        f"{_percent(on_objects.registered.overall)}."
    )
    if report.version is not None:
        say(f"Registered as version {report.version}: {_taken_over(report)}.")
        note('"agent-cli train --rollback" goes back to the version before.')
    elif report.better:
        say(f"Not registered, this was a dry run: {_taken_over(report)}.")
    else:
        say(f"Not registered; version {report.before} stays in use:")
        for reason in report.verdict.reasons:
            say(f"  {reason}")
        say("  what is asked for is told no better")


def _taken_over(report: TrainingReport) -> str:
    """Which of the heads is better; the other one is taken over from the version before."""
    if not report.objects.better:
        return "it is better, and worse on no type"
    if not report.verdict.better:
        return "it is better on what is asked for; the types are told as before"
    return "it is better, and worse on no type, and better on what is asked for"


def show_versions(found: Sequence[Version]) -> None:
    """Print the models there are."""
    for each in found:
        mark = "*" if each.registered else " "
        if each.model is None:
            say(f"{mark} {each.number:>3}  cannot be used: {each.trouble}")
            continue
        facts = each.model.facts
        frozen = facts.metrics.get("frozen", {}).get("accuracy")
        worth = f", {frozen:.1%} of the frozen phrases right" if frozen is not None else ""
        origin = " (shipped)" if each.number == 0 else ""
        say(
            f"{mark} {each.number:>3}  {facts.trained_at[:10]}, {facts.phrases:,} phrases, "
            f"{facts.corrections:,} of them corrections{worth}{origin}"
        )
    note("* is in use")


def _show_table(scores: Scores) -> None:
    languages = list(scores.by_language)
    say(f"  {'':<14}{'all':>15}" + "".join(f"{each:>15}" for each in languages))
    for kind in QuestionType:
        if kind in scores.by_type:
            cells = [scores.by_type[kind]]
            cells += [
                scores.by_type_and_language.get((kind, each), Accuracy(0, 0)) for each in languages
            ]
            say(f"  {kind.value:<14}" + "".join(_cell(each) for each in cells))
    cells = [scores.overall, *scores.by_language.values()]
    say(f"  {'all':<14}" + "".join(_cell(each) for each in cells))


def _cell(accuracy: Accuracy) -> str:
    if not accuracy.total:
        return f"{'–':>15}"
    return f"{_percent(accuracy) + f' {accuracy.total:>6,}':>15}"


def _percent(accuracy: Accuracy) -> str:
    return f"{accuracy.share:.1%}"

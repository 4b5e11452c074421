"""What a turn works with: its sentence, the query before, and the query in the making."""

from __future__ import annotations

from catalogue.metrics import METRICS
from catalogue.query import BusinessQuery
from language.drafts import Draft
from language.sentences import Sentence
from language.turns.phrasing import Opening


class TurnState:
    """One turn being resolved: each reader changes `base` and notes what it ``changed``."""

    def __init__(
        self,
        sentence: Sentence,
        draft: Draft,
        before: BusinessQuery,
        base: Draft,
        opening: Opening,
        earlier: BusinessQuery | None = None,
    ) -> None:
        self.sentence, self.draft, self.before, self.base = sentence, draft, before, base
        self.opening = opening
        self.earlier = earlier
        """The query that was asked before that, if one was."""
        self.cues = sentence.cues
        self.changed: set[str] = set()

    def facts(self) -> str:
        """The kind of records that the query before was about."""
        if self.base.metric is not None:
            return METRICS[self.base.metric].measure.facts
        return "executions" if self.base.subject == "errors" else str(self.base.subject)

    def links_on(self) -> bool:
        """Whether the turn says by its first words that it goes on."""
        return self.opening.continues or self.sentence.words[:1] in (["e"], ["and"], ["ed"])

    def is_bare(self) -> bool:
        """Whether no time and no other thing was said: "e l'ultimo?"."""
        return not self.changed and not self.sentence.has_time and len(self.sentence.tokens) <= 4

    def is_one_record(self) -> bool:
        """Whether one record was shown: the last order, the second of a ranking."""
        return self.base.limit == 1 and (self.base.kind == "list" or bool(self.base.group_by))


def possible_group_of(metric: str, group: str) -> str | None:
    """Return what *group* is called for *metric*; None where it cannot be grouped so."""
    groupings = METRICS[metric].groupings
    if group in groupings:
        return group
    other = {"customer": "sender", "sender": "customer"}.get(group)
    return other if other in groupings else None


def status_filter(draft: Draft) -> str | None:
    """The status that a list is kept to, if one."""
    return next(
        (each.values[0] for each in draft.filters if each.field == "status" and each.op == "is"),
        None,
    )


def draft_of(query: BusinessQuery) -> Draft:
    """Return *query* as a draft that can be changed."""
    return Draft(
        kind=query.kind,
        metric=query.metric,
        subject=query.subject,
        story=query.story,
        window=query.window,
        compare_to=query.compare_to,
        hours=query.hours,
        weekdays=query.weekdays,
        filters=list(query.filters),
        group_by=list(query.group_by),
        having=query.having,
        order=query.order,
        limit=query.limit,
        offset=query.offset,
    )

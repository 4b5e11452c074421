"""What a turn changes of the query before it."""

from __future__ import annotations

from catalogue.metrics import METRICS
from catalogue.query import Filter, QuestionType
from language.drafts import Draft, allowed_filters, list_of, status_of
from language.tokens import word_set
from language.turns.asking import Asking
from language.turns.comparing import Comparing, more_than_then, names_no_figure
from language.turns.forms import METRIC_OF_LIST, went_wrong
from language.turns.grouping import Grouping
from language.turns.narrowing import Narrowing
from language.turns.state import possible_group_of, status_filter
from language.turns.windows import Windows
from language.vocabulary import GROUPED_BY, Cue

PAGE = 10
"""How many more are shown where no number was said."""


class Turn(Asking, Grouping, Windows, Narrowing, Comparing):
    """One follow-up: what it says is read layer by layer into the query before it."""

    def resolve(self) -> Draft | None:
        """Return the changed draft, or None where nothing of it was said."""
        if self._pages():
            self.base.certainty = 0.95
            return self._finished()
        if self._of_the_two(self._said_metric()):
            self.base.certainty = 0.95
            return self._finished()
        self._object()
        self._process()
        self._time()
        self._filters()
        self._in_all()
        self._groups()
        self._condition()
        self._person()
        self._order()
        self._form()
        if not self.changed:
            return None
        self.base.clarification = self.draft.clarification
        self.base.certainty = max(0.3, self.draft.certainty - 0.02)
        return self._finished()

    def _pages(self) -> bool:
        """ "mostra altri", "more" """
        hit = next(iter(self.cues.of(Cue.MORE_ROWS)), None)
        if hit is None or self.draft.strength >= 3 or self.sentence.has_time:
            return False
        if self.sentence.mentions or (hit.start > 2):
            return False
        if self.sentence.cues.any(*GROUPED_BY) and Cue.PER in self.cues:
            return False
        said = self.sentence.number_at(hit.end)
        step = self.base.limit or PAGE
        self.base.offset += step
        self.base.limit = said or step
        self.changed.add("page")
        return True

    def _object(self) -> None:
        if went_wrong(self.sentence):
            self.base.tell("errors")
            self.base.compare_to = self.base.order = self.base.limit = self.base.focus = None
            self.changed.add("object")
            return
        metric = self._said_metric()
        if metric is None:
            if (
                self.draft.story is not None
                and self.draft.strength == 0
                and self.cues.any(Cue.SUMMARY, Cue.HOW_GOING, Cue.HAPPENED)
            ):
                self.base.tell(self.draft.story)
                self.changed.add("object")
            return
        base = self.base
        as_list = base.kind == "list" and not self.cues.any(
            Cue.HOW_MANY, Cue.HOW_MUCH, Cue.RATE, Cue.DURATION
        )
        as_list = as_list and not self.draft.group_by and _HOW_MANY.isdisjoint(self.sentence.words)
        as_list = as_list or self.draft.kind == "list"
        filters, groups = base.filters, base.group_by
        if as_list and list_of(metric) is not None:
            base.list(str(list_of(metric)))
            status = status_of(metric, base.subject)
            base.filters = [each for each in filters if each.field != "status"]
            if status is not None:
                base.filters.append(Filter(field="status", values=(status,)))
            if self.draft.limit is not None:
                base.limit = self.draft.limit
            base.offset = 0
        else:
            was_grouped = bool(groups) and base.kind == "value"
            base.value(metric)
            base.filters = [each for each in filters if each.field != "status"]
            if self.cues.any(Cue.HOW_MANY, Cue.HOW_MUCH) and not self.links_on():
                was_grouped = False  # "quanti errori?" is one number, whatever stood before
            base.group_by = [
                each
                for each in (possible_group_of(metric, group) for group in groups)
                if was_grouped and each is not None
            ]
            if not base.group_by:
                base.having = base.order = base.limit = None
            base.offset = 0
            if base.focus in ("cause", "last", "existence", "who", "ranking") and (
                not base.group_by
            ):
                base.focus = None
            if self.draft.group_by and self.draft.kind == "value":
                base.group_by, base.order = list(self.draft.group_by), self.draft.order
                base.limit, base.focus = self.draft.limit, self.draft.focus
        if self.draft.focus == "existence" and base.kind == "value" and not base.group_by:
            base.focus = "existence"
        self.changed.add("object")

    def _said_metric(self) -> str | None:
        """The metric that was said, completed by what went before: "e quelle inviate?"."""
        if any(each.field in ("sender", "customer") for each in self.sentence.filters) and (
            not self.cues.any(Cue.EMAIL, Cue.MESSAGE, Cue.ORDER, Cue.WROTE_US)
        ):
            return None  # "solo quelli di Rossi"
        cues, before = self.cues, self.before
        if more_than_then(self.sentence, before) and names_no_figure(self.sentence, before):
            return None
        if cues.any(Cue.ACTIVE) and "process" in (before.subject or before.metric or ""):
            return "active_processes"
        facts = METRICS[before.metric].measure.facts if before.metric else None
        if (
            Cue.WHO in cues
            and before.metric == "emails_received"
            and not _TO.intersection(self.sentence.words)
        ):
            return None  # "chi le ha mandate?" asks for the senders of what was received
        if before.subject == "emails" and Cue.WHO in cues and status_filter(self.base) != "sent":
            return None
        if self._which_group() is not None:
            return None  # "da quali clienti?" asks how it is grouped
        if Cue.TIMES in cues and not cues.any(Cue.RAN, Cue.EXECUTION, Cue.FAILED, Cue.SUCCESS):
            return before.metric or METRIC_OF_LIST.get(str(before.subject))
        if (facts == "emails" or before.subject == "emails") and self.draft.strength < 4:
            if Cue.SENT in cues:
                return "emails_sent"
            if cues.any(Cue.RECEIVED):
                return "emails_received"
        if Cue.RATE in cues and self.draft.metric is None:
            return "error_rate" if before.metric in ("errors", "error_rate") else "success_rate"
        if self.draft.metric == "emails_received" and not cues.any(
            Cue.EMAIL, Cue.MESSAGE, Cue.WROTE_US, Cue.RECEIVED
        ):
            return None  # "per mittente", "da chi?": how it is grouped, not what is counted
        if self.draft.strength >= 2 and self.draft.metric is not None:
            if (
                self.draft.metric == "executions"
                and self.draft.strength < 2.5
                and (facts == "executions" and self.sentence.mentions)
            ):
                return None  # "e il backup è partito?" keeps what was asked
            return self.draft.metric
        if self.draft.subject is not None and self.draft.strength >= 2:
            return METRIC_OF_LIST[self.draft.subject] if status_filter(self.draft) is None else (
                {"error": "errors", "canceled": "canceled", "unfinished": "unfinished",
                 "success": "successes", "sent": "emails_sent",
                 "received": "emails_received"}[str(status_filter(self.draft))]
            )  # fmt: skip
        return None

    def _finished(self) -> Draft:
        base = self.base
        allowed = allowed_filters(base)
        base.filters = [each for each in base.filters if each.field in allowed]
        assumed = []
        if not self.changed & {"object"}:
            assumed.append("metric")
        if (
            self.before.window is not None
            and base.window == self.before.window
            and ("window" not in self.changed)
        ):
            assumed.append("window")
        if any(each in self.before.filters for each in base.filters):
            assumed.append("filters")
        base.assumed = assumed
        base.type = self._type()
        return base

    def _type(self) -> QuestionType:
        base = self.base
        now = self.sentence.circumstances.now
        if self.sentence.time.future or (
            base.type is QuestionType.PREDICTION and "window" not in self.changed
        ):
            return QuestionType.PREDICTION
        if self.cues.any(Cue.PREDICT, Cue.FUTURE) and (
            base.window is None or base.window.end > now
        ):
            return QuestionType.PREDICTION
        if base.compare_to is not None or "cause" in base.group_by or base.focus == "trend":
            return QuestionType.ANALYSIS
        if base.type is QuestionType.ANALYSIS and base.kind == "story":
            return QuestionType.ANALYSIS
        return QuestionType.BUSINESS_DATA


_HOW_MANY = word_set("quanti quante many count")
_TO = word_set("a to ai alle agli whom")

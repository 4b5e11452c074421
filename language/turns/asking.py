"""In which form a turn wants the answer: "perché?", "e l'andamento?", "mostrali", "sono tanti?"."""

from __future__ import annotations

from catalogue.metrics import METRICS
from catalogue.periods import previous_window
from catalogue.query import Filter, QuestionType, Window
from language.drafts import MAIN_GROUP, allowed_filters, list_of, status_of
from language.rankings import (
    grain_of,
)
from language.tokens import word_set
from language.turns.forms import METRIC_OF_LIST
from language.turns.state import TurnState, possible_group_of, status_filter
from language.vocabulary import Cue


class Asking(TurnState):
    """Reads the form of the answer."""

    def _form(self) -> None:
        """ "perché?", "e l'andamento?", "mostrali", "quanti sono?" """
        base, cues, sentence = self.base, self.cues, self.sentence
        counted = _COUNT_OF_STORY.get(str(base.story))
        if counted is not None and not _ONLY_A_NUMBER.isdisjoint(sentence.words):
            base.value(counted)
            base.focus = "amount"
            self.changed.add("object")
        elif Cue.WHY in cues and (
            "object" not in self.changed
            or (cues.any(Cue.FAILED, Cue.ERROR) and not self.sentence.has_time)
        ):
            self._why()
        elif Cue.TREND in cues and base.metric is not None and "groups" not in self.changed:
            base.group_by, base.focus, base.type = (
                [grain_of(base.window)], "trend", QuestionType.ANALYSIS,
            )  # fmt: skip
            base.order = base.limit = None
            self.changed.add("form")
        elif (
            (
                cues.any(Cue.COMPARE, Cue.IMPROVE, Cue.USUAL, Cue.MORE_OR_LESS)
                or self._asks_if_many()
            )
            and base.compare_to is None
            and (base.window is not None and base.kind != "list")
        ):
            base.compare_to = self._to_compare_with()
            base.type = QuestionType.ANALYSIS
            self.changed.add("form")
        elif (
            base.kind == "list"
            and cues.any(Cue.HOW_MANY, Cue.OF_THEM)
            and ("object" not in self.changed)
        ):
            status = status_filter(base)
            base.value(_COUNTED_BY.get(str(status), METRIC_OF_LIST[str(base.subject)]))
            base.filters = [each for each in base.filters if each.field in allowed_filters(base)]
            base.limit = base.order = None
            base.focus, base.offset = "amount", 0
            self.changed.add("form")
        elif base.metric is not None and (
            (cues.any(Cue.SHOW_THEM, Cue.LIST) and not base.group_by)
            or (cues.any(Cue.LIST) and self.is_bare() and len(sentence.tokens) <= 3)
            or (Cue.SHOW_THEM in cues and base.group_by == ["cause"] and not self._regrouped())
        ):
            subject = list_of(base.metric)
            if subject is None:
                return
            status = status_of(base.metric, subject)
            base.list(subject)
            if status is not None and not any(each.field == "status" for each in base.filters):
                base.filters.append(Filter(field="status", values=(status,)))
            base.focus = base.order = None
            self.changed.add("form")
        elif base.metric and cues.any(Cue.SHOW_THEM) and base.group_by:
            self.changed.add("form")
        elif sentence.sounds_future and sentence.time.future:
            base.type = QuestionType.PREDICTION
            self.changed.add("form")

    def _asks_if_many(self) -> bool:
        """ "sono tanti?", "is that a lot?": measured against the period before."""
        words = set(self.sentence.words)
        return bool(words & _MANY) and len(words) <= 6 and not self.changed

    def _to_compare_with(self) -> Window | None:
        """The window that was spoken of before, where "them" are two; else the one before it."""
        earlier, window = self.earlier, self.base.window
        if window is None:
            return None
        other = earlier.window if earlier is not None else None
        if (
            earlier is not None
            and other is not None
            and self.cues.any(Cue.COMPARE, Cue.IMPROVE)
            and earlier.metric == self.base.metric
            and other != window
            and not self.changed
        ):
            if other.end > window.end:
                self.base.window, other = other, window
            return other
        return previous_window(window, self.sentence.circumstances.zone)

    def _regrouped(self) -> bool:
        return bool(self.changed & {"groups", "object", "order"})

    def _why(self) -> None:
        base = self.base
        metric = METRICS[base.metric] if base.metric else None
        about_runs = (
            (metric is not None and metric.measure.facts == "executions")
            or base.subject in ("errors", "executions")
            or base.story in ("errors", "today", "overview")
        )
        if about_runs:
            kept = [each for each in base.filters if each.field in ("process", "cause", "text")]
            base.value("errors")
            base.filters, base.group_by = kept, ["cause"]
            base.order, base.limit, base.having, base.offset = "desc", None, None, 0
        elif base.metric is not None and base.window is not None and base.compare_to is None:
            base.group_by = []
            base.compare_to = previous_window(base.window, self.sentence.circumstances.zone)
        elif base.metric is not None and base.compare_to is not None and not base.group_by:
            # What changed is known; where it changed is as near as records come to a why.
            group = possible_group_of(base.metric, MAIN_GROUP[self.facts()])
            base.group_by = [group] if group is not None else []
        base.focus, base.type = "cause", QuestionType.ANALYSIS
        self.changed.add("form")


_MANY = word_set(
    "tanto tanta tanti tante molto molta molti molte troppi troppe lot many much normale normal "
    "poco poca pochi poche few little"
)
_COUNT_OF_STORY = {"email": "emails_received", "errors": "errors"}
_ONLY_A_NUMBER = word_set("count numero conteggio number totale total")
_COUNTED_BY = {"sent": "emails_sent", "active": "active_processes"}
"""What counts a list that is kept to a status."""

"""How a turn groups, ranks and pages: "per processo", "e il secondo?", "quello prima"."""

from __future__ import annotations

from typing import Literal

from catalogue.metrics import METRICS
from catalogue.query import TIME_GROUPINGS
from language.drafts import MAIN_GROUP, list_of
from language.rankings import (
    said_condition,
    said_direction,
    said_groups,
    said_number,
    subject_group,
)
from language.sentences import Sentence
from language.tokens import word_set
from language.turns.forms import METRIC_OF_LIST, asks_for_the_worst, ranks_the_same
from language.turns.state import TurnState, possible_group_of, status_filter
from language.vocabulary import GROUPED_BY, ORDINALS, Cue


class Grouping(TurnState):
    """Reads groups, conditions on them, and the places of a ranking or list."""

    def _in_all(self) -> None:
        """ "e in totale?": without the groups, or else without what it was narrowed to."""
        base = self.base
        if Cue.HOW_MANY in self.cues and base.group_by == ["cause"] and not self.draft.group_by:
            base.group_by, base.having, base.order, base.limit = [], None, None, None
            base.focus = "amount"  # "e la settimana scorsa quanti erano?" after their causes
            self.changed.add("total")
        if Cue.IN_ALL not in self.cues or self.changed - {"window"}:
            return
        if base.metric == "active_processes":
            base.value("processes")
            self.changed.add("object")
            return
        if base.kind == "list" and base.filters:
            base.filters = [each for each in base.filters if each.field == "status"]
            base.offset = 0
            self.changed.add("total")
            return
        if base.metric is None:
            return
        if base.group_by:
            base.group_by, base.having, base.order, base.limit = [], None, None, None
        else:
            base.filters = [each for each in base.filters if each.field == "status"]
        base.offset, base.focus = 0, "amount"
        self.changed.add("total")

    def _condition(self) -> None:
        """ "solo quelli con almeno 5" """
        having = said_condition(self.sentence)
        if having is None and self.draft.group_by == self.base.group_by:
            having = self.draft.having  # "only senders with more than 2"
        if having is not None and self.base.group_by:
            self.base.having, self.base.limit = having, None
            self.changed.add("having")

    def _groups(self) -> None:
        base = self.base
        groups = said_groups(self.sentence)
        if not groups and ranks_the_same(self.sentence, self.draft, self.before):
            named = subject_group(self.sentence) is not None
            groups = list(self.draft.group_by) if named or not base.group_by else []
        if not groups and self.draft.group_by == ["cause"] and "object" not in self.changed:
            groups = ["cause"]
        if not groups and self.draft.subject == "processes" and base.metric is not None:
            groups = ["process"]
        other = self._other_unit() if not groups else []
        if other:
            base.group_by = other
            self.changed.add("groups")
            return
        which = self._which_group()
        if not groups and which is not None:
            groups = [which]
        if not groups and self._asks_which_process():
            groups = ["process"]
        if not groups and Cue.WHO in self.cues and base.story is None:
            sent = base.metric == "emails_sent" or status_filter(base) == "sent"
            groups = ["customer" if sent else MAIN_GROUP[self.facts()]]
        if not groups:
            return
        if base.kind == "list":
            base_metric = METRIC_OF_LIST[str(base.subject)]
            status = status_filter(base)
            if status == "sent":
                base_metric = "emails_sent"
            base.filters = [
                each for each in base.filters if status != "sent" or each.field != "status"
            ]
            base.value(base_metric)
            base.limit = base.order = None
        elif base.kind == "story":
            base.value(
                {"email": "emails_received", "errors": "errors"}.get(str(base.story), "executions")
            )
            base.assume("metric")
        metric = METRICS[str(base.metric)]
        possible = [
            "sender" if each == "customer" and base.metric == "emails_received" else each
            for each in groups
        ]
        possible = [each for each in possible if each in metric.groupings]
        if not possible:
            return
        base.group_by = possible[:2]
        base.order = base.limit = base.having = None
        base.offset = 0
        base.focus = None
        self.changed.add("groups")

    def _which_group(self) -> str | None:
        """The noun of "da quali clienti?", "in which process?", "quali processi?"."""
        cues = self.cues
        if Cue.WHICH not in cues or len(self.sentence.tokens) > 5 or self.sentence.has_time:
            return None
        if self.draft.story is not None or cues.any(*_OTHER_THINGS):
            return None
        nouns = [GROUPED_BY[hit.cue] for hit in cues.of(*GROUPED_BY) if hit.cue is not Cue.STATUS]
        if len(nouns) != 1 or (self.base.metric is None and self.base.subject is None):
            return None
        metric = self.base.metric or METRIC_OF_LIST[str(self.base.subject)]
        return possible_group_of(metric, nouns[0])

    def _other_unit(self) -> list[str]:
        """ "e a che ora?" after the weekday with the most orders: the same by another unit."""
        base = self.base
        if (
            len(base.group_by) != 1
            or base.group_by[0] not in TIME_GROUPINGS
            or "object" in self.changed
        ):
            return []
        if not self.cues.any(Cue.WHICH, Cue.WHEN, Cue.HOUR, Cue.WEEKDAY) or Cue.PER in self.cues:
            return []
        metric = METRICS[str(base.metric)]
        said = [
            GROUPED_BY[hit.cue]
            for hit in self.cues.of(Cue.WEEKDAY, Cue.HOUR, Cue.DAY, Cue.WEEK, Cue.MONTH)
        ]
        return [each for each in said[:1] if each in metric.groupings and each != base.group_by[0]]

    def _asks_which_process(self) -> bool:
        """ "quello con più errori?": of the processes, which were counted together."""
        if self.base.metric is None or self.base.group_by:
            return False
        if asks_for_the_worst(self.sentence):
            return "process" in METRICS[self.base.metric].groupings
        ranks = self.cues.any(Cue.MOST, Cue.LEAST, Cue.WORST, Cue.BEST, Cue.MORE, Cue.LEAST)
        return ranks and Cue.THOSE in self.cues and "process" in METRICS[self.base.metric].groupings

    def _neighbour(self) -> bool:
        """ "e quello prima?", "il penultimo", "and the next one?" beside the one that was shown."""
        base, words = self.base, set(self.sentence.words)
        if words & _PENULTIMATE and (base.kind == "list" or base.group_by):
            base.offset, base.limit = 1, 1
            if base.group_by:
                base.order = "asc" if base.order != "asc" else "desc"
        elif self.is_one_record() and (
            Cue.ONE_BEFORE in self.cues or (words & _ONE_MORE and len(words) <= 5)
        ):
            up = bool(base.group_by) and Cue.ONE_BEFORE in self.cues
            up = up or (base.kind == "list" and not self.cues.any(Cue.ONE_BEFORE))
            base.offset = max(0, base.offset - 1) if up else base.offset + 1
        elif words & _ONE_MORE and base.group_by and Cue.THOSE in self.cues and len(words) <= 4:
            base.offset, base.limit = base.offset + 1, 1
        else:
            return False
        base.focus = "ranking" if base.group_by else "last"
        self.changed.add("order")
        return True

    def _order(self) -> None:
        base, cues = self.base, self.cues
        if self._neighbour():
            return
        ordinal = self._ordinal()
        if ordinal is not None and (base.group_by or base.kind == "list"):
            base.offset, base.limit = ordinal - 1, 1
            base.focus = "ranking" if base.group_by else "last"
            self.changed.add("order")
            return
        number = said_number(self.sentence) if "having" not in self.changed else None
        if number is not None and (base.group_by or base.kind == "list"):
            base.limit, base.offset = number, 0
            self.changed.add("order")
        if (
            base.metric is not None
            and base.group_by
            and cues.any(
                Cue.MOST,
                Cue.LEAST,
                Cue.BEST,
                Cue.WORST,
                Cue.BOTTOM,
                Cue.TOP,
                Cue.BUSY,
                Cue.FAST,
                Cue.SLOW,
            )
        ):
            base.order = _direction(self.sentence, base.metric)
            base.focus = "ranking"
            if base.limit == 1:
                base.limit, base.offset = None, 0
            self.changed.add("order")
        elif base.group_by and cues.any(Cue.LAST) and number is None and self.is_bare():
            base.order = "asc" if base.order != "asc" else "desc"
            base.offset, base.limit, base.focus = 0, 1, "ranking"
            self.changed.add("order")
        elif (
            cues.any(Cue.LAST)
            and number is None
            and base.kind != "story"
            and "window" not in self.changed
            and (self.draft.focus != "last")
        ):
            self._last_one()

    def _last_one(self) -> None:
        """ "e l'ultimo?" """
        base = self.base
        subject = base.subject or list_of(str(base.metric))
        if subject is None or len(self.sentence.tokens) > 5:
            return
        base.list(subject)
        base.order, base.limit, base.offset, base.focus = None, 1, 0, "last"
        self.changed.add("order")

    def _ordinal(self) -> int | None:
        if said_number(self.sentence) is not None:
            return None  # "the first two"
        for hit in self.cues.of(Cue.ORDINAL, Cue.FIRST):
            for place in range(hit.start, hit.end):
                number = ORDINALS.get(self.sentence.words[place])
                if number is not None and number > 0 and len(self.sentence.tokens) <= 5:
                    return number
        return None


def _direction(sentence: Sentence, metric: str) -> Literal["asc", "desc"]:
    """Which end a turn asks for: of what is neither good nor bad the worst is the least."""
    if Cue.WORST in sentence.cues:
        worst: Literal["asc", "desc"] = "desc" if METRICS[metric].higher_is == "bad" else "asc"
        if Cue.LEAST in sentence.cues:  # "i meno problematici"
            return "asc" if worst == "desc" else "desc"
        return worst
    return said_direction(sentence, metric)


_OTHER_THINGS = (Cue.ACTIVE, Cue.INACTIVE, Cue.EMAIL, Cue.ERROR, Cue.FAILED, Cue.RAN, Cue.EXECUTION,
                 Cue.SLOW, Cue.FAST, Cue.DURATION, Cue.SUCCESS)  # fmt: skip
_PENULTIMATE = word_set("penultimo penultima")
_ONE_MORE = word_set("dopo next successivo successiva seguente following after poi")

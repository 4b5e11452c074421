"""To whom and what a turn narrows the query: a process, a sender, a text."""

from __future__ import annotations

from catalogue.query import Filter
from language.drafts import allowed_filters
from language.names import NameMatch
from language.questions import cause_word
from language.sentences import Sentence, prepare
from language.turns.forms import is_correction
from language.turns.state import TurnState, draft_of, status_filter
from language.vocabulary import ARTICLES, Cue


class Narrowing(TurnState):
    """Reads processes, people and conditions."""

    def _process(self) -> None:
        named = [each for each in self.draft.filters if each.field == "process"]
        named = named or self._taken_for_a_person()
        if named and self._included(named):
            return
        if not named:
            match = self._that_one()
            if match is not None and match.name is not None:
                named = [Filter(field="process", values=(match.name,))]
                if "object" in self.changed:  # "quello degli ordini" is a process, not orders
                    self._restore_object()
        if not named:
            return
        kept = [
            each
            for each in self.base.filters
            if each.field != "process" or any(each.op != other.op for other in named)
        ]
        wanted = {value for each in named if each.op == "is" for value in each.values}
        kept = [
            each
            for each in kept
            if (each.field, each.op) != ("process", "is_not")
            or not wanted.intersection(each.values)
        ]
        named = [self._with_those_before(each) for each in named]
        self.base.filters = self._without_left_out([*kept, *named])
        if named[0].op == "is" and "process" in self.base.group_by:
            self.base.group_by.remove("process")
            self.base.having = self.base.order = self.base.limit = None
            if self.base.focus in ("ranking", "who"):
                self.base.focus = None
        self.base.offset = 0
        self.changed.add("process")

    def _with_those_before(self, said: Filter) -> Filter:
        """What is left out beside what was left out before: "e senza la newsletter"."""
        if said.op != "is_not" or is_correction(self.sentence):
            return said
        before = next(
            (
                each.values
                for each in self.before.filters
                if (each.field, each.op) == (said.field, "is_not") and each in self.base.filters
            ),
            (),
        )
        values = tuple(dict.fromkeys((*before, *said.values)))
        return said.model_copy(update={"values": values})

    def _taken_for_a_person(self) -> list[Filter]:
        """The process of "solo quelli del CRM", where errors have no customers."""
        allowed = allowed_filters(self.base)
        for each in self.sentence.filters:
            if each.field in ("customer", "sender") and each.field not in allowed:
                match = self.sentence.circumstances.names.match(each.values[0])
                if match.name is not None:
                    op = "is_not" if each.op == "is_not" else "is"
                    return [Filter(field="process", op=op, values=(match.name,))]
        return []

    def _included(self, named: list[Filter]) -> bool:
        """ "aggiungi il backup": beside the processes that were spoken of."""
        place = next(
            (
                place
                for place, each in enumerate(self.base.filters)
                if (each.field, each.op) == ("process", "is")
            ),
            None,
        )
        if self.opening.act != "include" or place is None:
            return False
        values = (*self.base.filters[place].values, *(v for each in named for v in each.values))
        self.base.filters[place] = Filter(field="process", values=tuple(dict.fromkeys(values)))
        self.base.offset = 0
        self.changed.add("process")
        return True

    @staticmethod
    def _without_left_out(filters: list[Filter]) -> list[Filter]:
        """Of several processes that were named, those that are not left out now."""
        left_out = {
            value
            for each in filters
            if (each.field, each.op) == ("process", "is_not")
            for value in each.values
        }
        for each in filters:
            if (each.field, each.op) != ("process", "is"):
                continue
            kept = tuple(value for value in each.values if value not in left_out)
            if kept and kept != each.values:
                others = [one for one in filters if one.field != "process"]
                return [*others, Filter(field="process", values=kept)]
        return filters

    def _that_one(self) -> NameMatch | None:
        """The process of "quello degli ordini", "the invoices one"."""
        return that_one(self.sentence)

    def _restore_object(self) -> None:
        original = draft_of(self.before)
        for part in ("kind", "metric", "subject", "story", "group_by", "order", "limit", "having"):
            setattr(self.base, part, getattr(original, part))
        self.base.filters = original.filters
        self.changed.discard("object")

    def names_person(self, place: int) -> bool:
        """Whether token *place* can be another sender or customer: "e Rossi Spa?"."""
        token = self.sentence.tokens[place]
        return self.person_filter() is not None and token.word.isalpha()

    def person_filter(self) -> int | None:
        """The place of the filter on a person, where one was asked for by name."""
        for place, each in enumerate(self.base.filters):
            if each.field in ("sender", "customer") and each.op != "is_not":
                return place
        return None

    def _person(self) -> None:
        """ "e Rossi Spa?" after the orders of Bianchi Srl."""
        place = self.person_filter()
        unread = [
            at for at in self.sentence.unexplained() if cause_word(self.sentence.words[at]) is None
        ]
        if place is None or not unread or len(self.sentence.tokens) > 7:
            return
        if unread[-1] - unread[0] >= len(unread) + 2 or self.changed - {"window"}:
            return
        tokens = self.sentence.tokens
        said = self.sentence.text[tokens[unread[0]].start : tokens[unread[-1]].end].casefold()
        field = self.base.filters[place].field
        self.base.filters[place] = Filter(field=field, op="contains", values=(said,))
        self.base.offset = 0
        self.changed.add("filters")

    def _filters(self) -> None:
        base = self.base
        said = list(self.draft.filters)
        said += (each for each in self.sentence.filters if each not in said)
        said += (each for each in self._said_of_those() if each not in said)
        said += self._order_number(said)
        if not any(each.field == "cause" for each in said):
            kinds = [kind for kind in map(cause_word, self.sentence.words) if kind is not None]
            said += (Filter(field="cause", op="contains", values=(kind,)) for kind in kinds)
        for each in said:
            if each.field in ("process", "status"):
                continue
            fitting = each.model_copy(update={"field": self._field(each.field)})
            fitting = self._with_those_before(fitting)
            if fitting.field not in allowed_filters(base):
                continue
            key = (fitting.field, fitting.op)
            base.filters = [kept for kept in base.filters if (kept.field, kept.op) != key]
            base.filters.append(fitting)
            if fitting.op != "is_not" and fitting.field in base.group_by:
                # Of one sender there is one line: "how many of those came from …?"
                base.group_by.remove(fitting.field)
                base.having = base.order = base.limit = base.focus = None
            self.changed.add("filters")

    def _order_number(self, said: list[Filter]) -> list[Filter]:
        """The order of "quanto vale il 20533?", "and 20534?" after orders were shown."""
        of_orders = self.before.subject == "orders" or any(
            each.field == "order" for each in self.before.filters
        )
        of_orders = of_orders or (Cue.VALUE in self.cues and self.facts() == "orders")
        if not of_orders or any(each.field == "order" for each in said) or self.sentence.has_time:
            return []
        numbers = [
            token.raw
            for place, token in enumerate(self.sentence.tokens)
            if token.word.isdigit() and len(token.word) >= 4 and place not in self.sentence.masked
        ]
        return [Filter(field="order", values=(numbers[0],))] if len(numbers) == 1 else []

    def _said_of_those(self) -> list[Filter]:
        """What "quelle che parlano di rimborso" says of the mails that were listed."""
        hit = next(iter(self.cues.of(Cue.THOSE)), None)
        noun = _NOUNS.get(self.facts())
        if Cue.ABOUT not in self.cues or noun is None:
            return []
        tokens = self.sentence.tokens
        start = tokens[hit.start].start if hit is not None else tokens[0].start
        rest = tokens[hit.end - 1].end if hit is not None else tokens[0].start
        said = self.sentence.text
        text = f"{said[:start]}{noun[self.sentence.language]} {said[rest:]}"
        read = prepare(text, self.sentence.circumstances, language=self.sentence.language)
        self.draft.clarification = None
        return [each for each in read.filters if each.field == "text"]

    def _field(self, said: str) -> str:
        """What a person is to the records: of a mail received the sender, of an order the
        customer."""
        if said not in ("sender", "customer"):
            return said
        base = self.base
        received = base.metric == "emails_received" or base.story == "email"
        received = received or (base.subject == "emails" and status_filter(base) != "sent")
        return "sender" if received else "customer"


def that_one(sentence: Sentence) -> NameMatch | None:
    """Return the process that "quello degli ordini" or "the invoices one" means."""
    words, names = sentence.words, sentence.circumstances.names
    for hit in sentence.cues.of(Cue.THOSE):
        place: int | None = None
        if words[hit.end - 1] in ("one", "ones"):
            place = hit.start - 1 if hit.end - hit.start == 1 else None
        elif (
            words[hit.start] in ("quello", "quella", "that")
            and hit.end < len(words)
            and (words[hit.end] in ARTICLES)
        ):
            place = sentence.after(hit.end)
        if place is None or not 0 <= place < len(words):
            continue
        match = names.by_noun(words[place])
        if match.score:
            return match
    return None


_NOUNS: dict[str, dict[str, str]] = {
    "emails": {"it": "email", "en": "emails"},
    "orders": {"it": "ordini", "en": "orders"},
    "executions": {"it": "errori", "en": "errors"},
}

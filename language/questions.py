"""From a sentence to a draft of the query that it asks.

The metric comes from `metric_rules`, the form of the answer from `forms`; what is left over names
a process, restricts what is counted, or becomes a question back.
"""

from __future__ import annotations

from catalogue.metrics import METRICS
from catalogue.query import (
    MAX_LIST_ROWS,
    Filter,
    QuestionType,
)
from catalogue.reading import Clarification
from language.cues import Hit
from language.drafts import (
    OVER_EXECUTIONS,
    Draft,
    allowed_filters,
    keep_counted,
    list_of,
    without_contradictions,
)
from language.forms import FORMS, as_value, compare_with_before
from language.metric_rules import is_only_hinted, read_metric
from language.names import NameMatch, is_denied
from language.question_types.objects import LIST, STORY, object_of
from language.rankings import CONDITIONS, SECONDS, grain_of, said_groups, said_number
from language.sentences import Sentence
from language.subjects import unknown_subject
from language.tokens import word_set
from language.vocabulary import (
    CAUSE_WORDS,
    KNOWN_WORDS,
    Cue,
)


def read_question(sentence: Sentence, asked: str | None = None) -> Draft:
    """Return what *sentence* asks of the data; `Draft.has_object` says whether it asks at all.

    *asked* is what it asks for where that is known already: a metric, ``list:`` and a subject,
    or ``story:`` and a story.
    """
    draft = Draft()
    draft.window, draft.compare_to = sentence.time.window, sentence.time.compare_to
    draft.hours, draft.weekdays = sentence.time.hours, sentence.time.weekdays
    draft.filters = list(sentence.filters)
    _read_processes(sentence, draft)
    metric, draft.strength = read_metric(sentence)
    if asked is not None:
        metric, draft.strength = (asked if asked in METRICS else metric), _NAMED
    if metric == "orders" and _asks_for_money(sentence):
        metric = "order_value"
    if metric is None and Cue.SENT in sentence.cues and sentence.mentions:
        metric, draft.strength = "executions", 2.2  # "le schedine sono state mandate?"
    if metric in (None, "executions") and _asks_what_was_sent(sentence):
        metric, draft.strength = "emails_sent", _NAMED
    if metric is None and any(each.field == "sender" for each in draft.filters):
        metric, draft.strength = "emails_received", 4.0  # "è arrivato qualcosa da …?"
    for form in FORMS:
        if form(sentence, draft, metric):
            break
    if asked is not None:
        _hold_to(asked, sentence, draft, metric)
    _read_conditions(sentence, draft)
    _read_qualifiers_before(sentence, draft)
    _read_leftover_nouns(sentence, draft)
    _read_unknown_subject(sentence, draft)
    _read_qualifiers(sentence, draft)
    _read_type(sentence, draft)
    _fit_filters(draft)
    _judge_certainty(sentence, draft)
    return draft


_NAMED = 4.0
"""The strength of an object that is known already."""


def _hold_to(asked: str, sentence: Sentence, draft: Draft, metric: str | None) -> None:
    """Make *draft* ask for *asked* where the form made something else of it."""
    if object_of(draft.metric, draft.subject, draft.story) == asked:
        return
    draft.focus, draft.limit, draft.clarification = None, None, None
    if asked.startswith(LIST):
        subject = asked.removeprefix(LIST)
        draft.list(subject)
        if metric is not None and list_of(metric) == subject:
            keep_counted(draft, metric)
        draft.limit = said_number(sentence)
    elif asked.startswith(STORY):
        draft.compare_to = None
        draft.tell(asked.removeprefix(STORY))
        if draft.story == "today" and not sentence.has_time:
            draft.window = sentence.circumstances.window("oggi")
            draft.assume("window")
    else:
        as_value(sentence, draft, asked)
    draft.filters = [each for each in draft.filters if each.field != "status" or draft.subject]


def _asks_what_was_sent(sentence: Sentence) -> bool:
    """Whether what a process sends is counted by its name: "how many reminders went out?"."""
    cues = sentence.cues
    if Cue.SENT not in cues or cues.any(Cue.EXECUTION, Cue.TIMES, Cue.PROCESS, Cue.UNFINISHED):
        return False
    for asking in cues.of(Cue.HOW_MANY):
        following = range(asking.end, min(asking.end + _LONGEST_NAME, len(sentence.words)))
        return any(sentence.words[place] in _SENT_THINGS for place in following)
    return False


def _asks_for_money(sentence: Sentence) -> bool:
    """Whether "vendite" are a sum: "quanto sono cresciute le vendite?", "sales forecast"."""
    sold = all(
        sentence.words[hit.start] in ("vendite", "sales") for hit in sentence.cues.of(Cue.ORDER)
    )
    return (
        sold
        and Cue.ORDER in sentence.cues
        and sentence.cues.any(Cue.HOW_MUCH, Cue.PREDICT, Cue.VALUE)
    )


_LONGEST_NAME = 4
_SENT_THINGS = word_set(
    """sollecito solleciti promemoria newsletter newsletters reminder reminders mail mails
    confirmation confirmations conferma conferme avviso avvisi"""
)
"""Things that are sent by e-mail, whatever process sends them."""


def _read_processes(sentence: Sentence, draft: Draft) -> None:
    """Turn mentions of processes into a filter, or into a question back."""
    known = bool(sentence.circumstances.names)
    included: list[str] = []
    excluded: list[str] = []
    for mention in sentence.mentions:
        target = excluded if mention.excluded else included
        if mention.match.name is not None:
            target.append(mention.match.name)
        elif not known:
            # There is nothing to check the name against: it is taken as it was said.
            target.append(mention.text)
        elif mention.match.score:
            draft.clarification = Clarification(
                reason="which_process", mention=mention.text, options=mention.match.candidates
            )
        else:
            draft.clarification = Clarification(
                reason="unknown_process", mention=mention.text, options=mention.match.candidates
            )
    if known and included and draft.clarification is None:
        draft.clarification = _named_beside(sentence)
    if included:
        draft.filters.append(Filter(field="process", values=tuple(dict.fromkeys(included))))
    if excluded:
        draft.filters.append(
            Filter(field="process", op="is_not", values=tuple(dict.fromkeys(excluded)))
        )
        draft.filters = without_contradictions(draft.filters)


_AND = frozenset({"e", "ed", "and", "o", "or"})


def _named_beside(sentence: Sentence) -> Clarification | None:
    """A question back about the second name of "il backup e le spedizioni", if none fits it.

    The figure of the first alone would be an answer to another question.
    """
    unread = set(sentence.unexplained())
    names = sentence.circumstances.names
    for mention in sentence.mentions:
        joint = mention.tokens[-1] + 1
        if mention.excluded or joint >= len(sentence.words) or sentence.words[joint] not in _AND:
            continue
        place = sentence.after(joint + 1)
        if sentence.tokens[joint].grave or place is None or place in sentence.masked:
            continue
        noun = sentence.cues.starting_at(place, Cue.UNLISTED, Cue.CHANNEL) is not None
        word = sentence.words[place]
        if (noun or place in unread) and word.isalpha() and not names.by_noun(word).score:
            mentioned = sentence.tokens[place].raw
            return Clarification(
                reason="unknown_process", mention=mentioned, options=names.match(word).candidates
            )
    return None


def _read_conditions(sentence: Sentence, draft: Draft) -> None:
    """Conditions beside the object: a kind of error, what is left out, what is not running."""
    cues = sentence.cues
    if draft.metric in ("errors", "error_rate") or draft.subject == "errors":
        for place, word in enumerate(sentence.words):
            kind = cause_word(word)
            if kind is None or place in sentence.masked:
                continue
            sentence.masked.add(place)
            if any(hit.end <= place <= hit.end + 2 for hit in cues.of(Cue.EXCEPT)):
                # A cause is looked for as a part of a text; there is no "not a part".
                draft.clarification = Clarification(reason="not_in_catalogue", mention=word)
            else:
                draft.filters.append(Filter(field="cause", op="contains", values=(kind,)))
            break
    for hit in cues.of(Cue.EXCEPT):
        for place in range(hit.end, min(hit.end + 3, len(sentence.words))):
            status = next(
                (
                    status
                    for cue, status in (
                        (Cue.CANCELED, "canceled"),
                        (Cue.UNFINISHED, "unfinished"),
                        (Cue.FAILED, "error"),
                        (Cue.ERROR, "error"),
                    )
                    if cues.starting_at(place, cue)
                ),
                None,
            )
            if status and (draft.metric in ("executions",) or draft.subject == "executions"):
                draft.filters.append(Filter(field="status", op="is_not", values=(status,)))
                break


def cause_word(word: str) -> str | None:
    """Return the kind of error that *word* names: "timeout", "429"."""
    return next((each for each in (word, word.removesuffix("s")) if each in CAUSE_WORDS), None)


def _read_leftover_nouns(sentence: Sentence, draft: Draft) -> None:
    """A noun that the metric does not explain names a process, or something we do not record.

    "errori degli ordini" are those of the process about orders; "fatture" are the executions of
    the process that makes them.
    """
    if draft.clarification is not None or any(each.field == "process" for each in draft.filters):
        return
    noun = _leftover_noun(sentence, draft)
    if noun is None:
        return
    names = sentence.circumstances.names
    word = sentence.tokens[noun.start].word
    match = names.by_noun(word)
    mention = sentence.tokens[noun.start].raw
    if match.name is None and match.score:
        match = _told_apart(sentence, noun, match)
    if match.name is None and not match.candidates and noun.end - noun.start > 1:
        match = names.match(" ".join(sentence.words[noun.start : noun.end]))
    if not names:
        draft.filters.append(Filter(field="process", values=(mention,)))
    elif match.name is not None:
        left_out = any(
            hit.end <= noun.start <= hit.end + 2 for hit in sentence.cues.of(Cue.EXCEPT)
        ) or is_denied(sentence.tokens, sentence.cues, noun.start)
        draft.filters.append(
            Filter(field="process", op="is_not" if left_out else "is", values=(match.name,))
        )
    elif match.score:
        draft.clarification = Clarification(
            reason="which_process", mention=mention, options=match.candidates
        )
    elif _is_counted(sentence, noun):
        draft.clarification = Clarification(reason="not_in_catalogue", mention=mention)
    else:
        draft.clarification = Clarification(
            reason="unknown_process", mention=mention, options=names.match(word).candidates[:4]
        )
    if noun.cue in (Cue.UNLISTED, Cue.CHANNEL) and (
        not draft.has_object or _is_weak(sentence, draft)
    ):
        succeeded = sentence.cues.any(Cue.SUCCESS, Cue.PRODUCED)
        _count_runs(sentence, draft, "successes" if succeeded else "executions")


def _told_apart(sentence: Sentence, noun: Hit, match: NameMatch) -> NameMatch:
    """The one of several processes that the other words name too: "repairs were booked"."""
    names = sentence.circumstances.names
    others = [
        token.word
        for place, token in enumerate(sentence.tokens)
        if place not in sentence.masked
        and not noun.start <= place < noun.end
        and token.word not in KNOWN_WORDS
        and any(
            names.match(f"{sentence.words[noun.start]} {token.word}").name == each
            for each in match.candidates
        )
    ]
    if not others:
        return match
    closer = names.match(" ".join((sentence.words[noun.start], *others)))
    if closer.name in match.candidates:
        sentence.masked.update(
            place
            for place, word in enumerate(sentence.words)
            if word in others or noun.start <= place < noun.end
        )
        return closer
    return match


def _read_unknown_subject(sentence: Sentence, draft: Draft) -> None:
    """What is said to have run or failed, and is no process of ours, becomes a question back."""
    over_executions = draft.metric in OVER_EXECUTIONS or draft.subject in ("errors", "executions")
    named = any(each.field == "process" for each in draft.filters)
    if draft.clarification is not None or not over_executions or named:
        return
    places = unknown_subject(sentence)
    names = sentence.circumstances.names
    if not places or not names:
        return
    mention = sentence.text[sentence.tokens[places[0]].start : sentence.tokens[places[-1]].end]
    draft.clarification = Clarification(
        reason="unknown_process", mention=mention, options=names.match(mention).candidates[:4]
    )


_QUALIFIED = (Cue.EMAIL, Cue.MESSAGE, Cue.ORDER, Cue.EXECUTION, Cue.ERROR)


_MONEY = frozenset({"euro", "eur", "euros", "dollari", "dollars"})


def _read_qualifiers(sentence: Sentence, draft: Draft) -> None:
    """What restricts a noun in a way that is not recorded becomes a question back.

    The number of all orders would be a wrong answer to "quanti ordini urgenti?" and to "ordini
    sopra i 100 euro". What stands before English e-mails is looked for in their subjects.
    """
    if draft.clarification is not None or not draft.has_object or draft.kind == "story":
        return
    about_mail = draft.metric in ("emails_received", "emails_sent") or draft.subject == "emails"
    unanswered = next(iter(sentence.cues.of(Cue.UNANSWERED)), None)
    if about_mail and unanswered is not None:
        _not_recorded(sentence, draft, unanswered.start, unanswered.end - 1)
        return
    unread = set(sentence.unexplained())
    for hit in sentence.cues.of(*_QUALIFIED):
        place = hit.end + 1
        if (
            place in unread
            and sentence.words[hit.end] in _WITH
            and not sentence.tokens[place].after_break
        ):
            _not_recorded(sentence, draft, hit.start, place)  # "email con allegati"
            return
    for hit in sentence.cues.of(*_QUALIFIED):
        places = [hit.end]
        if sentence.language == "en":
            places = [hit.start - 1]
        elif hit.end < len(sentence.words) and sentence.words[hit.end] == "di":
            places = [hit.end + 1]
        for place in places:
            if place not in unread or not sentence.words[place].isalpha():
                continue
            first, last = sorted((place, hit.start))
            if sentence.tokens[last].after_break:
                continue
            _not_recorded(sentence, draft, first, max(place, hit.end - 1))
            return
    for threshold in sentence.cues.of(*CONDITIONS):
        following = sentence.words[threshold.end + 1 : threshold.end + 2]
        each_one = _MONEY.union(SECONDS) if not draft.group_by else _MONEY
        said = sentence.number_at(threshold.end) is not None and each_one.intersection(following)
        counted = threshold.end + 1
        if (
            sentence.number_at(threshold.end) is not None
            and counted in unread
            and not draft.group_by
        ):
            _not_recorded(sentence, draft, threshold.start, counted)  # "più di un allegato"
            return
        if said and (draft.having is None or draft.having.op == "="):
            _not_recorded(sentence, draft, threshold.start, threshold.end + 1)


_WITH = word_set("con with senza without in")


def _not_recorded(sentence: Sentence, draft: Draft, first: int, last: int) -> None:
    """Ask back about the words from *first* to *last*, by which nothing can be told apart."""
    mention = sentence.text[sentence.tokens[first].start : sentence.tokens[last].end]
    if draft.metric == "order_value" and Cue.ORDER in sentence.cues:
        draft.value("orders")  # "ordini sopra i 500 euro"
    draft.clarification = Clarification(reason="not_in_catalogue", mention=mention[:80])


def _read_qualifiers_before(sentence: Sentence, draft: Draft) -> None:
    """ "password reset emails": what they are about, looked for in their subjects."""
    if sentence.language != "en" or (
        draft.metric != "emails_received" and draft.subject != "emails"
    ):
        return
    unread = set(sentence.unexplained())
    for hit in sentence.cues.of(Cue.EMAIL):
        first = hit.start
        while (
            first > 0
            and not sentence.tokens[first].after_break
            and not sentence.words[first - 1].isdigit()  # "the last 10 emails"
            and (
                first - 1 in unread or sentence.cues.ending_at(first - 1, Cue.UNLISTED) is not None
            )
        ):
            first -= 1
        if first == hit.start or hit.start - first > 4:
            continue
        value = sentence.text[sentence.tokens[first].start : sentence.tokens[hit.start - 1].end]
        draft.filters.append(Filter(field="text", op="contains", values=(value,)))
        sentence.masked.update(range(first, hit.start))
        sentence.cues = sentence.cues.outside(sentence.masked)


def _count_runs(sentence: Sentence, draft: Draft, metric: str) -> None:
    """What is counted are the executions of the process that a noun named."""
    groups = [each for each in said_groups(sentence) if each in METRICS[metric].groupings]
    filters, window = draft.filters, draft.window
    if draft.kind == "list":
        draft.list("executions")
    elif draft.kind == "story" and sentence.cues.any(Cue.SUMMARY, Cue.HOW_GOING, Cue.STATE):
        return
    else:
        draft.value(metric)
        draft.group_by = [each for each in (draft.group_by or groups) if each != "sender"][:2]
        draft.group_by = [each for each in draft.group_by if each in METRICS[metric].groupings]
        if Cue.TREND in sentence.cues and not draft.group_by:
            draft.group_by, draft.focus = [grain_of(draft.window)], "trend"
        if sentence.cues.any(Cue.COMPARE, Cue.IMPROVE) and draft.compare_to is None:
            compare_with_before(sentence, draft)
    draft.filters, draft.window = filters, draft.window or window
    draft.assume("metric")


def _is_weak(sentence: Sentence, draft: Draft) -> bool:
    """Whether the metric came from a word that goes with any noun: "fatture inviate"."""
    if draft.metric == "emails_received" and not sentence.cues.any(
        Cue.EMAIL, Cue.WROTE_US, Cue.SENDER
    ):
        return Cue.CHANNEL in sentence.cues
    return draft.metric in ("executions", "successes", "canceled") and not sentence.cues.any(
        Cue.EXECUTION
    )


def _is_counted(sentence: Sentence, noun: Hit) -> bool:
    """Whether things are counted or listed by *noun*, which then is no process's name."""
    if sentence.words[noun.start] not in _PROCESS_NOUNS:
        return True
    return any(
        sentence.after(asking.end) == noun.start
        for asking in sentence.cues.of(Cue.HOW_MANY, Cue.LIST, Cue.WHICH, Cue.GIVE)
    )


_PROCESS_NOUNS = frozenset({"backup", "import", "importazione", "export", "newsletter"})
"""Nouns that name a piece of work rather than a thing."""


def _unread_head_noun(sentence: Sentence) -> int | None:
    """The place of a counted noun that no cue knows: "quanti solleciti sono partiti?"."""
    unread = set(sentence.unexplained())
    for asking in sentence.cues.of(Cue.HOW_MANY):
        place = sentence.after(asking.end)
        if place in unread:
            return place
    return None


def _leftover_noun(sentence: Sentence, draft: Draft) -> Hit | None:
    cues = sentence.cues
    counted = _unread_head_noun(sentence)
    sent = draft.metric == "emails_sent" and not cues.any(Cue.EMAIL, Cue.MESSAGE)
    if counted is not None and (not draft.has_object or _is_weak(sentence, draft) or sent):
        return Hit(Cue.UNLISTED, counted, counted + 1)
    over_executions = draft.metric in OVER_EXECUTIONS or draft.subject in ("errors", "executions")
    over_executions = over_executions or draft.story == "errors"
    unlisted = cues.of(Cue.UNLISTED)
    for hit in unlisted:
        thing = sentence.after(hit.end)
        of_a_thing = (
            thing is not None
            and thing > hit.end
            and (cues.starting_at(thing, Cue.ERROR, Cue.FAILED, Cue.ORDER, Cue.EMAIL) is not None)
        )
        if not (of_a_thing or Cue.ABOUT in cues):
            return hit  # and not the reports of "segnalazioni di errore"
    channel = cues.of(Cue.CHANNEL)
    if channel and (
        over_executions
        or not draft.has_object
        or cues.any(Cue.MESSAGE)
        or sentence.circumstances.names.by_noun(sentence.words[channel[0].start]).score
    ):
        return channel[0]
    if over_executions and not draft.group_by:
        for hit in cues.of(Cue.ORDER, Cue.EMAIL, Cue.CUSTOMER, Cue.ASSISTANT, Cue.MESSAGE):
            if sentence.words[hit.start] not in KNOWN_WORDS:
                return hit
    return None


def _read_type(sentence: Sentence, draft: Draft) -> None:
    cues = sentence.cues
    if sentence.sounds_future and not (
        _is_past(sentence) and (Cue.FUTURE in cues or sentence.time.future)
    ):
        draft.type = QuestionType.PREDICTION
        if not draft.has_object and cues.any(Cue.PREDICT):
            draft.tell("overview")
        if draft.kind == "list" or draft.story == "today":
            metric, _ = read_metric(sentence)
            if metric:
                draft.value(metric)
                draft.limit = draft.order = draft.focus = None
            else:
                draft.tell("overview")
        if draft.story == "overview" and "window" in draft.assumed:
            draft.window = None
            draft.assumed.remove("window")
        draft.compare_to = None if not sentence.time.compare_to else draft.compare_to
        return
    analytical = cues.any(
        Cue.TREND,
        Cue.COMPARE,
        Cue.IMPROVE,
        Cue.SUMMARY,
        Cue.WHY,
        Cue.ANALYSE,
        Cue.ANOMALY,
        Cue.CORRELATION,
        Cue.TROUBLE,
    )
    if cues.any(Cue.HOW_GOING, Cue.KEY_FIGURES) and (
        draft.story == "overview" or draft.focus == "trend"
    ):
        analytical = True
    if draft.compare_to is not None or "cause" in draft.group_by:
        analytical = True
    if draft.story == "email" and cues.any(Cue.WE_ANSWERED, Cue.TELL):
        analytical = False  # who wrote, and what the answer was: nothing is judged
    if analytical and draft.has_object:
        draft.type = QuestionType.ANALYSIS


def _is_past(sentence: Sentence) -> bool:
    window = sentence.time.window
    return window is not None and window.end <= sentence.circumstances.now


def _fit_filters(draft: Draft) -> None:
    """Drop nothing that was said: what the object cannot be filtered by becomes a question."""
    if draft.limit is not None:
        draft.limit = max(1, min(draft.limit, MAX_LIST_ROWS))
    allowed = allowed_filters(draft)
    for each in draft.filters:
        if each.field not in allowed and draft.clarification is None and draft.has_object:
            draft.clarification = Clarification(reason="not_in_catalogue", mention=each.values[0])
    draft.filters = [each for each in draft.filters if each.field in allowed]
    merged: dict[tuple[str, str], Filter] = {}
    for each in draft.filters:
        key = (each.field, each.op)
        before = merged.get(key)
        values = (*before.values, *each.values) if before else each.values
        merged[key] = Filter(field=each.field, op=each.op, values=tuple(dict.fromkeys(values)))
    draft.filters = list(merged.values())


def _judge_certainty(sentence: Sentence, draft: Draft) -> None:
    """Lower the certainty by all that was not read, was repaired or was assumed."""
    unread = len(sentence.unexplained())
    certainty = 0.97 - 0.14 * unread - 0.03 * sentence.slips
    if not sentence.time.certain:
        certainty -= 0.15
    if draft.strength and draft.strength < 2.5 and not sentence.mentions:
        certainty -= 0.1
    if is_only_hinted(sentence, draft.metric):
        certainty -= 0.12
    if "metric" in draft.assumed:
        certainty -= 0.05
    if any(mention.named_by == "words" for mention in sentence.mentions):
        certainty -= 0.03
    draft.certainty = round(max(0.2, min(certainty, 0.97)), 2)
